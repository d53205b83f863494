"""From a TCP connection to one that can be asked over TLS."""

from __future__ import annotations

import asyncio
import ssl
from time import monotonic

from dgcheck.model.evidence import Certificate, Ending, Handshake
from dgcheck.model.record import replace
from dgcheck.net import kept
from dgcheck.net.certificates import anchors, read_chain, sent_chain, verified_leaf
from dgcheck.net.connection import Connection
from dgcheck.net.endings import alert_of, ending_of_exception, escaped
from dgcheck.net.network import Network, NotConnected
from dgcheck.net.shaking import Shaking
from dgcheck.wire.tls_records import alert, asks_for_certificate

HANDSHAKE_LIMIT = 8.0


def server_name_of(host: str) -> str | None:
    """The SNI that an ordinary client sends: the name, none for an address."""
    return None if ":" in host or host.replace(".", "").isdigit() else host.rstrip(".")


async def shake(
    network: Network,
    connection: Connection,
    *,
    check: str,
    purpose: str = "",
    server_name: str | None = None,
    trust: str = "",
    alpn: tuple[str, ...] = ("http/1.1",),
    versions: tuple[str, str] = ("", ""),
    with_certificate: bool = True,
) -> Handshake:
    """One TLS handshake as evidence (not recorded yet); on success the connection is ready to be asked."""
    used = trust or network.trust.default
    context = network.trust.context(used, alpn, versions, with_certificate)
    name = network.target.host if server_name is None else server_name
    begun, ending, problem, failure = monotonic(), Ending.CUT_SHORT, "", None
    early: Shaking | None = None
    try:
        async with asyncio.timeout(HANDSHAKE_LIMIT):
            # An address is verified too, but OpenSSL sends no SNI for one.
            early = await _early(network, connection, context, name or None)
            if early is None:
                await connection.shake(context, name or None)
            else:
                begun = early.begun
                connection.adopt(early)
        ending = Ending.ANSWERED
    except (OSError, EOFError, TimeoutError) as error:
        failure = error
        ending, problem = ending_of_exception(error)
    finally:
        if early is not None and early.over:
            ended = early.ended
        else:
            ended = connection.arrived if ending is Ending.ANSWERED else monotonic()
        phase = network.phase("handshake", begun, ended)
        connection.phases = (*connection.phases, phase)
        seen = _evidence(network, connection, failure, ending, check=check, purpose=purpose, trust=used, name=name)
        seen = replace(
            seen,
            problem=problem,
            phases=(phase,),
            alpn_offered=alpn,
            min_version=versions[0],
            client_certificate=with_certificate and bool(network.settings.cert),
        )
        if ending is Ending.CUT_SHORT:
            network.record(seen)
    return seen


async def _early(network: Network, connection: Connection, context: ssl.SSLContext, name: str | None) -> Shaking | None:
    """The handshake that the head start began on this connection, once it is over; None where it began none.

    What is asked in other words (another trust, name or version) is asked on a connection of its own.
    """
    begun = connection.attempt.take() if connection.attempt is not None else None
    if begun is None:
        return None
    assert (begun.context, begun.server_name) == (context, name), "another handshake was begun on this connection"
    connection.attempt = None
    if not await network.until(lambda: begun.over, HANDSHAKE_LIMIT):
        raise TimeoutError
    return begun


def _alert(failure: BaseException | None, connection: Connection) -> str:
    """The alert that ended the handshake; Python has no word for some of OpenSSL's, so the record is read as well."""
    if not isinstance(failure, ssl.SSLError) or isinstance(failure, ssl.SSLCertVerificationError):
        return ""
    return alert_of(failure) or alert(connection.flight)


def _evidence(
    network: Network,
    connection: Connection,
    failure: BaseException | None,
    ending: Ending,
    *,
    check: str,
    purpose: str,
    trust: str,
    name: str,
) -> Handshake:
    tls, code, message = connection.tls, None, ""
    chain: tuple[Certificate, ...] = ()
    if failure is None and ending is Ending.ANSWERED and tls is not None:
        if trust != "none":
            code, leaf = 0, verified_leaf(tls)
            chain = (leaf,) if leaf else read_chain(sent_chain(tls))
        else:
            chain = read_chain(sent_chain(tls))
    elif isinstance(failure, ssl.SSLCertVerificationError):
        code, message = failure.verify_code, failure.verify_message
    raw = connection.raw
    no_record = bool(raw) and raw[0] not in (0x14, 0x15, 0x16, 0x17)
    cipher = tls.cipher() if tls is not None and ending is Ending.ANSWERED else None
    return Handshake(
        id=network.next_id(),
        check=check,
        purpose=purpose,
        ending=ending,
        address=connection.address,
        port=connection.port,
        server_name=server_name_of(name) or "",
        trust=trust,
        version=(tls.version() or "") if tls is not None and ending is Ending.ANSWERED else "",
        cipher=cipher[0] if cipher else "",
        alpn=(tls.selected_alpn_protocol() or "") if tls is not None and ending is Ending.ANSWERED else "",
        asked_for_certificate=asks_for_certificate(connection.flight),
        verify_code=code,
        verify_message=str(message),
        alert=_alert(failure, connection),
        reason=str(failure.reason or "") if isinstance(failure, ssl.SSLError) else "",
        first_bytes=network.redactor.beginning(escaped(raw), kept.RAW, whole=False) if no_record else "",
        bytes_in=connection.bytes_in,
        chain=tuple(kept.certificate(one, network.redactor) for one in chain),
        anchors=anchors(network.trust.context(trust)) if code and trust == "ca_file" else (),
    )


async def secured(network: Network, connection: Connection, *, check: str, purpose: str, trust: str = "") -> Connection:
    """The connection with TLS as configured; raises NotConnected after recording the handshake that failed."""
    seen = await shake(network, connection, check=check, purpose=purpose, trust=trust)
    if seen.ending is not Ending.ANSWERED:
        network.record(seen)
        connection.close()
        raise NotConnected((seen.id,), "handshake")
    return connection
