"""Deepgram's SDK for Rust, 0.5 to 0.14: releases that behave alike, with what each does."""

from __future__ import annotations

from dgcheck.model.sdk import Release, Sdk
from dgcheck.sdks.rust import dial, recipes, traps
from dgcheck.sdks.rust.manners import asks
from dgcheck.sdks.urls.traps import told

_BUILT_IN = "live trusts only the roots built into the program: no private CA, no switch"
_FEATURE = "live trusts a private CA only with the cargo feature rustls-tls-native-roots, or by Deepgram::tls_config"
_NO_LIMIT = "no time limit of its own: a silent server hangs until the program gives up"


def _release(since: str, newest: str, rules: dial.Rules, reqwest: str, trust: str = "webpki") -> Release:
    source = f"deepgram-rust-sdk {newest}: src/lib.rs, src/listen; url 2.5"
    return Release(
        since,
        newest,
        dial.OPTIONS,
        told(dial.dialler(rules), source, traps.own(rules)),
        asks(rules, reqwest, trust),
        recipes.maker(newest, rules, system_store=trust == "system"),
        (_FEATURE if rules.native_roots else _BUILT_IN, _NO_LIMIT),
        source,
    )


SDK = Sdk(
    "rust",
    "Deepgram SDK for Rust",
    "rust",
    (
        _release("0.5.0", "0.5.0", dial.V05, "0.11"),
        _release("0.6.0", "0.6.0", dial.V060, "0.11"),
        _release("0.6.1", "0.6.4", dial.V061, "0.11"),
        _release("0.6.5", "0.6.10", dial.V065, "0.11 and 0.12"),
        _release("0.7.0", "0.7.0", dial.V065, "0.12"),
        _release("0.8.0", "0.8.0", dial.V08, "0.12"),
        _release("0.9.0", "0.9.0", dial.V08, "0.13", "system"),
        _release("0.9.1", "0.9.2", dial.V091, "0.13", "system"),
        _release("0.10.0", "0.10.1", dial.V091, "0.13", "system"),
        _release("0.11.0", "0.11.0", dial.V011, "0.13", "system"),
        _release("0.12.0", "0.12.0", dial.V012, "0.13", "system"),
        _release("0.13.0", "0.13.0", dial.V013, "0.13", "system"),
        _release("0.14.0", "0.14.0", dial.V014, "0.13", "system"),
    ),
    ("deepgram-rust-sdk", "deepgram-rs"),
)
