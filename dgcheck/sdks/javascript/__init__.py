"""Deepgram's SDK for JavaScript on Node, versions 1 to 5: releases that behave alike, with what each does.

Read in about every second published version; run: 1.21.0, 2.4.0, 3.13.0, 4.11.3, 5.13.0 on Node 20.
"""

from __future__ import annotations

from dgcheck.model.sdk import Place, Recipe, Release, Sdk
from dgcheck.sdks.javascript import manners, v1, v3, v5
from dgcheck.sdks.urls.traps import told

_V1 = ("apiUrl", "DEEPGRAM_HOST")
_V3 = (
    "global.url",
    "global.fetch.options.url",
    "global.websocket.options.url",
    "listen.options.url",
    "DEEPGRAM_HOST",
)
_V5 = ("baseUrl", "environment", "global.url", "DEEPGRAM_HOST")
_TAG = "@deepgram/sdk"


TYPE_CHECKING = False  # typing is not imported: `sdk` pays for it
if TYPE_CHECKING:
    from collections.abc import Callable


def _recipe(habits: v1.Habits | v3.Habits | None) -> Callable[[Place], tuple[Recipe, ...]]:
    def recipe(place: Place) -> tuple[Recipe, ...]:
        from dgcheck.sdks.javascript import recipes  # most questions need no program

        if isinstance(habits, v1.Habits):
            return recipes.first(habits)(place)
        return recipes.third(habits)(place) if isinstance(habits, v3.Habits) else recipes.fifth(place)

    return recipe


def _first(since: str, newest: str, habits: v1.Habits) -> Release:
    source = f"{_TAG} {newest}: dist/index.js"
    return Release(
        since,
        newest,
        _V1,
        told(habits.dial, source, habits.traps),
        manners.first(),
        _recipe(habits),
        source=source,
    )


def _third(since: str, newest: str, habits: v3.Habits) -> Release:
    source = f"{_TAG} {newest}: dist/main/packages/AbstractClient.js, AbstractRestClient.js, AbstractLiveClient.js"
    return Release(
        since,
        newest,
        _V3,
        told(habits.dial, source, habits.traps),
        manners.third(habits.early),
        _recipe(habits),
        source=source,
    )


def _fifth(since: str, newest: str) -> Release:
    source = f"{_TAG} {newest}: dist/cjs/core/url/join.js, CustomClient.js, auth/HeaderAuthProvider.js"
    return Release(
        since,
        newest,
        _V5,
        told(v5.dial, source, v5.traps),
        manners.fifth(),
        _recipe(None),
        source=source,
    )


SDK = Sdk(
    "javascript",
    "Deepgram SDK for JavaScript",
    "javascript",
    (
        _first("1.0.1", "1.21.0", v1.Habits(honours_plain=False)),
        _first("2.0.0", "2.1.1", v1.Habits(honours_plain=False)),
        _first("2.2.0", "2.4.0", v1.Habits(honours_plain=True)),
        _third("3.0.0", "3.3.5", v3.Habits(early=True)),
        _third("3.4.0", "3.13.0", v3.Habits()),
        _third("4.0.0", "4.4.0", v3.Habits()),
        _third("4.5.0", "4.11.3", v3.Habits(access_token=True)),
        _fifth("5.0.0", "5.13.0"),
    ),
    ("js", "node", "nodejs", "typescript", "ts", "deepgram/sdk", "deepgram-js-sdk"),
)
