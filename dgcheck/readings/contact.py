"""What first contact with the port showed: selections of evidence that rules and experiments about reaching it share.

It selects and compares; what it means for a person is for the rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dgcheck.model.case import Case, settled
from dgcheck.model.evidence import Banner, Certificate, Dial, Ending, Handshake, Phase, Response, Seen, Wire
from dgcheck.wire import certificate, tls_words
from dgcheck.wire.banner import looks_like_http, protocol

# OpenSSL's words for a ClientHello that was answered with something else than TLS.
NO_TLS_REASONS = frozenset(
    [
        "WRONG_VERSION_NUMBER",
        "HTTP_REQUEST",
        "HTTPS_PROXY_REQUEST",
        "PACKET_LENGTH_TOO_LONG",
        "UNKNOWN_PROTOCOL",
        "DATA_LENGTH_TOO_LONG",
        "UNEXPECTED_RECORD",
        "NOT_SSL_RECORD",
    ]
)
# OpenSSL's words for versions that do not meet.
VERSION_REASONS = frozenset(
    "UNSUPPORTED_PROTOCOL NO_PROTOCOLS_AVAILABLE WRONG_SSL_VERSION VERSION_TOO_LOW BAD_PROTOCOL_VERSION_NUMBER".split()
)
# X509_V_ERR_* of OpenSSL's x509_vfy.h.
EXPIRED, EARLY, SELF_SIGNED, ROOT_UNKNOWN = 10, 9, 18, 19
WRONG_ADDRESS = 64
WRONG_NAME = frozenset({62, 63, WRONG_ADDRESS})
NO_ISSUER = frozenset({2, 20, 21, 27})
TOO_WEAK = frozenset({66, 67, 68})
_SSL_REQUEST = r"\x00\x00\x00\x08\x04\xd2\x16/"  # PostgreSQL's, as evidence shows it
_NO_ROUTE = frozenset({"ENETUNREACH", "EADDRNOTAVAIL", "EAFNOSUPPORT"})
# Handshakes with another name, other versions or other protocols say nothing of the certificate that clients get.
SAME_QUESTION = ("", "unverified")


def ids(*seen: Seen | None) -> tuple[str, ...]:
    """The ids of some evidence, each once, in order."""
    return tuple(dict.fromkeys(one.id for one in seen if one is not None))


def seconds(phases: tuple[Phase, ...], name: str) -> float | None:
    """How long a phase took; None when it did not happen."""
    return next((phase.seconds for phase in phases if phase.name == name), None)


def place(address: str, port: int) -> str:
    """`10.0.0.5:8080`, or `[fd00::5]:8080`."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


# -- connecting ------------------------------------------------------------------------------------------------------


@settled
def dials(case: Case) -> tuple[Dial, ...]:
    """The attempts to connect to the target itself, not to a forward proxy."""
    return tuple(dial for dial in case.dials if not dial.via_proxy)


def family(address: str) -> str:
    """`ipv6` or `ipv4`."""
    return "ipv6" if ":" in address else "ipv4"


def has_route(case: Case, dial: Dial) -> bool:
    """False when the attempt failed because this machine has no route at all for the address's family."""
    around = case.surroundings
    families = around.families if around else ()
    return not (dial.errno in _NO_ROUTE and bool(families) and family(dial.address) not in families)


def unreachable(dial: Dial) -> bool:
    """Whether a router, a firewall or this machine's own table said no; a blackhole route gives EINVAL."""
    return dial.ending is Ending.UNREACHABLE or dial.errno == "EINVAL"


@settled
def none_opened(case: Case) -> tuple[Dial, ...]:
    """Every attempt where not one connected and none was cut short; () otherwise."""
    found = dials(case)
    if any(dial.ending in (Ending.ANSWERED, Ending.CUT_SHORT) for dial in found):
        return ()
    return found


# -- talking ---------------------------------------------------------------------------------------------------------


def direct(case: Case, purpose: str | None = "") -> Iterator[Wire]:
    """HTTP questions that went to the target itself and were really asked."""
    for wire in case.wires(purpose):
        if not wire.via_proxy and wire.ending is not Ending.NOT_CONNECTED and not wire.rests_on:
            yield wire


@settled
def answered(case: Case) -> bool:
    """Whether any of the checks' own questions got an HTTP answer."""
    return any(wire.response is not None for wire in case.wires())


def handshakes(case: Case, purpose: str | None = None) -> tuple[Handshake, ...]:
    """TLS handshakes with the target, of any check."""
    return tuple(case.of(Handshake, "", purpose))


@settled
def failed_handshake(case: Case) -> Handshake | None:
    """The `tls` check's handshake, when it was tried and did not end well; None for a http target."""
    found = case.handshake
    if found is None or found.ending in (Ending.ANSWERED, Ending.CUT_SHORT, Ending.NOT_CONNECTED):
        return None
    return found if case.target is not None and case.target.tls else None


def not_verified(handshake: Handshake) -> bool:
    """Whether the handshake failed because the certificate was not accepted."""
    return handshake.verify_code not in (None, 0)


@settled
def refused_elsewhere(case: Case) -> tuple[Handshake, ...]:
    """Handshakes of other addresses than the `tls` check's whose certificate was not accepted, one for each address."""
    own = case.handshake
    found = {
        one.address: one
        for one in handshakes(case, "")
        if not_verified(one) and own is not None and one.address != own.address
    }
    return tuple(found.values())


def spoke_tls(handshake: Handshake) -> bool:
    """Whether TLS came back: a version, a certificate, an alert or a verdict on the chain."""
    done = handshake.ending is Ending.ANSWERED or bool(handshake.chain or handshake.alert)
    return done or handshake.verify_code is not None


@settled
def tls_there(case: Case) -> Handshake | None:
    """A handshake that proves TLS on this port; None without one."""
    return next((one for one in handshakes(case) if spoke_tls(one) and not one.first_bytes), None)


@settled
def http_over_tls(case: Case) -> tuple[Wire, ...]:
    """Answers that came over TLS, verified or not."""
    return tuple(wire for wire in direct(case, None) if wire.tls and wire.response is not None)


@settled
def plain_http(case: Case) -> Wire | None:
    """A question that this port answered in plain HTTP, other than by asking for TLS; a page that asks for TLS counts
    where TLS was tried and the port does not speak it: it came from behind.
    """
    relayed = tls_in_vain(case) is not None
    for wire in direct(case, None):
        if not wire.tls and wire.response is not None and (relayed or not tls_words.wants_tls(wire.response)):
            return wire
    return None


@settled
def tls_in_vain(case: Case) -> Handshake | None:
    """The look over TLS at a port that answered in plain text, which found no TLS there; None without one."""
    if tls_there(case) is not None:
        return None
    return next((one for one in handshakes(case, "tls_here") if not_tls(one)), None)


@settled
def behind_wants_tls(case: Case) -> tuple[Wire, ...]:
    """Pages that ask for TLS on a port that speaks none: the proxy here relays what its upstream said to it."""
    if tls_in_vain(case) is None:
        return ()
    return tuple(wire for wire in direct(case) if not wire.tls and tls_words.wants_tls(wire.response))


@settled
def wants_tls(case: Case) -> Wire | None:
    """A plain question answered by “this port speaks TLS”, in words or by a TLS record."""
    for wire in direct(case, None):
        if not wire.tls and (tls_words.wants_tls(wire.response) or protocol(wire.raw) == "TLS"):
            return wire
    return None


def not_tls(handshake: Handshake) -> bool:
    """Whether a ClientHello got no TLS record back: other bytes, silence, or the end of the connection."""
    if handshake.first_bytes or handshake.reason in NO_TLS_REASONS:
        return True
    quiet = handshake.ending in (Ending.CLOSED, Ending.RESET, Ending.TIMED_OUT) and not handshake.alert
    return quiet and handshake.bytes_in == 0


@settled
def plain_port(case: Case) -> Seen | None:
    """Evidence that a https target's port speaks plain HTTP: an answer, or the start of one; None without it."""
    failed = failed_handshake(case)
    if failed is None or not not_tls(failed):
        return None
    return plain_http(case) or (failed if looks_like_http(failed.first_bytes) else None)


@settled
def tls_port(case: Case) -> Seen | None:
    """Evidence that a http target's port speaks TLS; None without it, and where plain HTTP works."""
    if case.target is None or case.target.tls or plain_http(case) is not None:
        return None
    return tls_there(case) or wants_tls(case)


@settled
def first_words(case: Case) -> tuple[Seen, str] | None:
    """What the port said instead of HTTP or TLS, with its evidence; None when it said nothing of the kind."""
    for seen in case.evidence:
        if isinstance(seen, Banner) and seen.got and not _http_or_tls(seen.got):
            if protocol(seen.got) == "HTTP/2" and speaks_http1(case):
                continue
            return seen, seen.got
        if isinstance(seen, Handshake) and seen.first_bytes and not looks_like_http(seen.first_bytes):
            return seen, seen.first_bytes
        if isinstance(seen, Wire) and not seen.via_proxy and _no_status(seen):
            return seen, seen.raw
    return None


def _no_status(wire: Wire) -> bool:
    return bool(wire.raw) and wire.response is None and not _http_or_tls(wire.raw)


def _http_or_tls(said: str) -> bool:
    return looks_like_http(said) or protocol(said) == "TLS"


@settled
def spoken(case: Case) -> str:
    """The protocol that `first_words` are of, '' when unknown."""
    names = [_asked_in_sql(seen) or protocol(said) for seen in case.evidence if (said := _said(seen))]
    return next((name for name in names if name), "")


def _asked_in_sql(seen: Seen) -> str:
    """PostgreSQL by its answer to an SSLRequest, which is one letter and nothing else."""
    return "PostgreSQL" if isinstance(seen, Banner) and seen.sent == _SSL_REQUEST and seen.got in ("S", "N") else ""


def _said(seen: Seen) -> str:
    if isinstance(seen, Banner):
        return seen.got
    if isinstance(seen, Handshake):
        return seen.first_bytes
    return seen.raw if isinstance(seen, Wire) and not seen.via_proxy and seen.response is None else ""


@settled
def wants_certificate(case: Case) -> tuple[Seen, str] | None:
    """Evidence that a client certificate is wanted, with the server's words (an alert or a sentence); None without.

    `certificate_required` says it. `bad_certificate` and its kin speak of our certificate, so they say it too. A
    server that asked for one and then ended the handshake says it without a word.
    """
    for one in handshakes(case):
        if _of_our_certificate(one):
            return one, one.alert
    for wire in direct(case, None):
        alert = wire.problem.removeprefix("TLS alert ")
        if wire.tls and wire.problem.startswith("TLS alert ") and alert in _OUR_CERTIFICATE:
            return wire, alert
        if tls_words.wants_client_certificate(wire.response):
            return wire, f"{wire.status}"
    return None


_OUR_CERTIFICATE = frozenset(
    [
        "certificate_required",
        "bad_certificate",
        "no_certificate",
        "unsupported_certificate",
        "certificate_revoked",
        "certificate_expired",
        "certificate_unknown",
        "unknown_ca",
    ]
)


def _of_our_certificate(handshake: Handshake) -> bool:
    if handshake.alert in _OUR_CERTIFICATE:
        return True
    ended = handshake.ending in (Ending.CLOSED, Ending.RESET) or handshake.alert == "handshake_failure"
    return ended and handshake.asked_for_certificate is True


@settled
def sent_name(case: Case) -> str:
    """The server name that the `tls` check sent, '' when none."""
    return case.handshake.server_name if case.handshake else ""


@settled
def sni_unknown(case: Case) -> tuple[Handshake, Handshake | None] | None:
    """A handshake refused for its server name, with the one of another name that was not; None when neither holds."""
    main = failed_handshake(case) or _unanswered_tls(case)
    if main is None or not_verified(main) or wants_certificate(case) is not None:
        return None
    other = next((one for one in handshakes(case, "server_name") if one.ending is Ending.ANSWERED), None)
    return (main, other) if other is not None or main.alert == "unrecognized_name" else None


@settled
def _unanswered_tls(case: Case) -> Handshake | None:
    found = [one for one in handshakes(case, "tls_here") if one.ending is not Ending.ANSWERED]
    return found[0] if found and found[0].alert == "unrecognized_name" else None


@settled
def versions_apart(case: Case) -> tuple[Handshake, Handshake | None] | None:
    """The handshake that failed for its version, with one of an older version that succeeded, where it did."""
    failed = failed_handshake(case)
    if failed is None or not_verified(failed):
        return None
    older = next((one for one in handshakes(case, "older_versions") if one.version), None)
    said = failed.alert == "protocol_version" or failed.reason in VERSION_REASONS
    return (failed, older) if said or older is not None else None


@settled
def http2_only(case: Case) -> Seen | None:
    """Evidence that HTTP/1.1 is refused and HTTP/2 is spoken; None without it."""
    for one in handshakes(case):
        if one.alpn == "h2" and "h2" not in one.alpn_offered:
            return one
        if one.purpose == "http2" and one.alpn == "h2" and _refused_http1(case):
            return one
    frames = [wire for wire in direct(case, None) if wire.response is None and protocol(wire.raw) == "HTTP/2"]
    greeted = [one for one in case.of(Banner, "", None) if protocol(one.got) == "HTTP/2" and not speaks_http1(case)]
    return next(iter((*frames, *greeted)), None)


@settled
def speaks_http1(case: Case) -> bool:
    """Whether the port answered in HTTP/1.x what is no request at all, so that it does not speak HTTP/2 alone."""
    return any(looks_like_http(one.got) for one in case.of(Banner, "", None))


@settled
def _refused_http1(case: Case) -> bool:
    failed = failed_handshake(case)
    return (failed is not None and failed.alert == "no_application_protocol") or not answered(case)


# -- certificates ----------------------------------------------------------------------------------------------------


@settled
def shown_chain(case: Case) -> tuple[Certificate, ...]:
    """The chain that clients of this target get, leaf first; () when it is not known."""
    return next((one.chain for one in handshakes(case) if one.purpose in SAME_QUESTION and one.chain), ())


@settled
def any_chain(case: Case) -> tuple[Certificate, ...]:
    """Any chain seen on this port."""
    return next((one.chain for one in handshakes(case) if one.chain), ())


@settled
def mesh(case: Case) -> str:
    """The service mesh whose workload certificate the port shows, '' when none."""
    return certificate.mesh(any_chain(case))


@settled
def usual(case: Case) -> Mapping[str, str]:
    """A fact for remedies, where it applies: the URL with the API's usual port."""
    target = case.target
    if target is None or target.port == 8080:
        return {}
    host = f"[{target.host}]" if ":" in target.host else target.host
    return {"api_url": f"http://{host}:8080{target.prefix}"}


def quoted_answer(response: Response) -> str:
    """Status line of an answer for a sentence: `404 Not Found`."""
    return f"{response.status} {response.reason}".rstrip()
