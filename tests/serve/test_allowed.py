"""Who is on the list, and who only looks like it."""

from __future__ import annotations

import pytest

from dgcheck.model.errors import UsageError
from dgcheck.serve.allowed import Allowed, read
from dgcheck.wire.url import parse


@pytest.mark.parametrize(
    ("rule", "target", "admitted", "named"),
    [
        pytest.param("dg.example.com", "http://dg.example.com:8080", True, True, id="a host, any port"),
        pytest.param("DG.example.com.", "https://dg.EXAMPLE.com./prefix", True, True, id="however it is written"),
        pytest.param("dg.example.com", "http://x.dg.example.com", False, False, id="no host below it"),
        pytest.param("dg.example.com", "http://dg.example.com.evil.org", False, False, id="no longer name"),
        pytest.param("dg:8080", "http://dg:8080", True, True, id="a host and its port"),
        pytest.param("dg:8080", "http://dg:8081", False, False, id="no other port"),
        pytest.param("dg:80", "http://dg", True, True, id="the port that goes without saying"),
        pytest.param("*.speech.svc", "http://a.b.speech.svc:8080", True, False, id="a suffix"),
        pytest.param("*.speech.svc:8080", "http://a.speech.svc:8080", True, False, id="a suffix and a port"),
        pytest.param("*.speech.svc:8080", "http://a.speech.svc", False, False, id="a suffix, another port"),
        pytest.param("*.speech.svc", "http://speech.svc", False, False, id="not the suffix itself"),
        pytest.param("*.speech.svc", "http://evilspeech.svc", False, False, id="no half label"),
        pytest.param("*.0.0.1", "http://127.0.0.1", False, False, id="no suffix of an address"),
        pytest.param("10.0.0.0/8", "http://10.2.3.4:8080", True, False, id="a range"),
        pytest.param("10.0.0.7/8", "http://10.2.3.4:8080", True, False, id="a range with bits of a host"),
        pytest.param("10.0.0.0/8", "http://11.0.0.1", False, False, id="beside a range"),
        pytest.param("10.0.0.0/8", "http://[::ffff:10.2.3.4]", True, False, id="IPv4 written as IPv6"),
        pytest.param("10.0.0.0/8", "http://10.example.com", False, False, id="no name is resolved for a range"),
        pytest.param("fd00::/8", "http://[fd00::1]:8080", True, False, id="a range of IPv6"),
        pytest.param("fd00::/8", "http://10.0.0.1", False, False, id="a range of the other kind"),
        pytest.param("127.0.0.1", "http://[::ffff:127.0.0.1]", True, True, id="an address, written otherwise"),
        pytest.param("127.0.0.1", "http://localhost", False, False, id="no name of an address"),
        pytest.param("[::1]:8080", "http://[0:0::1]:8080", True, True, id="an IPv6 address and its port"),
        pytest.param("::1", "http://[::1]:1", True, True, id="a bare IPv6 address"),
        pytest.param("localhost", "http://0x7f000001", False, False, id="no number instead of a name"),
    ],
)
def test_rules(rule: str, target: str, admitted: bool, named: bool) -> None:
    allowed = Allowed(read([rule]))
    assert (allowed.admits(parse(target)), allowed.names(parse(target))) == (admitted, named)


@pytest.mark.parametrize(
    ("target", "admitted"),
    [
        ("http://dg:8080/speech", True),
        ("ws://DG:8080/speech/", True),
        ("http://dg:8080", False),
        ("http://dg:8080/speech/more", False),
        ("https://dg:8080/speech", False),
        ("http://dg/speech", False),
    ],
)
def test_own_targets_are_allowed_as_they_are(target: str, admitted: bool) -> None:
    allowed = Allowed(targets=frozenset({"http://dg:8080/speech"}))
    assert allowed.admits(parse(target)) == allowed.names(parse(target)) == admitted


def test_nothing_is_allowed_by_itself() -> None:
    assert not Allowed().admits(parse("http://127.0.0.1"))


@pytest.mark.parametrize(
    "text",
    ["*", "*.", "", " ", "http://dg", "10.0.0.0/33", "dg/8", "a..b", "dg:0", "dg:99999", "dg:x", "dg:", "a b", "*a.b"],
)
def test_what_is_no_rule(text: str) -> None:
    with pytest.raises(UsageError, match="--allow: "):
        read([text])
