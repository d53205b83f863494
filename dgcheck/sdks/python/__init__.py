"""Deepgram's SDK for Python, versions 2 to 7: releases that behave alike, with what each does.

Read in every published minor version; run: 2.12.0, 3.2.7, 3.11.0, 4.8.1, 5.3.4, 6.1.1, 7.17.0.
"""

from __future__ import annotations

from dgcheck.model.sdk import Place, Recipe, Release, Sdk
from dgcheck.sdks.python import manners, v2, v3, v5
from dgcheck.sdks.urls.traps import told

_V2 = ("api_url", "DEEPGRAM_HOST")
_V3 = ("url", "DEEPGRAM_HOST")
_V5 = (
    "environment.base",
    "environment.production",
    "environment",
    "DEEPGRAM_HOST",
    "httpx_client.base_url",
    "base_url",
    "url",
)
_TAG = "deepgram-sdk"


TYPE_CHECKING = False  # typing is not imported: `sdk` pays for it
if TYPE_CHECKING:
    from collections.abc import Callable


def _second(place: Place) -> tuple[Recipe, ...]:
    from dgcheck.sdks.python import recipes  # most questions need no program

    return recipes.second(place)


def _recipe(habits: v3.Habits | v5.Habits, newest: str) -> Callable[[Place], tuple[Recipe, ...]]:
    def recipe(place: Place) -> tuple[Recipe, ...]:
        from dgcheck.sdks.python import recipes

        if isinstance(habits, v3.Habits):
            return recipes.third(habits, newest)(place)
        return recipes.fifth(habits, newest)(place)

    return recipe


def _third(since: str, newest: str, habits: v3.Habits, name: str) -> Release:
    source = f"{_TAG} {newest}: deepgram/options.py, {name}"
    return Release(
        since,
        newest,
        _V3,
        told(habits.dial, source, habits.traps),
        manners.third(),
        _recipe(habits, newest),
        source=source,
    )


def _fifth(since: str, newest: str, habits: v5.Habits) -> Release:
    source = f"{_TAG} {newest}: deepgram/environment.py, core/http_client.py, listen/v1/client.py"
    return Release(
        since,
        newest,
        _V5,
        told(habits.dial, source, habits.traps),
        manners.fifth(int(newest.partition(".")[0])),
        _recipe(habits, newest),
        source=source,
    )


_SOURCE_2 = f"{_TAG} 2.12.0: deepgram/_utils.py, deepgram/__init__.py"
_HELPERS = "clients/live/helpers.py"
_COMMON = "clients/common/v1/helpers.py"
SDK = Sdk(
    "python",
    "Deepgram SDK for Python",
    "python",
    (
        Release(
            "2.0.0",
            "2.11.0",
            _V2,
            told(v2.dial_early, _SOURCE_2, v2.traps),
            manners.second(),
            _second,
            source=_SOURCE_2,
        ),
        Release(
            "2.12.0",
            "2.12.0",
            _V2,
            told(v2.dial, _SOURCE_2, v2.traps),
            manners.second(),
            _second,
            source=_SOURCE_2,
        ),
        _third("3.0.0", "3.0.2", v3.Habits("scheme", async_legacy=True, variables=False), _HELPERS),
        _third("3.0.3", "3.2.6", v3.Habits("scheme", async_legacy=True), _HELPERS),
        _third("3.2.7", "3.4.0", v3.Habits("tls", async_legacy=True), _HELPERS),
        _third("3.5.0", "3.8.0", v3.Habits("honest", async_legacy=True), _COMMON),
        _third("3.9.0", "3.11.0", v3.Habits("honest", async_legacy=False), _COMMON),
        _third("4.0.0", "4.3.1", v3.Habits("honest", async_legacy=False), _COMMON),
        _third("4.5.0", "4.8.1", v3.Habits("honest", async_legacy=False, access_token=True), _COMMON),
        _fifth("5.0.0", "5.0.0", v5.Habits(("base", "production", "agent", "preview"), joins=True, late_key=False)),
        _fifth("5.1.0", "5.3.4", v5.Habits(("base", "production", "agent"), joins=True, late_key=False)),
        _fifth("6.0.0", "6.0.1", v5.Habits(("base", "production", "agent"), joins=False, late_key=False)),
        _fifth("6.1.0", "6.1.1", v5.Habits(("base", "agent", "production"), joins=False, late_key=False)),
        _fifth("7.0.0", "7.1.1", v5.Habits(("base", "agent", "production"), joins=False, late_key=False)),
        _fifth("7.2.0", "7.8.0", v5.Habits(("base", "production", "agent", "agent_rest"), joins=False, late_key=False)),
        _fifth("7.8.1", "7.17.0", v5.Habits(("base", "production", "agent", "agent_rest"), joins=False, late_key=True)),
    ),
    ("py", "deepgram-sdk", "deepgram-python-sdk", "python-sdk"),
)
