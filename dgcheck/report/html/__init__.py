"""The report as one page: a file that needs nothing else, obeys nothing in it, and is read in any browser.

It works from a `file:` URL, without a network and without its script. The policy in its head allows the one style and
the one script that are in it, by their hashes, and nothing else: whatever a server said is shown, never run or loaded.
"""

from __future__ import annotations

from dgcheck.model.report import Report
from dgcheck.report.html.page import document

NAME = "html"


def render(
    report: Report,
    *,
    width: int,
    colour: bool,
    ascii: bool,  # noqa: A002 - the word that people know
    verbose: bool,
) -> str:
    """One HTML document in UTF-8, the same for every width, with colours for light and dark; only `ascii` matters."""
    text = document(report) + "\n"
    return text.encode("ascii", "xmlcharrefreplace").decode("ascii") if ascii else text
