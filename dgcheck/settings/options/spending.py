"""How much to ask, and how long."""

from __future__ import annotations

from dgcheck.settings.options.option import CHECKS, DAY, PROFILES, SPAN, WAIT_FOR, Option

SPENDING: tuple[Option, ...] = (
    Option(
        "profile",
        ("--profile",),
        "choice",
        SPAN,
        "quick (no speech), standard, or full (speech in real time, too) (default: standard)",
        metavar="NAME",
        choices=PROFILES,
        common=True,
    ),
    Option(
        "only",
        ("--only",),
        "names",
        SPAN,
        f"run this check and what it needs; may be repeated ({', '.join(CHECKS)})",
        metavar="CHECK",
        choices=CHECKS,
    ),
    Option(
        "skip", ("--skip",), "names", SPAN, "leave this check out; may be repeated", metavar="CHECK", choices=CHECKS
    ),
    Option(
        "timeout",
        ("--timeout",),
        "duration",
        SPAN,
        "limit of one run, as in 500ms, 30s, 1m30s (default: 30s)",
        metavar="TIME",
        limits=(0.001, 30 * DAY),
        common=True,
    ),
    Option(
        "wait",
        ("--wait",),
        "duration",
        SPAN,
        "repeat what has not passed until it passes, at most this long; then exit 4",
        metavar="TIME",
        limits=(0, 30 * DAY),
        common=True,
    ),
    Option(
        "for",
        ("--for",),
        "choice",
        SPAN,
        "ask only what this needs: reachable (the deployment answers), models (its listing and an upgrade, too) or "
        "speech (and words come back)",
        metavar="WHAT",
        field="wait_for",
        choices=WAIT_FOR,
    ),
    Option(
        "interval",
        ("--interval",),
        "duration",
        SPAN,
        "first pause between two tries of --wait; it grows to four times as much while nothing changes (default: 5s)",
        metavar="TIME",
        limits=(0.05, DAY),
    ),
    Option(
        "give_up_after",
        ("--give-up-after",),
        "duration",
        SPAN,
        "end --wait where what looks permanent (no such name, certificate, 401, 404, model absent) has not changed "
        "for so long (default: 5m)",
        metavar="TIME",
        limits=(0, 30 * DAY),
    ),
    Option(
        "deadline",
        ("--deadline",),
        "moment",
        SPAN,
        "end, with a report, before the caller ends dgcheck: a time from now as in 90s, or a moment as in "
        "2026-09-20T10:15:00Z or in seconds since 1970",
        metavar="TIME|MOMENT",
        limits=(0.5, 1e11),
    ),
    Option(
        "active_deadline_seconds",
        (),
        "integer",
        SPAN,
        "activeDeadlineSeconds of the pod, counted from the pod's start; dgcheck ends before it",
        field="active_deadline",
        limits=(0, 1e9),
    ),
    Option(
        "pace",
        ("--pace",),
        "choice",
        SPAN,
        "send audio fast or in real time",
        metavar="fast|real",
        choices=("fast", "real"),
    ),
    Option(
        "slow",
        ("--slow",),
        "duration",
        SPAN,
        "warn when the clip's answer takes longer (default: 5s)",
        metavar="TIME",
        limits=(0.001, DAY),
    ),
)
