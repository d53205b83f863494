"""What several pieces of evidence say together.

Selections and comparisons over a case, shared by rules, experiments and probes: what was seen, and not what it means.
"""
