"""From a case to a report: rules are asked, effects folded, remedies filled in, checks and verdict derived."""
