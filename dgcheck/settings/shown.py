"""Settings for showing: value and origin by key, in the order of the table, with no secret in it."""

from __future__ import annotations

from typing import Any

from dgcheck.model.target import Settings
from dgcheck.settings.options import OPTIONS, Option
from dgcheck.wire.redact import Redactor

MASK = "<redacted>"


def shown(settings: Settings, redactor: Redactor) -> dict[str, dict[str, Any]]:
    """Every setting as `{key: {"value": ..., "origin": ...}}`, in the order of the table; header values are masked."""
    found = {
        option.key: {
            "value": _plain(option, settings, redactor),
            "origin": settings.origins.get(option.field, "default"),
        }
        for option in OPTIONS
    }
    if settings.proxy is not None:
        found["proxy"] = {"value": settings.proxy.shown, "origin": settings.proxy.origin}
    if settings.key_origin:
        found["api_key"] = {"value": MASK, "origin": settings.key_origin}
    return found


def _plain(option: Option, settings: Settings, redactor: Redactor) -> Any:
    value = getattr(settings, option.field)
    if option.form == "headers":
        return {name: MASK for name, _ in value}
    if option.form == "pairs":
        return (
            dict(redactor.pairs(value))
            if len(dict(value)) == len(value)
            else [f"{k}={v}" for k, v in redactor.pairs(value)]
        )
    if option.form == "assignments":
        return [f"{name}={redactor.url(text)}" for name, text in value]
    if option.form == "hosts":
        return dict(value)
    if option.form == "addresses":
        return {name: redactor.url(url) for name, url in value}
    if option.form == "models":
        modes = settings.modes
        return [{"name": name, "mode": modes[name]} if name in modes else name for name in value]
    if option.form == "outputs":
        return [f"{name}={file}" if file else name for name, file in value]
    if option.form == "patterns":
        return [MASK for _ in value]
    if option.form == "names":
        return list(value)
    if isinstance(value, str):
        return redactor.url(value)
    return value
