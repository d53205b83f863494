"""What is kept of an answer: no secret, also where a server puts it into a name, and no more than is needed."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from dgcheck.model.asking import Ask
from dgcheck.model.evidence import Certificate
from dgcheck.net import kept
from dgcheck.net.certificates import read_chain
from dgcheck.net.exchange import exchange
from dgcheck.wire.redact import Redactor
from tests.authority import Authority
from tests.net.network import network
from tests.net.scripted import answer, says, serving

KEY = "canary-0123456789"


def test_headers_end_where_64_kilobytes_are_full() -> None:
    pairs = [(f"X-{number}", "v" * 5000) for number in range(40)]
    found = kept.headers(Redactor(), pairs)
    assert 10 < len(found) < 14
    assert all(len(value) == 5000 for _, value in found)


def test_one_header_is_cut_and_not_in_the_middle_of_a_secret() -> None:
    redactor = Redactor([KEY])
    for length in range(kept.VALUE * 2 - 40, kept.VALUE * 2 + 1):
        (_, value), *_ = kept.headers(redactor, [("X-Long", "v" * length + KEY * 9)])
        assert len(value) <= kept.VALUE
        assert "canary" not in value


@pytest.mark.anyio
async def test_a_listing_that_repeats_the_key() -> None:
    body = b'[{"name": "nova-%s", "uuid": "%s", "languages": ["en", "%s"]}]' % ((KEY.encode(),) * 3)
    with serving(says(answer(body))) as port:
        async with network(f"http://127.0.0.1:{port}", secrets=(KEY,)) as net:
            seen = await exchange(net, Ask(path="/v1/models"), check="models", purpose="")
    assert seen.listing is not None
    assert "nova-<redacted:" in seen.listing.models[0].name
    assert KEY not in repr(seen)


@pytest.mark.anyio
async def test_a_listing_that_does_not_stays_as_it_is() -> None:
    with serving(says(answer(b'[{"name": "nova-3", "key": null, "session": 12345, "languages": ["en"]}]'))) as port:
        async with network(f"http://127.0.0.1:{port}", secrets=(KEY,)) as net:
            seen = await exchange(net, Ask(path="/v1/models"), check="models", purpose="")
    assert seen.listing is not None, "what looks like a secret in JSON must not make it unreadable"
    assert seen.listing.models[0].name == "nova-3"


def chain(folder: Path, common: str) -> Certificate:
    pem = Authority(folder).issue("localhost", common=common).chain.read_text()
    return read_chain(
        [ssl.PEM_cert_to_DER_cert(pem.partition("-----END CERTIFICATE-----")[0] + "-----END CERTIFICATE-----")]
    )[0]


def test_a_certificate_that_names_the_key(tmp_path: Path) -> None:
    found = kept.certificate(chain(tmp_path, KEY), Redactor([KEY]))
    assert KEY not in found.subject
    assert found.pem == "", "its bytes hold it as well"
    assert found.sha256


def test_an_ordinary_certificate(tmp_path: Path) -> None:
    before = chain(tmp_path, "dg.example.test")
    assert kept.certificate(before, Redactor([KEY])) == before
