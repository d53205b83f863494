"""The answer to pasted text: what it names, why, and what to do, as plain data with no secret in it."""

from __future__ import annotations

from dgcheck.explain.facts import HOSTED, facts
from dgcheck.explain.masked import Masks
from dgcheck.explain.weigh import CANDIDATES, Named, weigh
from dgcheck.model.pattern import pattern
from dgcheck.report.harmless import one_line

TYPE_CHECKING = False  # typing is not imported: `explain` pays for it
if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, TypeAlias

    from dgcheck.explain.pages import Page
    from dgcheck.explain.tally import Heard, Place

    Answer: TypeAlias = dict[str, Any]

MOST_REMEDIES = 4
AROUND = 16  # passages of a long log in which its facts are looked for
HOSTED_CAUSE = "hosted_endpoint"
_PLACEHOLDER = pattern(r"\{([a-z_]+)\}")
_ASIDE = pattern(r" \(\{([a-z_]+)\}\)")
_SAFE = pattern(r"[\w.:/@%+=,\[\]\-]*\Z")
# Where nothing is known of the target, remedies say it as the pages do.
_PLAIN = {"base": "http://HOST:8080", "host": "HOST", "port": "8080", "authority": "HOST:8080", "scheme": "http"}
_TLS = {"base": "https://HOST", "host": "HOST", "port": "443", "authority": "HOST", "scheme": "https"}
# What a remedy calls by another name; `name` is that of the host, or of the model, by what the cause is about.
_SAME = {"server_name": "host", "asked_url": "url", "right_base": "meant", "right_url": "meant"}
_ADDRESS = ("url", "meant", "scheme", "host", "port", "authority", "base")
_NAME = {"dns": "host", "models": "model"}
LAYERS = {"DG0": "settings", "DG1": "dns", "DG3": "http", "DG4": "websocket", "DG5": "models", "DG6": "quality"}


def answer(
    heard: Sequence[Heard], whole: str, pages: Sequence[Page], layer: Callable[[str], str], secrets: Sequence[str] = ()
) -> Answer:
    """`verdict`, `matches`, `layer`, `facts`, `command`; see `explain.schema.json`.

    `whole` is the text where it is short, '' for a long log; `layer` tells what a text proves where nothing is named;
    `secrets` are values that must not be repeated, whatever they look like.
    """
    by_cause = {page["cause"]: page for page in pages}
    named = [
        one
        for one in weigh(heard, {name: page["explains"] for name, page in by_cause.items()})
        if one.cause in by_cause
    ]
    masks = Masks(secrets, whole, *(text for one in heard for text in (one.around, one.words)))
    if not named:
        known = facts(whole, whole, {}, masks)
        return {
            "verdict": "unrecognised",
            "matches": [],
            "layer": layer(whole),
            "facts": known,
            "command": _command(known, ()),
        }
    lead = named[0].heard
    # Of a long log, what stands around anything that was heard: often a URL stands in another line than the cause.
    whole = whole or "\n".join(one.around for one in heard[:AROUND])
    known = facts(lead.around if lead else "", whole, _facts_of(named[0]), masks)
    if known.get("hosted") and HOSTED_CAUSE in by_cause and all(one.cause != HOSTED_CAUSE for one in named):
        # What the hosted service says is no fault of a deployment of one's own; the words keep the lead all the same.
        named = [named[0], Named(HOSTED_CAUSE, "possible", None, []), *named[1:]][: max(len(named), CANDIDATES)]
    matches = [_match(one, by_cause[one.cause], known, whole, masks) for one in named]
    return {
        "verdict": named[0].confidence,
        "matches": matches,
        "layer": layer_of(by_cause[named[0].cause]["code"]),
        "facts": {name: one_line(value, 2000) for name, value in known.items()},
        "command": _command(known, matches),
    }


def layer_of(code: str) -> str:
    """The layer a code belongs to: settings, dns, tcp, tls, http, websocket, models or quality."""
    if code.startswith("DG2"):
        return "tls" if "DG2010" <= code <= "DG2025" or code == "DG2027" else "tcp"
    return LAYERS.get(code[:3], "")


def _facts_of(one: Named) -> dict[str, str]:
    """What the messages of one cause say together; the most telling message first."""
    together: dict[str, str] = {}
    for heard in one.rest:
        for name, value in heard.facts.items():
            together.setdefault(name, value)
    return together


def _match(one: Named, page: Page, known: Mapping[str, str], whole: str, masks: Masks) -> Answer:
    heard = one.heard
    if heard is not None and _facts_of(one) != known:
        known = {**known, **facts(heard.around, whole, _facts_of(one), masks)}
    found: Answer = {
        "code": page["code"],
        "cause": one.cause,
        "confidence": one.confidence,
        "title": page["title"],
        "says": _says(heard, page, known),
        "remedies": _remedies(page, known, heard),
        "span": None,
    }
    if heard is not None:
        first = min((each.first for each in one.rest), key=_when)
        last = max((each.last for each in one.rest), key=_when)
        found["span"] = [heard.first.start, heard.first.end]
        found |= {
            "words": one_line(masks.quoted(heard.quote), 360),
            "said_by": heard.said.speaker,
            "count": one.count,
            "first": _place(first),
            "last": _place(last),
        }
    return found


def _when(place: Place) -> tuple[str, str, int]:
    return (place.time, place.file, place.line)


def _place(place: Place) -> Answer:
    found: Answer = {"line": place.line}
    if place.file:
        found["file"] = place.file
    if place.time:
        found["time"] = place.time
    return found


def _says(heard: Heard | None, page: Page, known: Mapping[str, str]) -> str:
    """The message's sentence where all its facts are known, else the title of the cause; and whom it was said of."""
    template = heard.said.says if heard else ""
    said = f"{page['title']}."
    if template and all(known.get(name) for name in _PLACEHOLDER.findall(template)):
        said = _PLACEHOLDER.sub(lambda found: one_line(known[found.group(1)], 300), template)
    if heard and heard.elsewhere:
        said += f" Beside it stands “{one_line(heard.elsewhere, 100)}”: it was said of another service, most likely."
    return said


def _remedies(page: Page, known: Mapping[str, str], heard: Heard | None) -> list[dict[str, str]]:
    """The cause's remedies that fit, filled in; those of the place that spoke first.

    Where every command needs what the text does not hold, the first that can be said without it is, and the page named.
    """
    from dgcheck.explain.places import fits, places

    known = _of_ones_own(known)
    same = {**_SAME, "name": _NAME.get(layer_of(page["code"]), "")}
    known = {**_unknown(page), **{name: known[other] for name, other in same.items() if other in known}, **known}
    where = places(known, heard.said.speaker if heard else "")
    fitting = [remedy for remedy in page["remedies"] if fits(remedy["place"], where)]
    filled: list[tuple[int, dict[str, str]]] = []
    for remedy in fitting:
        names = _PLACEHOLDER.findall(remedy["do"] + remedy["command"])
        if any(name not in known for name in names):
            continue
        if any(not _SAFE.match(known.get(name, "")) for name in _PLACEHOLDER.findall(remedy["command"])):
            continue
        first = 0 if remedy["place"] and remedy["place"] in where else 1
        filled.append((first, {part: _fill(remedy[part], known) for part in ("do", "command")}))
    filled.sort(key=lambda pair: pair[0])
    found = [done for _, done in filled[:MOST_REMEDIES]]
    if found:
        return found
    page_of = {"do": "Read what can be behind it, and what helps", "command": f"dgcheck explain {page['code']}"}
    told = [one for one in fitting if all(name in known for name in _PLACEHOLDER.findall(one["do"]))]
    return [*({"do": _fill(one["do"], known), "command": ""} for one in told[:1]), page_of]


def _of_ones_own(known: Mapping[str, str]) -> Mapping[str, str]:
    """What is known, without the address of the hosted service: there is nothing to run or to mend at it."""
    if known.get("host", "").lower() != HOSTED:
        return known
    return {name: value for name, value in known.items() if name not in _ADDRESS}


def _fill(template: str, known: Mapping[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        name = found.group(1)
        safe = known.get(name) if _SAFE.match(known.get(name, "")) else ""
        return safe or name.upper()

    template = _ASIDE.sub(lambda found: found.group() if known.get(found.group(1)) else "", template)
    return _PLACEHOLDER.sub(value, template).replace("{{", "{").replace("}}", "}")


def _unknown(page: Page | Answer) -> dict[str, str]:
    """What a command names where the text does not hold it: by TLS where the cause is one of TLS."""
    tls = layer_of(page["code"]) == "tls" and page["cause"] != "tls_to_plain_port"
    return _TLS if tls else _PLAIN


def _command(known: Mapping[str, str], matches: Sequence[Answer]) -> str:
    """The one command that asks again, and so tells the candidates apart."""
    known = _of_ones_own(known)
    url = known.get("meant") or known.get("url", "")
    if url:
        return f"dgcheck {quoted(url)}"
    if not matches:
        return ""
    words = ["dgcheck", "run", known.get("base") or _unknown(matches[0])["base"]]
    for option in ("model", "language"):
        if known.get(option) and _SAFE.match(known[option]):
            words += [f"--{option}", known[option]]
    return " ".join(words)


def quoted(word: str) -> str:
    """A word as a shell takes it, whatever stands in it."""
    return "'" + word.replace("'", "'\"'\"'") + "'"
