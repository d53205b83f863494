"""DG2021 to DG2023: a handshake that never ends, one that is too weak, and every other failure of TLS."""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Heals, Match, Remedy
from dgcheck.model.evidence import Ending, Handshake
from dgcheck.readings import contact
from dgcheck.rules.tls.shown import faults, shown
from dgcheck.rules.tls.terms import client_certificate
from dgcheck.rules.tls.trust import LOOK
from dgcheck.wire import certificate

_WEAK_REASONS = {
    "EE_KEY_TOO_SMALL": "its key is too short",
    "CA_KEY_TOO_SMALL": "its issuer's key is too short",
    "CA_MD_TOO_WEAK": "it was signed with a hash that is no longer trusted",
    "DH_KEY_TOO_SMALL": "its Diffie-Hellman parameters are too small",
    "BAD_DH_VALUE": "its Diffie-Hellman parameters are unusable",
    "WEAK_KEY": "its key is weak",
}
_MEANINGS = {
    "handshake_failure": "the two sides agree on no cipher, curve or signature",
    "insufficient_security": "the server wants stronger ciphers than the client offers",
    "internal_error": "something failed inside the server, often for want of a certificate for that name",
    "illegal_parameter": "the server rejects a value of the client's greeting",
    "decode_error": "the server could not read the client's greeting",
    "access_denied": "the server's rules refuse this client",
    "user_canceled": "the server gave up",
    "no_application_protocol": "the server takes neither http/1.1 nor h2",
}


def _stalled(case: Case) -> Iterator[Match]:
    seen = contact.failed_handshake(case)
    if seen is None or seen.ending is not Ending.TIMED_OUT or contact.plain_port(case) or contact.first_words(case):
        return
    waited = contact.seconds(seen.phases, "handshake") or 0.0
    came = "not one byte" if not seen.bytes_in else f"only {seen.bytes_in} bytes"
    says = (
        f"{contact.place(seen.address, seen.port)} accepts connections, but the TLS handshake did not end within "
        f"{waited:.1f} s: {came} came in answer to our greeting."
    )
    yield Match(says, contact.ids(seen), ("tls",), detail="silent" if not seen.bytes_in else "partial")


def weak(case: Case) -> Handshake | None:
    """The handshake that failed for a short key or an old signature; None without one."""
    seen = contact.failed_handshake(case)
    if seen is None:
        return None
    return seen if seen.verify_code in contact.TOO_WEAK or seen.reason in _WEAK_REASONS else None


def _weak(case: Case) -> Iterator[Match]:
    seen = weak(case)
    if seen is None:
        return
    it = shown(case)
    leaf = it.leaf if it else None
    why = (
        _WEAK_REASONS.get(seen.reason)
        or (seen.verify_message and f"OpenSSL says “{seen.verify_message}”")
        or seen.reason
    )
    facts = {"key": f"{leaf.key_kind} {leaf.key_bits} bits"} if leaf and leaf.key_bits else {}
    what = ""
    if leaf and leaf.key_bits:
        what = f" The certificate has {leaf.key_kind} {leaf.key_bits} bits, signed with {leaf.signature}."
    says = f"{contact.place(seen.address, seen.port)} is too weak for this client: {why}.{what}"
    yield Match(says, contact.ids(seen, it.fetched if it else None), ("tls",), facts=facts)


def _explained(case: Case) -> bool:
    """Whether a sharper cause of TLS, or of the port, names this failure."""
    it = shown(case)
    sharper = (
        contact.plain_port(case),
        contact.first_words(case),
        client_certificate(case),
        contact.sni_unknown(case),
        contact.versions_apart(case),
        contact.http2_only(case),
        weak(case),
    )
    return any(one is not None for one in sharper) or bool(it is not None and faults(it))


def _failed(case: Case) -> Iterator[Match]:
    seen = contact.failed_handshake(case)
    if seen is None or _explained(case) or seen.ending is Ending.TIMED_OUT:
        return
    if seen.ending in (Ending.CLOSED, Ending.RESET) and seen.bytes_in == 0:
        return  # not one byte of TLS came: that is tcp_closed_early or tcp_reset
    says = f"The TLS handshake with {contact.place(seen.address, seen.port)} failed: {_why(seen)}."
    yield Match(says, contact.ids(seen), ("tls",), detail=seen.alert or seen.reason.lower())


def _why(seen: Handshake) -> str:
    if contact.not_verified(seen):
        whose = f" (“{certificate.shown(seen.chain[0].subject)}”)" if seen.chain else ""
        return f"OpenSSL does not accept the certificate{whose}: {seen.verify_message or seen.verify_code}"
    if seen.alert:
        meaning = _MEANINGS.get(seen.alert)
        return f"the server ended it with the alert {seen.alert}" + (f", which means that {meaning}" if meaning else "")
    if seen.ending in (Ending.CLOSED, Ending.RESET):
        how = "closed" if seen.ending is Ending.CLOSED else "reset"
        return f"the server {how} the connection after {seen.bytes_in} bytes"
    return f"OpenSSL says {seen.reason or seen.problem or seen.ending.value}"


HANDSHAKE = (
    Cause(
        code="DG2021",
        cause="tls_handshake_stalled",
        title="The TLS handshake never ends",
        explanation=(
            "The connection comes about, the client greets, and the answer stays out or stays incomplete. The program "
            "that listens may be overloaded or hung, it may wait for something else than TLS, or larger packets get "
            "lost: where a VPN or an overlay network has a smaller MTU and drops the notice of it, small packets pass "
            "and the server's certificate, which fills several large ones, does not."
        ),
        told_apart=(
            "The time limit and the number of bytes that came. The port was asked in plain HTTP too, and did not "
            "answer: "
            "else it would be tls_to_plain_port. Silence before the connection is tcp_timeout."
        ),
        remedies=(
            Remedy(
                "Ask the server on its own machine, to see whether it or the network is at fault",
                "openssl s_client -connect 127.0.0.1:{port} -servername {host} </dev/null",
            ),
            Remedy(
                "See whether large packets get through (1472 + 28 = 1500); if only smaller ones do, lower the MTU",
                "ping -M do -s 1472 {address}",
            ),
            Remedy(
                "Let the router of the VPN or overlay clamp the segment size",
                "sudo iptables -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu",
            ),
            Remedy(
                "On the server, see which program listens there and whether it is busy",
                "sudo ss -ltnp | grep ':{port}'",
            ),
        ),
        explains=("http_stalled",),
        heals=Heals.SOON,
        when=_stalled,
        source="no complete answer to the ClientHello within the limit; RFC 2923 for path-MTU black holes",
    ),
    Cause(
        code="DG2022",
        cause="tls_weak_key",
        title="The certificate or key is too weak for the client",
        explanation=(
            "The server's key is shorter, or its signature older, than this client's policy allows. Policies differ: "
            "OpenSSL on Debian and Ubuntu refuses RSA keys below 2048 bits and SHA-1 signatures, other systems may "
            "still take them, so one client works and another does not."
        ),
        told_apart="Size and algorithm are shown. That the certificate is trusted or not is another question.",
        remedies=(
            Remedy(
                "Issue the certificate again with a key of today's strength",
                "openssl req -new -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj /CN={host} "
                "-addext subjectAltName=DNS:{host}",
            ),
            Remedy(
                "Replace Diffie-Hellman parameters that are too small, or leave them out",
                "openssl dhparam -out /etc/nginx/dhparam.pem 2048",
                place="nginx",
            ),
            LOOK,
        ),
        when=_weak,
        source="OpenSSL: X509_V_ERR_EE_KEY_TOO_SMALL (66), CA_KEY_TOO_SMALL (67), CA_MD_TOO_WEAK (68); security levels",
    ),
    Cause(
        code="DG2023",
        cause="tls_failed",
        title="The TLS handshake failed",
        explanation=(
            "TLS was spoken on both sides and did not come to an end, for a reason that none of the sharper "
            "causes names. "
            "The alert's name, or OpenSSL's word, says what the sides could not agree on."
        ),
        told_apart="Nothing sharper fits: versions, names, client certificate, key, trust and HTTP/2 were looked at.",
        remedies=(
            Remedy(
                "See each step of the handshake",
                "openssl s_client -connect {host}:{port} -servername {host} -msg </dev/null",
            ),
            Remedy(
                "The server's error log has its side of the story", "tail -n 50 /var/log/nginx/error.log", place="nginx"
            ),
            Remedy(
                "If the API itself does TLS, see whether certificate and key in [server.https] belong together",
                "docker compose logs --tail 50 api",
                place="compose",
            ),
        ),
        when=_failed,
        source="RFC 8446, section 6.2; OpenSSL's error reasons",
    ),
)
