"""Cases about voices, Flux and the voice agent, built by hand."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from dgcheck.model.case import Case
from dgcheck.model.evidence import Ending, Exchange, Heard, Phase, Seen, Stream, Upgrade
from dgcheck.model.record import replace
from dgcheck.model.sound import Sound
from dgcheck.wire.endpoint import saying
from tests.rules.built import DG, HEARD, case, got, upgraded
from tests.rules.models_built import NOVA_3, VOICE, listed

NAME, TURNS = "aura-2-thalia-en", "flux-general-en"
URL = "http://10.0.0.7:8080"
SAID = saying(NAME)
AUDIO = (*DG[:1], ("content-type", "audio/wav"), ("dg-model-name", NAME))
LISTED = listed(NOVA_3, VOICE, grouped=True)


def spoke(status: int | None = 200, body: str = "", *, voice: str = NAME, **fields: Any) -> Exchange:
    """POST /v1/speak and its answer."""
    headers = fields.pop("headers", AUDIO if status == 200 else DG)
    made = got(f"POST /v1/speak?model={voice}", status, body, headers, check="speak", **fields)
    complete = made.ending is Ending.ANSWERED
    return replace(made, response=replace(made.response, complete=complete)) if made.response else made


def opened(target: str = f"/v2/listen?model={TURNS}", status: int = 101, body: str = "", **fields: Any) -> Upgrade:
    """An upgrade of one of the endpoints; its check follows from the path."""
    check = {"/v1/speak": "speak", "/v2/speak": "speak", "/v2/listen": "flux"}.get(target.partition("?")[0], "agent")
    return upgraded(f"GET {target}", status, body, fields.pop("headers", DG), **{"check": check, **fields})


def sound(**fields: Any) -> Sound:
    """Two seconds of audio that can be heard, in the piece of evidence before it."""
    known = {
        "heard_in": "",
        "voice": NAME,
        "words": SAID.words,
        "language": "en",
        "form": "WAV",
        "encoding": "linear16",
    }
    known |= {"rate": 24000, "channels": 1, "size": 240_044, "lasts": 5.0, "silent": False}
    known |= {"first_after": 0.1, "all_after": 0.8}
    return Sound(**{"id": "", "check": "speak", "ending": Ending.ANSWERED, **known, **fields})


def talked(*kinds: str | Heard, check: str = "flux", **fields: Any) -> Stream:
    """What was heard on the socket of the upgrade before it, one message every tenth of a second."""
    heard = [one if isinstance(one, Heard) else message(one) for one in kinds]
    timed = tuple(replace(one, at=2.0 + place / 10) for place, one in enumerate(heard))
    known = {"upgrade": "", "opened_at": 1.0, "audio_sent_at": 1.5, "ended_at": 2.0 + len(heard) / 10, "sent_bytes": 9}
    return Stream(**{"id": "", "check": check, "ending": Ending.ANSWERED, **known, "heard": timed, **fields})


def message(kind: str, **fields: Any) -> Heard:
    """One message of that type; `binary` is audio."""
    return Heard(at=0.0, kind=kind, text="4800 bytes" if kind == "binary" else json.dumps({"type": kind, **fields}))


def turn(event: str, words: str = "we will meet again tomorrow") -> Heard:
    """A `TurnInfo`."""
    final = event == "EndOfTurn"
    return Heard(at=0.0, kind="TurnInfo", transcript=words, is_final=final, text='{"type":"TurnInfo"}')


def answered_with(words: str, status: int = 200) -> Exchange:
    """What was spoken, posted back and transcribed."""
    body = HEARD.replace("hello there", words)
    return got("POST /v1/listen?model=nova-3-general", status, body, DG, check="speak")


def phases(**seconds: float) -> tuple[Phase, ...]:
    return tuple(Phase(name, 0.0, value) for name, value in seconds.items())


def further(*evidence: Seen, url: str = URL, **settings: Any) -> Case:
    """A case in which sounds and streams belong to the question before them."""
    made = case(url, *evidence, **{"models": (NAME,), **settings})
    made.words = "we will meet again tomorrow"
    made.evidence[:] = _joined(made.evidence)
    made.ran = ("speak", "flux", "agent")
    return made


def _joined(evidence: Iterable[Seen]) -> list[Seen]:
    found: list[Seen] = []
    last = ""
    for seen in evidence:
        if isinstance(seen, Sound):
            seen = replace(seen, heard_in=last)
        elif isinstance(seen, Stream):
            seen = replace(seen, upgrade=last)
        if isinstance(seen, (Exchange, Upgrade, Stream)):
            last = seen.id
        found.append(seen)
    return found
