"""When a check may say that the API itself works."""

from __future__ import annotations

import pytest

from dgcheck.diagnosis import good
from dgcheck.model.evidence import Seen
from dgcheck.model.report import Status
from tests.rules.built import DG, HEARD, case, got, upgraded

NO_LISTING = got("GET /v1/models", 404)


@pytest.mark.parametrize(
    ("seen", "status"),
    [
        pytest.param([got("POST /v1/listen", 200, HEARD)], Status.PASS, id="a transcription"),
        pytest.param([upgraded("GET /v1/listen", 101, "", DG)], Status.PASS, id="a socket with Deepgram's mark"),
        pytest.param([got("POST /v1/listen", 200, "")], Status.UNKNOWN, id="200 with nothing"),
        pytest.param([got("POST /v1/listen", 200, "<html>")], Status.UNKNOWN, id="200 with a page"),
        pytest.param([upgraded()], Status.UNKNOWN, id="a socket of anybody's"),
    ],
)
def test_the_api_works_only_where_it_showed_itself(seen: list[Seen], status: Status) -> None:
    assert good.models(case("http://dg.test:8080", NO_LISTING, *seen))[0] is status
