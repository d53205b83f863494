"""What a report tells for the programs beside it: the settings that SDKs need, and whose list trusts the target."""

from __future__ import annotations

from dgcheck.model.record import dataclass
from dgcheck.model.report import Report, SdkSettings, TrustStore
from dgcheck.report import wording
from dgcheck.report.harmless import one_line, word

_STORES = {
    "certifi": "certifi's list",
    "system": "this machine's list",
    "node": "the list in Node.js",
    "java": "Java's own list",
    "webpki": "the list in Rust's webpki-roots",
}


@dataclass(frozen=True, slots=True)
class Setting:
    """One SDK's part: its name, the code ('' where there is none), and what else has to be known, a line each."""

    name: str
    code: str
    notes: tuple[str, ...]


def settings(report: Report) -> tuple[Setting, ...]:
    """The settings that the report ends with, () unless they were asked for."""
    return tuple(_setting(one, report) for one in report.sdk_settings)


def _setting(one: SdkSettings, report: Report) -> Setting:
    notes = [f"set {word(name, 60)}={one_line(value, 200)}" for name, value in one.environment]
    notes += [one_line(note, 400) for note in one.notes]
    if report.target.get("scheme") == "https" and one.trust:
        adds = f"; {one_line(one.ca_variable, 100)} adds a CA" if one.ca_variable else "; no CA can be added"
        notes.append(f"it goes by {_STORES.get(one.trust, one_line(one.trust, 60))}{adds}")
    if one.code:
        notes.append(
            f"a whole program: `dgcheck sdk config {word(f'{one.sdk}@{one.version}', 60)} {wording.target(report)}`"
        )
    elif not notes:
        notes.append("this SDK cannot be told this address")
    return Setting(f"{one_line(one.title, 80)} {word(one.version, 30)}", one.code, tuple(notes))


def trust(report: Report, *, verbose: bool) -> tuple[tuple[str, str, str, str], ...]:
    """Rows of (list, whether it trusts the target, who goes by it, what adds a CA: '' where none has to be added).

    () where no list but the configured one was asked, or where all agree and nobody wants to know.
    """
    stores = report.trust_stores
    apart = {one.trusts for one in stores} >= {True, False}
    named = bool(report.settings.get("sdk", {}).get("value"))
    if not stores or not (apart or verbose or named):
        return ()
    return tuple(_row(one) for one in stores)


def _row(one: TrustStore) -> tuple[str, str, str, str]:
    said = {True: "trusted", False: "not trusted", None: "not known"}[one.trusts]
    name = _STORES.get(one.store, one_line(one.store, 60))
    return (
        name + (f", {one_line(one.why, 100)}" if one.why else ""),
        said,
        one_line(one.used_by, 100),
        one_line(one.ca_variable, 100) if one.trusts is not True else "",
    )
