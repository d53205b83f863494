"""Deepgram's SDK for Go, 1.0 to 3.5: releases that behave alike, with what each does."""

from __future__ import annotations

from dgcheck.model.sdk import Release, Sdk
from dgcheck.sdks.go import dial, recipes, traps
from dgcheck.sdks.go.manners import UNVERIFIED, asks
from dgcheck.sdks.urls.traps import told

TYPE_CHECKING = False  # typing is not imported: `sdk` pays for it
if TYPE_CHECKING:
    from collections.abc import Mapping

    from dgcheck.model.sdk import Manner

_OPTIONS = ("Host", "DEEPGRAM_HOST")
_VARIABLES = "DEEPGRAM_HOST and the other variables, except the credentials, win over what the code says"
_TWO = "over plain HTTP one Host cannot serve both: REST wants http://, live wants ws://"
_ALWAYS = ("websocket: bad handshake is said of every answer but a right 101; its status and body are not shown",)


def _release(since: str, newest: str, rules: dial.Rules, manners: Mapping[str, Manner]) -> Release:
    source = f"deepgram-go-sdk v{newest}: pkg/api/version, pkg/client; net/url of Go 1.19 to 1.26"
    forced = not rules.requests["listen", "rest"].schemes
    known = (_VARIABLES, *_ALWAYS) if forced else (_VARIABLES, _TWO, *_ALWAYS)
    return Release(
        since,
        newest,
        _OPTIONS,
        told(dial.dialler(rules), source, traps.own(rules)),
        manners,
        recipes.maker(newest, forced),
        known if rules.variables else _ALWAYS,
        source,
    )


SDK = Sdk(
    "go",
    "Deepgram SDK for Go",
    "go",
    (
        _release("1.0.0", "1.0.3", dial.V100, asks("v1.0.2", 45.0, UNVERIFIED)),
        _release("1.0.4", "1.1.0", dial.V104, asks("v1.0.2", 45.0)),
        _release("1.1.1", "1.1.2", dial.V111, asks("v1.1.0", 45.0)),
        _release("1.1.3", "1.2.2", dial.V113, asks("v1.2.0", 45.0)),
        _release("1.3.0", "1.3.2", dial.V130, asks("v1.2.0", 45.0)),
        _release("1.3.3", "1.3.3", dial.V133, asks("v1.2.0", 45.0)),
        _release("1.3.4", "1.3.6", dial.V133, asks("v1.2.0", 45.0)),
        _release("1.4.0", "1.6.1", dial.V140, asks("v1.4.0", 45.0)),
        _release("1.6.2", "1.6.2", dial.V162, asks("v1.4.0")),
        _release("1.7.0", "1.9.0", dial.V170, asks("v1.4.0")),
        _release("2.0.0", "2.1.0", dial.V200, asks("v1.4.0")),
        _release("3.0.0", "3.1.1", dial.V200, asks("v1.4.0")),
        _release("3.2.0", "3.5.0", dial.V320, asks("v1.4.0")),
    ),
    ("golang", "deepgram-go-sdk"),
)
