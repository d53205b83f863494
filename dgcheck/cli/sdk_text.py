"""What an SDK does with a setting, and what it needs for a deployment, as text for a person."""

from __future__ import annotations

from dgcheck.model.sdk import Outcome, Place
from dgcheck.report.harmless import one_line
from dgcheck.report.layout import hang, wrap
from dgcheck.sdks.urls.reached import meant
from dgcheck.sdks.urls.traps import prefix_of

TYPE_CHECKING = False  # typing is not imported: `sdk` pays for it
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dgcheck.model.sdk import Dialled, Manner, Recipe, Release, Sdk

PROSE = 100
_NAMES = {"rest": "REST", "ws": "live"}
_SAYS = {
    Outcome.DIALS: "dials",
    Outcome.CLOUD: "goes to Deepgram's cloud:",
    Outcome.WRONG_HOST: "looks up another host:",
    Outcome.REFUSED_BY_SDK: "is refused by the SDK",
    Outcome.ERROR: "fails before a request leaves",
    Outcome.CRASHES: "ends the program, where no handler can catch it",
}
STORES = {
    "certifi": "the list of the Python package certifi",
    "system": "the operating system's store",
    "node": "Node's own list",
    "java": "Java's own store (cacerts)",
    "webpki": "roots that are built into the program",
}


def dialled(
    sdk: Sdk,
    release: Release,
    version: str,
    option: str,
    value: str,
    found: Mapping[str, Dialled],
    *,
    width: int,
    colour: bool,
) -> str:
    """Both transports: what is dialled, what bites, and the lines that are right for the deployment that was meant."""
    room = min(width, PROSE)
    lines = [_paint(one_line(f"{sdk.title} {version}, {option} = {value!r}"), "1", colour), ""]
    for transport, one in found.items():
        says = f"{_SAYS[one.outcome]} {one_line(one.url or '')}".rstrip()
        if one.outcome is Outcome.DIALS and not one.traps:
            says += ", as meant"
        tone = "31" if one.outcome is not Outcome.DIALS else "33" if one.traps else "32"
        lines.append(f"  {_NAMES[transport]}  {_paint(says, tone, colour)}")
        if one.error:
            lines += hang("        it says: ", one_line(one.error), room, 17)
        for trap in one.traps:
            lines += hang("        - ", one_line(trap), room, 10)
    if any(one.traps or one.outcome is not Outcome.DIALS for one in found.values()):
        lines += _right(sdk, release, version, value, room, colour)
    return "\n".join(lines) + "\n"


def _right(sdk: Sdk, release: Release, version: str, value: str, room: int, colour: bool) -> list[str]:
    """The lines that are right for the deployment that the value means; nothing where it means none."""
    wanted = meant(value)
    if not wanted.host or wanted.host.endswith("deepgram.com"):
        return []
    host = f"[{wanted.host}]" if ":" in wanted.host else wanted.host
    authority = f"{host}:{wanted.port}" if wanted.port else host
    tls = wanted.tls if wanted.tls is not None else wanted.port in ("443", "8443")
    prefix = prefix_of(wanted.path)
    lines = []
    for recipe in release.recipe(Place(tls, authority, prefix)):
        if recipe.code:
            marks = [f"{mark}{authority}" for mark in ("//", '"')]
            lines += [line.strip() for line in recipe.code.splitlines() if any(mark in line for mark in marks)]
        else:
            lines += [f"({note})" for note in recipe.notes]
    base = f"{'https' if tls else 'http'}://{authority}{prefix}"
    base = one_line(base)
    shown = ["", f"  right for {base}:"]
    for line in dict.fromkeys(map(one_line, lines)):
        shown += [
            f"    {part}" for part in (wrap(line, room - 4) if line.startswith("(") else [_paint(line, "36", colour)])
        ]
    return [*shown, f"  the whole program: dgcheck sdk config {sdk.name}@{version} {_quoted(base)}"] if lines else []


def config(heading: str, release: Release, recipes: Sequence[Recipe], *, width: int, colour: bool) -> str:
    """Programs to paste, what must be set beside them, and whose certificates are trusted."""
    room = min(width, PROSE)
    lines = [_paint(heading, "1", colour)]
    programs = [one for one in recipes if one.code]
    shared = [note for note in programs[0].notes if all(note in one.notes for one in programs)] if programs[1:] else []
    for recipe in recipes:
        if not recipe.code:
            for note in recipe.notes or ("This SDK cannot do it.",):
                lines += ["", *hang("Not possible: ", note, room, 14)]
            continue
        number = f"program {programs.index(recipe) + 1} of {len(programs)}, " if len(programs) > 1 else ""
        lines += ["", _paint(f"--- {number}{recipe.language} ---", "2", colour), recipe.code.rstrip("\n")]
        lines.append(_paint("---", "2", colour))
        if recipe.environment:
            lines.append("Set before it starts:")
            lines += [
                _paint(f"  export {name}={_quoted(one_line(text))}", "36", colour) for name, text in recipe.environment
            ]
        for note in recipe.notes:
            if note not in shared:
                lines += hang("- ", note, room, 2)
    if shared:
        lines += ["", "For both:" if len(programs) == 2 else "For all:"]
        for note in shared:
            lines += hang("- ", note, room, 2)
    trust = _trust(release.manners, room)
    return "\n".join([*lines, *(["", *trust] if trust else [])]) + "\n"


def _trust(manners: Mapping[str, Manner], room: int) -> list[str]:
    told: dict[tuple[str, str, str], list[str]] = {}
    for transport in ("rest", "ws"):
        one = manners.get(transport)
        if one is not None and one.trust:
            told.setdefault((one.trust, one.ca_variable, one.tls_switch), []).append(_NAMES[transport])
    lines = []
    for (store, variable, switch), names in told.items():
        adds = f"{variable} names a file with a private CA" if variable else "a private CA cannot be added"
        off = f"; {switch} changes or ends the checking" if switch else ""
        text = f"Certificates ({' and '.join(names)}): {STORES.get(store, store)}; {adds}{off}."
        lines += hang("", text, room, 2)
    return lines


def _quoted(text: str) -> str:
    """The text as one word of a shell."""
    if text and all((char.isascii() and char.isalnum()) or char in "%+,-./:=@_" for char in text):
        return text
    return "'" + text.replace("'", "'\"'\"'") + "'"


def _paint(text: str, how: str, colour: bool) -> str:
    return f"\x1b[{how}m{text}\x1b[0m" if colour and text else text
