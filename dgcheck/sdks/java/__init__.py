"""Deepgram's SDK for Java, 0.2 and 0.3, read at its tags; its headers and addresses run through OkHttp 4.12."""

from __future__ import annotations

from dgcheck.model.sdk import Release, Sdk
from dgcheck.sdks.java import dial, traps
from dgcheck.sdks.java.manners import asks
from dgcheck.sdks.java.recipes import recipe
from dgcheck.sdks.urls.traps import told

_SOURCE = (
    "deepgram-java-sdk v0.3.0: core/Environment, core/ClientOptions, RawMediaClient, V1WebSocketClient; OkHttp 4.12"
)
SDK = Sdk(
    "java",
    "Deepgram SDK for Java",
    "java",
    (
        Release(
            "0.2.0",
            "0.3.0",
            dial.OPTIONS,
            told(dial.dial, _SOURCE, traps.own),
            asks(),
            recipe,
            (
                "REST asks base, live asks production, the agent asks agent; a part that is left out is null",
                "live tries again without end, 1 to 10 s apart, each try 4 s",
            ),
            _SOURCE,
        ),
    ),
    ("deepgram-java-sdk", "kotlin"),
)
