"""Deepgram's SDK for .NET, 1.0 to 7.0: releases that behave alike, with what each does."""

from __future__ import annotations

from dgcheck.model.sdk import Release, Sdk
from dgcheck.sdks.dotnet import dial, manners, recipes, traps
from dgcheck.sdks.urls.traps import told

_EARLY = ("ApiUrl", "DEEPGRAM_HOST")
_LATE = ("BaseAddress", "BaseAddress=", "DEEPGRAM_HOST")
_EARLY_TRAPS = (
    "RequireSSL alone decides on TLS; the scheme of the address is cut off, and /v1 is always added",
    "live: the reason of a failure comes only with the ConnectionError event, that of a close only on the console",
)
_LATE_TRAPS = (
    "BaseAddress set after the constructor gets no /v1 and no scheme; given to the constructor it gets both",
    "REST: a refused port or a certificate that is not trusted is told only after 12 to 23 s of retries",
    "live: a server that is silent for 5 s is told by nothing but false",
    "live: after a Connect that failed the client is spent; make a new one",
    "live: a server's close code and reason (NET-0001, DATA-0000) are never told",
)


def _early(since: str, newest: str, rules: dial.Rules) -> Release:
    source = f"deepgram-dotnet-sdk {newest}: " + (
        "CleanCredentials.cs, ApiRequest.cs" if rules.blank_is_empty else "CredentialsUtil.cs, UriUtil.cs"
    )
    return Release(
        since,
        newest,
        _EARLY,
        told(dial.early(rules), source, traps.own(rules, late=False)),
        manners.early(own_headers_first=not rules.blank_is_empty),
        recipes.early(newest, switch=rules.switch, lower=rules.blank_is_empty),
        _EARLY_TRAPS if rules.switch else _EARLY_TRAPS[1:],
        source,
    )


def _late(since: str, newest: str, rules: dial.Rules) -> Release:
    source = (
        f"deepgram-dotnet-sdk {newest}: DeepgramHttpClientOptions.cs, DeepgramWsClientOptions.cs; System.Uri of .NET 10"
    )
    return Release(
        since,
        newest,
        _LATE,
        told(dial.late(rules), source, traps.own(rules, late=True)),
        manners.late(limits_too=newest.startswith("7")),
        recipes.late(newest),
        _LATE_TRAPS,
        source,
    )


SDK = Sdk(
    "dotnet",
    "Deepgram SDK for .NET",
    "csharp",
    (
        _early("1.0.0", "1.10.0", dial.V10),
        _early("1.11.0", "2.3.0", dial.V111),
        _early("3.0.0", "3.4.2", dial.V30),
        _late("4.0.0", "4.0.3", dial.V40),
        _late("4.1.0", "4.2.0", dial.V40),
        _late("4.3.0", "4.3.6", dial.V43),
        _late("4.4.0", "4.4.1", dial.V43),
        _late("5.0.0", "5.2.0", dial.V50),
        _late("6.0.0", "6.2.1", dial.V60),
        _late("6.3.0", "6.8.0", dial.V63),
        _late("6.9.0", "6.9.0", dial.V69),
        _late("7.0.0", "7.0.0", dial.V69),
    ),
    ("csharp", "c#", ".net", "net", "deepgram-dotnet-sdk"),
)
