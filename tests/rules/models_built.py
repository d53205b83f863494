"""Cases about models, built by hand: a listing, and what the requests for speech got."""

from __future__ import annotations

import json
from typing import Any

from dgcheck.model.case import Case
from dgcheck.model.evidence import Exchange, Seen, Upgrade, Wire
from tests.rules.built import DG, HEARD, case, got, upgraded

NO_SUCH = "Bad Request: No such model/language/tier combination found."
REFUSAL = json.dumps({"err_code": "Bad Request", "err_msg": NO_SUCH, "request_id": DG[0][1]})
WITH_ERROR = (*DG, ("dg-error", NO_SUCH))


def row(name: str, **fields: Any) -> dict[str, Any]:
    """A row of the listing: serves both ways, English, unless told otherwise; `...` leaves a field out."""
    known = {
        "name": name.partition("-")[2] or name,
        "canonical_name": name,
        "architecture": name.rpartition("-")[0],
        "languages": ["en", "en-US"],
        "version": "2025-04-17.21547",
        "uuid": f"00000000-0000-4000-8000-{abs(hash(name)) % 10**12:012d}",
        "batch": True,
        "streaming": True,
        "formatted_output": False,
    }
    return {key: value for key, value in {**known, **fields}.items() if value is not ...}


NOVA_3 = row("nova-3-general")
NOVA_2 = row("nova-2-general")
VOICE = {"name": "thalia", "canonical_name": "aura-2-thalia-en", "architecture": "aura-2", "uuid": "v", "metadata": {}}


def listed(*rows: dict[str, Any], grouped: bool = False, **fields: Any) -> Exchange:
    """The answer of `/v1/models`."""
    body = {"stt": [one for one in rows if one is not VOICE], "tts": [one for one in rows if one is VOICE]}
    return got("GET /v1/models", 200, json.dumps(body if grouped else rows), **fields)


def posted(query: str, status: int = 200, **fields: Any) -> Exchange:
    """The POST of speech: heard, or refused for its model."""
    body, headers = (HEARD, DG) if status == 200 else (REFUSAL, DG)
    return got(f"POST /v1/listen?{query}", status, **{"body": body, "headers": headers, **fields})


def streamed(query: str, status: int = 101, **fields: Any) -> Upgrade:
    """The upgrade: accepted, or refused for its model."""
    body, headers = ("", DG) if status == 101 else (REFUSAL, WITH_ERROR)
    return upgraded(f"GET /v1/listen?{query}", status, **{"body": body, "headers": headers, **fields})


def both(query: str, rest: int = 400, streaming: int = 400) -> list[Wire]:
    """The POST and the upgrade for the same."""
    return [posted(query, rest), streamed(query, streaming)]


def asked(model: str, *evidence: Seen, chosen: bool = False, **settings: Any) -> Case:
    """A case in which this model was asked for; `chosen` by dgcheck, from the listing."""
    named = () if chosen or not model else (model,)
    found = case("http://10.0.0.7:8080", *evidence, models=settings.pop("models", named), **settings)
    found.model, found.models, found.chosen = model, (model,) if model else (), chosen
    return found
