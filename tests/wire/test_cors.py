"""What a browser makes of an answer for a page of another origin."""

from __future__ import annotations

import pytest

from dgcheck.model.evidence import Response
from dgcheck.wire.cors import covers_key, exposes, preflight_fails, unreadable

PAGE = "https://app.example.test"
ALLOW, HEADERS = "Access-Control-Allow-Origin", "Access-Control-Allow-Headers"
NEEDED = ("authorization", "content-type")


def answer(status: int, *headers: tuple[str, str]) -> Response:
    """An answer with these headers."""
    return Response(status=status, headers=headers)


@pytest.mark.parametrize(
    ("headers", "problem"),
    [
        pytest.param([(ALLOW, "*")], "", id="any"),
        pytest.param([(ALLOW, PAGE)], "", id="this page"),
        pytest.param([(ALLOW.lower(), f" {PAGE} ")], "", id="small letters and blanks"),
        pytest.param([], "has no Access-Control-Allow-Origin", id="none"),
        pytest.param([(ALLOW, PAGE + "/")], "allows another origin", id="a slash too many"),
        pytest.param([(ALLOW, "https://other.example.test")], "allows another origin", id="another"),
        pytest.param([(ALLOW, "null")], "allows another origin", id="null"),
        pytest.param([(ALLOW, "*"), (ALLOW, PAGE)], "has several values", id="twice"),
        pytest.param([(ALLOW, f"{PAGE}, {PAGE}")], "has several values", id="twice in one"),
    ],
)
def test_who_may_read(headers: list[tuple[str, str]], problem: str) -> None:
    assert unreadable(answer(200, *headers), PAGE)[: len(problem) or None] == problem


@pytest.mark.parametrize(
    ("seen", "problem"),
    [
        pytest.param(answer(204, (ALLOW, "*"), (HEADERS, "Content-Type, Authorization")), "", id="leave"),
        pytest.param(answer(200, (ALLOW, PAGE), (HEADERS, "authorization"), (HEADERS, "content-type")), "", id="twice"),
        pytest.param(answer(405, (ALLOW, "*")), "was answered with 405", id="405"),
        pytest.param(answer(302, (ALLOW, "*")), "was answered with 302", id="redirect"),
        pytest.param(answer(204), "got an answer that has no Access-Control-Allow-Origin", id="no origin"),
        pytest.param(answer(204, (ALLOW, "*")), "does not allow the header authorization and content-type", id="none"),
        pytest.param(answer(204, (ALLOW, "*"), (HEADERS, "*")), "", id="star"),
        pytest.param(
            answer(204, (ALLOW, "*"), (HEADERS, "content-type")), "does not allow the header authorization", id="key"
        ),
    ],
)
def test_leave(seen: Response, problem: str) -> None:
    assert preflight_fails(seen, PAGE, NEEDED)[: len(problem) or None] == problem


def test_key_is_covered_by_its_name_alone() -> None:
    assert covers_key(answer(204, (HEADERS, "Authorization")))
    assert covers_key(answer(204, (HEADERS, "*, authorization")))
    assert not covers_key(answer(204, (HEADERS, "*")))


def test_headers_that_a_page_may_read() -> None:
    assert exposes(answer(200, ("Access-Control-Expose-Headers", "x, DG-Request-Id")), "dg-request-id")
    assert exposes(answer(200, ("access-control-expose-headers", "*")), "dg-request-id")
    assert not exposes(answer(200), "dg-request-id")
