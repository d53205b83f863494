"""Many deployments in one run: their file, their share, the runs side by side, one summary, and the joining of shares."""
