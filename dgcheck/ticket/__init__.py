"""Support tickets: the one file that lets a stranger see what happened, and what is done with such files later."""
