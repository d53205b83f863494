"""Two answers, or one answer twice."""

from __future__ import annotations

import pytest

from dgcheck.model.evidence import Response
from dgcheck.wire.likeness import alike

ID, OTHER = "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d"


def answer(status: int, body: str = "", **headers: str) -> Response:
    return Response(
        status=status, body=body, headers=tuple((name.replace("_", "-"), value) for name, value in headers.items())
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(answer(405), answer(405), id="empty"),
        pytest.param(answer(404, f"no route ({ID})"), answer(404, f"no route ({OTHER})"), id="another id"),
        pytest.param(answer(404, "at 11:59:58"), answer(404, "at 12:00:01"), id="another time"),
        pytest.param(answer(400, dg_request_id=ID), answer(400, dg_request_id=OTHER), id="both from Deepgram"),
    ],
)
def test_same_answer_twice(one: Response, other: Response) -> None:
    assert alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(answer(404), answer(405), id="another status"),
        pytest.param(answer(404, "no route"), answer(404, "no model"), id="other words"),
        pytest.param(answer(404, server="nginx"), answer(404, server="envoy"), id="another writer"),
        pytest.param(answer(404, dg_request_id=ID), answer(404), id="Deepgram and somebody else"),
        pytest.param(answer(404, "<html></html>"), answer(404, ""), id="a page and nothing"),
    ],
)
def test_two_answers(one: Response, other: Response) -> None:
    assert not alike(one, other)


def test_no_answer_is_like_nothing() -> None:
    assert not alike(None, None)
    assert not alike(answer(404), None)
