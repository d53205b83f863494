"""The lines of a program that name an address: what a person has to change, without the rest of it."""

from __future__ import annotations

from textwrap import dedent

MOST = 14  # lines; what is longer is cut off


def excerpt(code: str, address: str) -> str:
    """The lines that hold `address`, each with all of the call that it stands in.

    The beginning of the program where none of its lines holds the address.
    """
    lines = code.strip("\n").split("\n")
    depths = _depths(lines)
    groups: list[tuple[int, int]] = []
    for number, line in enumerate(lines):
        if address not in line:
            continue
        first, last = number, number + 1
        while first > 0 and depths[first] > 0:
            first -= 1
        while last < len(lines) and depths[last] > depths[first]:
            last += 1
        if groups and first < groups[-1][1]:
            groups[-1] = (groups[-1][0], max(last, groups[-1][1]))
        else:
            groups.append((first, last))
    parts = [dedent("\n".join(lines[first:last])) for first, last in groups]
    return "\n".join(("\n".join(parts) if parts else code.strip("\n")).split("\n")[:MOST])


def _depths(lines: list[str]) -> list[int]:
    """How many round and square brackets are open where each line begins. Braces are not counted: a body has them."""
    depth, found = 0, []
    for line in lines:
        found.append(depth)
        depth += sum((char in "([") - (char in ")]") for char in line)
    return found
