"""The closed list of kinds of evidence, by the word that stands in a report."""

from __future__ import annotations

from dgcheck.model.beside import Beside
from dgcheck.model.evidence import (
    Banner,
    Configured,
    Dial,
    DnsAnswer,
    Exchange,
    Foretold,
    Handshake,
    Lookup,
    Seen,
    Stream,
    Surroundings,
    Upgrade,
)
from dgcheck.model.held import Held
from dgcheck.model.hops import Passage
from dgcheck.model.served import Served
from dgcheck.model.sound import Sound

KINDS: dict[str, type[Seen]] = {
    "configured": Configured,
    "surroundings": Surroundings,
    "lookup": Lookup,
    "dns_answer": DnsAnswer,
    "dial": Dial,
    "handshake": Handshake,
    "exchange": Exchange,
    "upgrade": Upgrade,
    "stream": Stream,
    "banner": Banner,
    "foretold": Foretold,
    "beside": Beside,
    "held": Held,
    "passage": Passage,
    "served": Served,
    "sound": Sound,
}
KIND_OF: dict[type[Seen], str] = {kind: word for word, kind in KINDS.items()}
