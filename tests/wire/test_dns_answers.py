"""What several DNS servers said of one name, put together as a resolver does it."""

from __future__ import annotations

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgcheck.model.evidence import DnsAnswer
from dgcheck.wire.dns_answers import overridden, told
from tests.rules.built import around, dns, looked

NAME = "dg.example.com"


@pytest.mark.parametrize(
    ("answers", "kind", "server"),
    [
        pytest.param([], "", None, id="nobody was asked"),
        pytest.param([dns(NAME, "")], "silent", None, id="silence"),
        pytest.param([dns(NAME, "SERVFAIL")], "servfail", "10.0.0.53", id="a failure"),
        pytest.param([dns(NAME, "NXDOMAIN")], "nxdomain", "10.0.0.53", id="NXDOMAIN"),
        pytest.param([dns(NAME, "NOERROR")], "no_address", "10.0.0.53", id="empty"),
        pytest.param([dns(NAME, "NOERROR", "10.0.0.7")], "exists", "10.0.0.53", id="IPv4"),
        pytest.param([dns(NAME, "NOERROR", "2001:db8::7")], "exists", "10.0.0.53", id="IPv6 alone is enough"),
        pytest.param(
            [dns("DG.example.com.", "NXDOMAIN")], "nxdomain", "10.0.0.53", id="case and the last dot do not matter"
        ),
        pytest.param([dns("other", "NXDOMAIN")], "", None, id="another name"),
        pytest.param(
            [dns(NAME, "SERVFAIL", server="a"), dns(NAME, "NXDOMAIN", server="b")],
            "nxdomain",
            "b",
            id="a failure is passed by",
        ),
        pytest.param(
            [dns(NAME, "", server="a"), dns(NAME, "SERVFAIL", server="b")], "servfail", "b", id="silence is passed by"
        ),
        pytest.param(
            [dns(NAME, "NXDOMAIN", server="a"), dns(NAME, "NOERROR", "10.0.0.7", server="b")],
            "nxdomain",
            "a",
            id="the first no holds",
        ),
    ],
)
def test_the_first_proper_answer_decides(answers: list[list[DnsAnswer]], kind: str, server: str | None) -> None:
    found = told(tuple(chain.from_iterable(answers)), NAME)
    assert found.kind == kind
    assert (found.deciding.server if found.deciding else None) == server


def test_an_alias_is_followed_where_the_server_did_not() -> None:
    answers = (*dns(NAME, "NOERROR", cname="lb"), *dns("lb", "NOERROR", "10.0.0.7"))
    assert told(answers, NAME).kind == "exists"


def test_an_alias_of_itself_ends() -> None:
    assert told(tuple(dns(NAME, "NOERROR", cname=NAME)), NAME).kind == "no_address"


def test_two_aliases_of_each_other_end() -> None:
    answers = (*dns(NAME, "NOERROR", cname="lb"), *dns("lb", "NOERROR", cname=NAME))
    assert told(answers, NAME).kind == "no_address"


NAMES = st.sampled_from(["a", "b", "c"])
ANSWERS = st.builds(
    lambda name, rcode, server, cname, address: dns(
        name, rcode, *([address] if address else []), server=server, cname=cname
    ),
    NAMES,
    st.sampled_from(["", "NOERROR", "NXDOMAIN", "SERVFAIL", "REFUSED"]),
    st.sampled_from(["x", "y"]),
    st.sampled_from(["", "a", "b", "c"]),
    st.sampled_from(["", "10.0.0.7", "2001:db8::7"]),
)


@given(st.lists(ANSWERS, max_size=12), NAMES)
def test_whatever_was_answered_has_a_meaning(groups: list[list[DnsAnswer]], name: str) -> None:
    found = told(tuple(chain.from_iterable(groups)), name)
    assert found.kind in ("", "exists", "nxdomain", "no_address", "servfail", "silent")


@pytest.mark.parametrize(
    ("used", "current", "expected"),
    [
        ("10.66.66.66", "10.0.0.7", ("10.0.0.7",)),
        ("10.66.66.66", "10.66.66.66", ()),
        ("10.1.1.1", "10.0.0.7", ()),
    ],
)
def test_what_the_hosts_file_overrides(used: str, current: str, expected: tuple[str, ...]) -> None:
    place = around(hosts=(("10.66.66.66", NAME),))
    assert overridden(looked(NAME, used), place, tuple(dns(NAME, "NOERROR", current))) == expected
