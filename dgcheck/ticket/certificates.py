"""The certificate chains that were shown: PEM for tools, and a text for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dgcheck.model.evidence import Certificate, Handshake, Seen
from dgcheck.ticket.page import columns, page, utc

FOLDER = "certificates"
_STORES = {"default": "this machine's list", "certifi": "certifi's list", "ca_file": "--ca-file"}


def chains(evidence: Sequence[Seen]) -> Iterator[tuple[str, str]]:
    """(name, text) of a PEM file and a text for each chain that differs; the handshakes that showed it are named."""
    shown: dict[tuple[str, ...], list[Handshake]] = {}
    for seen in evidence:
        if isinstance(seen, Handshake) and seen.chain:
            shown.setdefault(tuple(one.sha256 or one.pem for one in seen.chain), []).append(seen)
    for number, handshakes in enumerate(shown.values(), 1):
        name = f"{FOLDER}/chain" if len(shown) == 1 else f"{FOLDER}/chain-{number}"
        blocks = [one.pem.strip() for one in handshakes[0].chain if one.pem]
        if blocks:
            yield f"{name}.pem", "\n".join(blocks) + "\n"
        yield f"{name}.txt", page(_text(handshakes, _judged(handshakes, evidence)))


def _judged(handshakes: Sequence[Handshake], evidence: Sequence[Seen]) -> list[str]:
    """What each list of authorities said of it: also handshakes that it ended, at the same places, tell that."""
    places = {(seen.address, seen.port) for seen in handshakes}
    found: dict[str, None] = {}
    for seen in evidence:
        if isinstance(seen, Handshake) and (seen.address, seen.port) in places and seen.verify_code is not None:
            said = "accepted" if seen.verify_code == 0 else f"refused: {seen.verify_message} ({seen.verify_code})"
            found[f"Judged by {_STORES.get(seen.trust, seen.trust)}: {said}"] = None
    return list(found)


def _text(handshakes: Sequence[Handshake], judged: Sequence[str]) -> Iterator[str]:
    first = handshakes[0]
    yield "Shown by " + ", ".join(dict.fromkeys(_who(seen) for seen in handshakes))
    yield "Evidence " + ", ".join(seen.id for seen in handshakes)
    yield from judged
    for place, one in enumerate(first.chain):
        what = "the server's own" if place == 0 else "an issuer"
        yield from ("", f"Certificate {place}, {what}", *(f"  {line}" for line in columns(_facts(one))))


def _who(seen: Handshake) -> str:
    place = f"[{seen.address}]:{seen.port}" if ":" in seen.address else f"{seen.address}:{seen.port}"
    return f"{place} asked for {seen.server_name}" if seen.server_name else f"{place} asked for no name"


def _facts(one: Certificate) -> list[tuple[str, str]]:
    own = ", self-signed" if one.self_signed else ", issued to itself" if one.self_issued else ""
    facts = [
        ("subject", one.subject),
        ("issuer", one.issuer + own),
        ("names", ", ".join(one.names) or "none"),
        ("valid from", utc(one.not_before)),
        ("valid until", utc(one.not_after)),
        ("serial", one.serial),
        ("key", f"{one.key_kind} {one.key_bits} bits"),
        ("signature", one.signature),
        ("authority", "yes" if one.is_ca else "no"),
        ("issuer at", one.aia),
        ("SHA-256", one.sha256),
    ]
    return [(name, value) for name, value in facts if value]
