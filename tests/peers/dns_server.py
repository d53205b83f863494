"""A DNS server for tests, by dnspython: it answers as a table says, also with failures and with silence.

Run as a program: `python dns_server.py ADDRESS TABLE [NEGATIVE]`, where TABLE is JSON: a name (`*.domain` for all
below it) to its records, `{"A": ["10.0.0.7"], "AAAA": [], "CNAME": "other.name"}`, or to `{"rcode": "SERVFAIL"}` or to
`{"silent": true}`. A name that is not in the table does not exist, nor does one with `"once": FILE` before that file is
there. NEGATIVE are the seconds for which absence may be kept in mind. It answers on UDP port 53, and prints `ready`
first, then the name of every question.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

TTL = 5
MOST_ALIASES = 8


def entry(table: dict[str, Any], name: str) -> dict[str, Any] | None:
    """The row of a name: its own, else the wildcard above it; {} for a name that only has names below it."""
    if name in table and not os.path.exists(table[name].get("once", __file__)):
        return None
    if name in table:
        return dict(table[name])
    _, _, above = name.partition(".")
    while above:
        if f"*.{above}" in table:
            return dict(table[f"*.{above}"])
        _, _, above = above.partition(".")
    return {} if any(one.endswith(f".{name}") for one in table) else None


def reply(table: dict[str, Any], question: dns.message.Message, negative: int = TTL) -> dns.message.Message | None:
    """The answer to one question, None for silence."""
    answer = dns.message.make_response(question)
    answer.flags |= dns.flags.AA | dns.flags.RA
    asked = question.question[0]
    name, kind = asked.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(asked.rdtype)
    for _ in range(MOST_ALIASES):
        row = entry(table, name)
        if row is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
            break
        if row.get("silent"):
            return None
        if "rcode" in row:
            answer.set_rcode(dns.rcode.from_text(row["rcode"]))
            break
        if "CNAME" in row:
            answer.answer.append(dns.rrset.from_text(f"{name}.", TTL, "IN", "CNAME", f"{row['CNAME']}."))
            name = row["CNAME"]
            continue
        if row.get(kind):
            answer.answer.append(dns.rrset.from_text(f"{name}.", TTL, "IN", kind, *row[kind]))
        break
    if not any(rrset.rdtype == asked.rdtype for rrset in answer.answer):
        zone = name.partition(".")[2] or name
        soa = f"ns.{zone}. admin.{zone}. 1 60 60 60 30"
        answer.authority.append(dns.rrset.from_text(f"{zone}.", negative, "IN", "SOA", soa))
    return answer


def serve(address: str, table: dict[str, Any], negative: int = TTL) -> None:
    """Answer until the process is ended."""
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind((address, 53))
        print("ready", flush=True)
        while True:
            data, peer = listening.recvfrom(4096)
            question = dns.message.from_wire(data)
            print(question.question[0].name.to_text(omit_final_dot=True), flush=True)
            answer = reply(table, question, negative)
            if answer is not None:
                listening.sendto(answer.to_wire(), peer)


if __name__ == "__main__":
    serve(sys.argv[1], json.loads(sys.argv[2]), *map(int, sys.argv[3:]))
