"""Settings that differ, and what two runs found differently."""

from __future__ import annotations

import pytest

from dgcheck.model.evidence import (
    Configured,
    Ending,
    Exchange,
    Handshake,
    Listing,
    Lookup,
    Model,
    Request,
    Response,
    Seen,
    Surroundings,
)
from dgcheck.model.record import replace
from dgcheck.ticket.found import Difference, found, settings
from dgcheck.ticket.place import Kind
from tests.report import canonical
from tests.ticket.reported import POD, report

HERE = Surroundings(
    id="c2",
    check="config",
    ending=Ending.ANSWERED,
    python="3.11.9",
    openssl="OpenSSL 3.0.14",
    nameservers=("10.0.0.1",),
)
NAME = Lookup(id="e1", check="dns", ending=Ending.ANSWERED, name="dg", addresses=("10.0.0.5", "10.0.0.6"))
DIRECT = Configured(id="c1", check="config", ending=Ending.ANSWERED, given="http://dg", url="http://dg")
LISTING = Exchange(
    id="e2",
    check="models",
    ending=Ending.ANSWERED,
    url="http://dg/v1/models",
    request=Request(method="GET", target="/v1/models"),
    response=Response(status=200, headers=(("Server", "nginx"),)),
    listing=Listing(shape="flat", models=(Model(name="nova-2", version="1"), Model(name="nova-3", version="1"))),
)
SHAKEN = next(one for one in canonical.evidence() if isinstance(one, Handshake) and one.chain)
OTHER_CERTIFICATE = replace(SHAKEN, chain=(replace(SHAKEN.chain[0], issuer="CN=Another CA", sha256="ff" * 32),))


def listing(*models: Model) -> Exchange:
    return replace(LISTING, listing=Listing(shape="flat", models=models))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        pytest.param(HERE, replace(HERE, python="3.12.1"), Difference("Python", "3.11.9", "3.12.1"), id="Python"),
        pytest.param(
            HERE,
            replace(HERE, nameservers=("10.96.0.10",)),
            Difference("name servers", "10.0.0.1", "10.96.0.10"),
            id="resolver",
        ),
        pytest.param(
            NAME,
            replace(NAME, addresses=("10.0.0.7",)),
            Difference("name resolves to", "10.0.0.5, 10.0.0.6", "10.0.0.7"),
            id="addresses",
        ),
        pytest.param(
            DIRECT,
            replace(DIRECT, proxy="http://proxy:3128"),
            Difference("proxy in use", "", "http://proxy:3128"),
            id="proxy",
        ),
        pytest.param(
            SHAKEN,
            OTHER_CERTIFICATE,
            Difference("certificate issued by", SHAKEN.chain[0].issuer, "CN=Another CA"),
            id="certificate",
        ),
        pytest.param(
            LISTING,
            listing(Model(name="nova-3", version="1"), Model(name="aura-2", kind="tts")),
            Difference("models listed by one alone", "nova-2", "aura-2"),
            id="models",
        ),
        pytest.param(
            LISTING,
            listing(Model(name="nova-2", version="1"), Model(name="nova-3", version="2")),
            Difference("version of nova-3", "1", "2"),
            id="version of a model",
        ),
        pytest.param(
            LISTING,
            replace(LISTING, response=Response(status=200, headers=(("Server", "envoy"),))),
            Difference("header server", "nginx", "envoy"),
            id="who answers",
        ),
    ],
)
def test_a_difference_is_found(old: Seen, new: Seen, told: Difference) -> None:
    assert told in found(report(evidence=[old]), report(evidence=[new]), Kind.TIMES)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(NAME, replace(NAME, addresses=NAME.addresses[::-1]), id="another order"),
        pytest.param(HERE, replace(HERE, python=""), id="not known"),
    ],
)
def test_what_says_nothing_is_no_difference(old: Seen, new: Seen) -> None:
    assert found(report(evidence=[old]), report(evidence=[new]), Kind.TIMES) == ()


def test_places_need_not_be_told_that_they_differ() -> None:
    assert found(report(), report(seen_from=POD), Kind.PLACES) == ()
    assert [row.what for row in found(report(), report(seen_from=POD), Kind.TIMES)] == ["seen from"]


def test_settings_are_told_with_their_origin() -> None:
    rows = settings(report(settings={"timeout": 30.0, "language": "en"}), report(settings={"timeout": 5.0}))
    assert rows == (
        Difference("timeout", "30 (flag)", "5 (flag)"),
        Difference("language", "en (flag)", "not known"),
    )


def test_a_masked_secret_is_the_same_whatever_its_token() -> None:
    """The tokens are salted anew for each run: that they differ says nothing."""
    first, second = ({"features": [["tag", f"<redacted:{token}>"]]} for token in ("1f3a", "9c0b"))
    assert settings(report(settings=first), report(settings=second)) == ()
