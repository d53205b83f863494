"""Many deployments in one run: their file, their share, the runs side by side, a summary, and the joining of shares."""
