"""Questions to one DNS server, by dnspython; loaded only when the system's resolver failed or was odd."""

from __future__ import annotations

from socket import SOCK_DGRAM
from time import monotonic
from typing import Any

from dgcheck.model.evidence import DnsAnswer, Ending, Phase

LIMIT = 2.5


async def ask_dns(
    *,
    name: str,
    rtype: str,
    server: str,
    absolute: bool,
    new_id: str,
    check: str,
    purpose: str,
    began: float,
    port: int = 53,
) -> DnsAnswer:
    """Ask one server one question over UDP, over TCP where the answer is truncated; whatever comes is evidence."""
    import dns.asyncbackend
    import dns.asyncquery
    import dns.exception
    import dns.inet
    import dns.message
    import dns.name
    import dns.rcode

    begun = monotonic()
    facts: dict[str, Any] = {"ending": Ending.CUT_SHORT}
    try:
        question = dns.message.make_query(dns.name.from_text(name), rtype)
        # A connected socket, because only that one is told that nothing listens on the port.
        family = dns.inet.af_for_address(server)
        backend: Any = dns.asyncbackend.get_default_backend()
        made = await backend.make_socket(family, SOCK_DGRAM, 0, None, (server, port))
        async with made as sock:
            answer, _ = await dns.asyncquery.udp_with_fallback(
                question, server, timeout=LIMIT, port=port, udp_sock=sock
            )
        facts = {"ending": Ending.ANSWERED, "rcode": dns.rcode.to_text(answer.rcode()), **_read(answer, rtype)}
    except dns.exception.Timeout:
        facts = {"ending": Ending.TIMED_OUT}
    except ConnectionRefusedError:
        facts = {"ending": Ending.REFUSED}
    except OSError as error:
        facts = {"ending": Ending.UNREACHABLE, "problem": error.strerror or ""}
    except (dns.exception.DNSException, ValueError) as error:
        facts = {"ending": Ending.BROKEN, "problem": type(error).__name__}
    finally:
        ended = monotonic()
    return DnsAnswer(
        id=new_id,
        check=check,
        purpose=purpose,
        phases=(Phase("resolve", round(begun - began, 6), round(ended - begun, 6)),),
        name=name.rstrip("."),
        server=server,
        rtype=rtype,
        absolute=absolute,
        **facts,
    )


def _read(answer: Any, rtype: str) -> dict[str, Any]:
    addresses: list[str] = []
    cname = ""
    for rrset in answer.answer:
        for record in rrset:
            kind = record.rdtype.name
            if kind == "CNAME":
                cname = record.target.to_text(omit_final_dot=True)
            elif kind in ("A", "AAAA") and kind == rtype:
                addresses.append(record.address)
    ttl = None
    for rrset in answer.authority:
        for record in rrset:
            if record.rdtype.name == "SOA":
                ttl = min(record.minimum, rrset.ttl)  # RFC 2308 §5
    return {"addresses": tuple(addresses[:32]), "cname": cname, "negative_ttl": ttl}
