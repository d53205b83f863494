"""The real SDKs do what `dgcheck sdk dial` foretells: the URL as on the wire, or the words that stop it."""

from __future__ import annotations

import re

import pytest

from dgcheck.model.sdk import Dialled, Outcome, Wish
from dgcheck.sdks import check_option, find
from tests.real_sdks import cases
from tests.real_sdks.chosen import folder_of
from tests.real_sdks.network import Seen
from tests.real_sdks.observed import Observed

pytestmark = pytest.mark.real_sdk

# Go 1.26 and later patches say the second of a `[` in the middle of a host, whatever our go.mod asks for.
SAME = {'invalid URL escape "%2F"': "invalid IP-literal"}
STOPS = (Outcome.REFUSED_BY_SDK, Outcome.ERROR, Outcome.CRASHES)


def foretold(case: cases.Case) -> Dialled:
    """What dgcheck says will happen."""
    sdk, release, version = find(case.one.spoken)
    option = check_option(sdk, release, version, case.option)
    return release.dial(Wish(version, case.transport, option, case.value, case.key, case.extra))


@pytest.mark.parametrize("case", cases.every(), ids=lambda case: case.name)
def test_the_real_one_does_what_is_foretold(case: cases.Case, request: pytest.FixtureRequest) -> None:
    folder_of(case.one)
    observed: Observed = request.getfixturevalue("observed")
    seen, said = observed[case], foretold(case)
    if said.outcome in STOPS:
        assert not seen.url, f"{seen.url} was dialled; foretold was {said.outcome}: {said.error}"
        assert not seen.said["worked"], seen
        assert bool(seen.said.get("crashed")) == (said.outcome is Outcome.CRASHES), seen
        assert tells(seen.words, said.error or ""), seen
    else:
        assert same_url(said, seen), f"{seen} instead of {said.url}"
        assert (seen.host.endswith("deepgram.com")) == (said.outcome is Outcome.CLOUD)


def same_url(said: Dialled, seen: Seen) -> bool:
    """Whether it went where it was foretold to go. Where no request is of interest, the host alone is foretold."""
    url = (said.url or "").replace("://localhost", f"://{seen.host}")  # the recorder sees an address
    if "?" in url:  # the setting's own query was the point
        return seen.whole_url.startswith(url)
    whole = said.outcome is Outcome.DIALS or url.count("/") > 2
    return seen.url == url if whole else seen.url.startswith(url + "/")


def tells(words: str, foretold_words: str) -> bool:
    """Whether the user was told what was foretold."""
    wanted, heard = plain(foretold_words), plain(words)
    return wanted in heard or any(old in wanted and wanted.replace(old, new) in heard for old, new in SAME.items())


def plain(words: str) -> str:
    """The words without what each request has of its own: its query."""
    return re.sub(r"\?[^\s\"')]*", "", words)
