"""Which model to ask for when nobody said, and which rows of a listing a name means.

`exact` rows are those that the service itself would find for the name; `alike` rows are the same model in another
spelling; `nearest` are names that look like it.
"""

from __future__ import annotations

from dgcheck.model.evidence import Listing, Model
from dgcheck.model.record import dataclass, remembered
from dgcheck.wire import listing as listings
from dgcheck.wire import model_name

# Asked for where there is neither a wish nor a listing: what most deployments install, newest first.
USUAL = ("nova-3", "nova-2")

_FAMILY_RANK = {"nova": 3, "enhanced": 2, "base": 1}


@dataclass(frozen=True, slots=True)
class Choice:
    """A model to ask for. `name` goes into `model=`. `language` goes into `language=`; '' where the service's default
    (English) will do. The modes are what the listing says of this name: None = nothing.
    """

    name: str
    language: str = ""
    batch: bool | None = None
    streaming: bool | None = None


def choose(listing: Listing | None, language: str = "") -> Choice | None:
    """The newest speech model for `language` ('' = English) that serves both ways, else the newest that serves any;
    None when no speech model is listed.

    Newer is nova-3, nova-2, nova, enhanced, base; `general` comes before the special ones. A mode or a language that
    the listing leaves open ranks below one that it affirms and above one that it denies.
    """
    return _usual(listing) if not language else _choose(listing, language)


@remembered
def _usual(listing: Listing | None) -> Choice | None:
    """For English; the same listing comes from every deployment of a kind."""
    return _choose(listing, "")


def _choose(listing: Listing | None, language: str) -> Choice | None:
    named: dict[str, list[Model]] = {}
    for row in listings.speech(listing) if listing else ():
        named.setdefault(model_name.request_name(row), []).append(row)
    if not named:
        return None
    name = max(named, key=lambda one: (_rank(named[one], language or "en"), one))
    rows = speaking(tuple(named[name]), language or "en") or tuple(named[name])
    asked = language or own_language(rows)
    return Choice(name, asked, mode(rows, "batch"), mode(rows, "streaming"))


def _rank(rows: list[Model], language: str) -> tuple[int, int, int, int, int, str]:
    fitting = speaking(tuple(rows), language)
    both = sum(_sure(mode(fitting or tuple(rows), one)) for one in ("batch", "streaming"))
    found = model_name.of_row(rows[0])
    newest = max(row.version for row in rows)
    return (
        _sure(speaks(tuple(rows), language)),
        both,
        _FAMILY_RANK.get(found.family, 0),
        found.generation,
        found.variant == "general",
        newest,
    )


def _sure(said: bool | None) -> int:
    return {True: 2, None: 1, False: 0}[said]


def exact(listing: Listing, name: str, tier: str = "") -> tuple[Model, ...]:
    """The rows that a request for `name` means: by canonical name, `nova-3` for `nova-3-general`, the legacy forms
    (`2-general`, `general` with `tier=nova`), or the UUID. All kinds of rows are looked at.
    """
    if model_name.is_uuid(name):
        return tuple(row for row in listing.models if row.uuid.lower() == name.strip().lower())
    asked = _asked(name, tier)
    return tuple(row for row in listing.models if name in _names(row) or (asked and asked == model_name.of_row(row)))


def alike(listing: Listing, name: str) -> tuple[Model, ...]:
    """The rows of the same model in another spelling: `general-nova-3`, `nova3`, `Nova-3`, `nova_3_general`."""
    asked = model_name.read(name)
    if not asked.family:
        return tuple(row for row in listing.models if row.canonical_name.lower() == name.strip().lower())
    return tuple(row for row in listing.models if model_name.of_row(row) == asked)


def nearest(listing: Listing, name: str) -> str:
    """The request name of the installed model of which `name` is a misspelling; '' when it is none.

    A name that Deepgram offers is never a misspelling of another one, nor is a name with other digits in it:
    `nova-2` where `nova-3` is installed is a missing model.
    """
    import difflib

    same = alike(listing, name)
    if same:
        return model_name.request_name(same[0])
    if not name.strip() or model_name.is_uuid(name) or model_name.read(name).offered:
        return ""
    wanted = name.strip().lower()
    names: dict[str, str] = {}
    for row in listing.models:
        request = model_name.request_name(row)
        for spelling in (request, model_name.of_row(row).short if row.kind == "stt" else request):
            if _digits(spelling) == _digits(wanted):
                names.setdefault(spelling.lower(), request)
    close = difflib.get_close_matches(wanted[:100], names, n=1, cutoff=0.8)
    return names[close[0]] if close else ""


def names(listing: Listing, most: int = 12) -> str:
    """The speech models of a listing as words, newest first: `nova-3-general, nova-2-medical`; then how many more."""
    found = {model_name.request_name(row): row for row in reversed(listings.speech(listing))}
    ordered = sorted(found, key=lambda name: (_rank([found[name]], "en")[2:5], name), reverse=True)
    more = f" and {len(ordered) - most} more" if len(ordered) > most else ""
    return ", ".join(ordered[:most]) + more


def mode(rows: tuple[Model, ...], which: str) -> bool | None:
    """Whether any of the rows serves `batch` or `streaming`: True, False when all of them deny it, else None."""
    said = {getattr(row, which) for row in rows}
    return True if True in said else False if said == {False} else None


def speaks(rows: tuple[Model, ...], language: str) -> bool | None:
    """Whether any of the rows is for the language.

    None when a row does not list its languages, or lists only regions of the one asked for (`en-US` for `en`).
    """
    if speaking(rows, language):
        return True
    regions = any(tag.lower().startswith(f"{language.lower()}-") for row in rows for tag in row.languages)
    return False if rows and all(row.languages for row in rows) and not regions else None


def own_language(rows: tuple[Model, ...]) -> str:
    """What `language=` has to say for these rows where nobody wants a certain one: '' as long as English will do."""
    return "" if not rows or speaks(rows, "en") is not False else rows[0].languages[0]


def speaking(rows: tuple[Model, ...], language: str) -> tuple[Model, ...]:
    """The rows that list the language (`en` for `en`; a region needs its own entry; case and `_` are passed over)."""
    wanted = language.strip().lower().replace("_", "-")
    return tuple(row for row in rows if wanted in {tag.lower().replace("_", "-") for tag in row.languages})


def _names(row: Model) -> set[str]:
    """Names under which a request finds the row without any reading: never a bare `general` of a newer family."""
    known = {row.canonical_name, row.uuid}
    if not row.canonical_name or model_name.read(row.name) == model_name.of_row(row):
        known.add(row.name)
    if not row.canonical_name and model_name.of_row(row).family and not model_name.read(row.name).family:
        known.discard(row.name)
    return known - {""}


def _asked(name: str, tier: str) -> model_name.Name | None:
    """A request's name as the service reads it: canonical, short, and the legacy forms; None for other spellings."""
    found = model_name.read(name)
    if not found.family:
        return model_name.read(name, tier or "base") if found.variant in model_name.VARIANTS else None
    number = f"{found.generation}-" if found.generation > 1 else ""
    legacy = (f"{number}{found.variant}", f"{number}{found.variant}-{found.family}")
    if name in (found.canonical, found.short) or (found.family == "nova" and number and name in legacy):
        return found
    return None


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())
