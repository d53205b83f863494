"""`--dry-run`: what a run would ask, of whom, with which key and for how long. Nothing is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dgcheck.cli import output
from dgcheck.model.errors import UsageError
from dgcheck.model.exits import Exit

if TYPE_CHECKING:
    from dgcheck.cli.run import Asked
    from dgcheck.model.target import Settings


def dry_run(asked: Asked) -> int:
    """Print it, as JSON where that was asked for. Raises UsageError for a URL that cannot be used."""
    from dgcheck import engine

    target, settings = asked.target, asked.settings
    if target is None:
        raise UsageError(_unusable(asked))
    questions = [(check, question) for check, question in engine.plan(settings) if check != "sdk"]
    if settings.sdk:
        from dgcheck.engine import sdk
        from dgcheck.settings.configured import secrets
        from dgcheck.wire.redact import Redactor

        questions += [("sdk", line) for line in sdk.plan(settings, target, Redactor(secrets(settings, {})))]
    facts = {
        "target": target.base,
        "dials": settings.proxy.shown if settings.proxy else f"{target.host} port {target.port}",
        "key": _key_words(settings),
        "models": ", ".join(settings.models) or "taken from the listing",
        "limit": f"{settings.timeout:g} s",
        **({"also through": ", ".join(name for name, _ in settings.via)} if settings.via else {}),
        **_time_words(asked),
        **_wait_words(settings),
    }
    if any(name == "json" for name, path in settings.outputs if not path):
        import json

        rows = [{"check": check, "asks": asks} for check, asks in questions]
        output.say(json.dumps({**facts, "asks": rows}, indent=2))
        return Exit.OK
    from tabulate import tabulate

    output.say(
        tabulate([(f"{name}:", value) for name, value in facts.items()], tablefmt="plain", disable_numparse=True)
        + "\n\n"
        + tabulate(questions, ("check", "would ask"), tablefmt="plain", disable_numparse=True)
        + "\n\nNothing was sent."
    )
    return Exit.OK


def _time_words(asked: Asked) -> dict[str, str]:
    """How long a run takes that waits for something on purpose, as a fact of a dry run."""
    from dgcheck.engine.spent import beforehand
    from dgcheck.wire.audio import bundled

    words = beforehand(asked.settings, asked.audio or bundled())
    return {"takes": words} if words else {}


def _wait_words(settings: Settings) -> dict[str, str]:
    """What `--wait` adds to the facts of a dry run."""
    if settings.wait <= 0:
        return {}
    from dgcheck.settings.values import duration_text

    aim = f" for {settings.wait_for}" if settings.wait_for else ""
    limits = f"at most {duration_text(settings.wait)}, {duration_text(settings.give_up_after)} without change"
    return {"waits": f"{limits}{aim}"}


def _unusable(asked: Asked) -> str:
    from dgcheck.settings.configured import fault, secrets
    from dgcheck.wire.redact import Redactor

    problem, given = asked.problem, asked.settings.target_given
    if problem is None:
        return "the URL cannot be used"
    shown = fault(given, problem, Redactor(secrets(asked.settings, {})))
    return f"the URL cannot be used: {problem.problem}: {shown!r}"


def _key_words(settings: Settings) -> str:
    if not settings.key_origin:
        return "none"
    if settings.api_key is None:
        return f"none that could be sent ({settings.key_origin}: {', '.join(settings.key_form)})"
    when = "always sent" if settings.api_key.ours else "sent only after a 401 or 403 without it"
    return f"{settings.key_origin}, {when}"
