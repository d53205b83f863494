"""From a case to a frozen report: findings, checks, verdict, and the words of what was and was not tested."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import gmtime, strftime, time
from typing import Any

from dgcheck import __version__
from dgcheck.diagnosis.diagnose import diagnose
from dgcheck.diagnosis.untested import tested, untested
from dgcheck.diagnosis.verdict import checks, verdict
from dgcheck.model.asking import Probe
from dgcheck.model.case import Case
from dgcheck.model.evidence import Handshake
from dgcheck.model.record import fields, replace
from dgcheck.model.report import Report, TrustStore
from dgcheck.model.target import Secret, Settings
from dgcheck.wire.redact import Redactor

# Settings whose value is a secret or holds one; what is shown of them is only that they were given.
_HIDDEN = frozenset({"headers", "proxy_url", "api_key", "redact"})
# Parts of the settings that only steer this process and say nothing of the deployment.
_UNSHOWN = frozenset(
    {"target_given", "origins", "proxy", "side_proxies", "outputs", "color", "quiet", "verbose", "dry_run", "at_most"}
    | {"expected", "every_listing", "try_models", "bundle", "note", "attach", "include_audio"}
)


def assemble(
    case: Case,
    probes: Sequence[Probe],
    *,
    started: float,
    run_id: str = "",
    signum: int = 0,
    attempts: int = 1,
    redactor: Redactor | None = None,
    ended: float | None = None,
    good: frozenset[str] | None = None,
    brief: bool = False,
) -> Report:
    """Judge a case and freeze all of it. `good` is for a rehearsal: see `diagnose`. A `brief` report has the verdict
    and all that speaks of it, without the target, the settings and the surroundings that a reader would want to see.
    """
    with case.unchanging():
        report = _assembled(case, probes, started, run_id, signum, attempts, redactor, ended, good)
        return report if brief else _whole(report, case, redactor or Redactor())


def _assembled(
    case: Case,
    probes: Sequence[Probe],
    started: float,
    run_id: str,
    signum: int,
    attempts: int,
    redactor: Redactor | None,
    ended: float | None,
    good: frozenset[str] | None,
) -> Report:
    findings = diagnose(case, good)
    results = checks(case, findings, probes)
    if signum:
        case.out_of_time = ()
    answered = (
        case.target is None or any(wire.response is not None for wire in case.wires(None)) or not _asks_http(case)
    )
    return Report(
        dgcheck=__version__,
        run_id=run_id,
        started=_utc(started),
        ended=_utc(time() if ended is None else ended),
        verdict=verdict(findings, results, answered=answered),
        interrupted=bool(signum),
        target={},
        seen_from={},
        settings={},
        environment={},
        checks=results,
        findings=findings,
        evidence=tuple(case.evidence),
        attempts=attempts,
        signal=signum,
        fail_on=case.settings.fail_on,
    )


def _whole(report: Report, case: Case, redactor: Redactor) -> Report:
    return replace(
        report,
        target=_target(case, redactor),
        seen_from=_seen_from(case),
        settings=_settings(case.settings, redactor),
        environment={**_environment(case), "judged_on": _judged_on(case, redactor)},
        tested=tested(case, report.checks),
        untested=untested(case),
        trust_stores=_trust_stores(case),
    )


def _trust_stores(case: Case) -> tuple[TrustStore, ...]:
    if case.first(Handshake, purpose=None) is None:
        return ()
    from dgcheck.readings.stores import judged

    return judged(case)


def _asks_http(case: Case) -> bool:
    """Whether this run was to ask anything over HTTP at all (`--only dns` is not)."""
    return any(check not in case.skipped for check in ("status", "engine", "models", "rest", "ws.upgrade", "ws.stream"))


def _utc(moment: float) -> str:
    return strftime("%Y-%m-%dT%H:%M:%S", gmtime(moment)) + f".{int(moment % 1 * 1000):03}Z"


def _target(case: Case, redactor: Redactor) -> dict[str, Any]:
    configured, target = case.configured, case.target
    given = configured.given if configured else ""
    if target is None:
        return {"given": given, "url": None}
    return {
        "given": given,
        "url": target.base,
        "scheme": target.scheme,
        "host": target.host,
        "port": target.port,
        "prefix": target.prefix,
        "replay": redactor.url(target.replay),
        "scheme_given": target.scheme_given,
        "path_doubled": target.path_doubled,
    }


def _seen_from(case: Case) -> dict[str, Any]:
    seen = case.surroundings
    if seen is None:
        return {}
    return {"host": seen.hostname, "container": seen.container, "pod": seen.pod, "namespace": seen.namespace}


def _environment(case: Case) -> dict[str, Any]:
    seen = case.surroundings
    if seen is None:
        return {}
    return {
        "platform": seen.platform,
        "python": seen.python,
        "openssl": seen.openssl,
        "nameservers": list(seen.nameservers),
        "search": list(seen.search),
        "ndots": seen.ndots,
        "proxies": dict(seen.proxies),
    }


def _judged_on(case: Case, redactor: Redactor) -> dict[str, Any]:
    """What the rules need beside the evidence, so that a saved report can be judged again."""
    settings = case.settings
    return {
        "model": case.model,
        "models": list(case.models),
        "chosen": case.chosen,
        "words": case.words,
        "audio_language": case.audio_language,
        "now": case.now,
        "out_of_time": list(case.out_of_time),
        "ran": list(case.ran),
        "skipped": dict(case.skipped),
        "bugs": dict(case.bugs),
        "settings": {
            "models": list(settings.models),
            "modes": dict(settings.modes),
            "language": settings.language,
            "smart_format": settings.smart_format,
            "model_version": settings.model_version,
            "features": [list(pair) for pair in redactor.pairs(settings.features)],
            "audio_file": bool(settings.audio_file),
            "audio_url": redacted_url(settings.audio_url, redactor),
            "serve_audio": settings.serve_audio,
            "origin": settings.origin,
            "max_upload": settings.max_upload,
            "license_proxy_url": redacted_url(settings.license_proxy_url, redactor),
            "engine_metrics_url": redacted_url(settings.engine_metrics_url, redactor),
            "slow": settings.slow,
            "insecure": settings.insecure,
            "ca_file": settings.ca_file,
            "cert": settings.cert,
            "family": settings.family,
            "profile": settings.profile,
            "fail_on": settings.fail_on,
            "wait_for": settings.wait_for,
            "ignore": list(settings.ignore),
            "timeout": settings.timeout,
            "expect": settings.expect,
            "sdk": settings.sdk,
            "only": list(settings.only),
            "skip": list(settings.skip),
        },
    }


def redacted_url(url: str, redactor: Redactor) -> str:
    """A URL without its query, which may be a signature."""
    return redactor.url(url.partition("?")[0].partition("#")[0])


def _settings(settings: Settings, redactor: Redactor) -> Mapping[str, Mapping[str, Any]]:
    clean = redactor.text
    shown: dict[str, dict[str, Any]] = {}
    for item in fields(settings):
        if item.name in _UNSHOWN:
            continue
        value = getattr(settings, item.name)
        if item.name in _HIDDEN:
            value = "(given)" if value else ""
        elif item.name in ("audio_url", "license_proxy_url", "engine_metrics_url"):
            value = redacted_url(value, redactor)
        elif item.name == "features":
            value = redactor.pairs(value)
        elif item.name in ("sdk_options", "via"):
            value = tuple((name, redactor.url(text)) for name, text in value)
        shown[item.name] = {"value": _plain(value, clean), "origin": settings.origins.get(item.name, "default")}
    return shown


def _plain(value: Any, clean: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Secret):
        return "(given)" if value else ""
    if isinstance(value, Mapping):
        return {str(key): _plain(item, clean) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item, clean) for item in value]
    return value


def rejudge(saved: Mapping[str, Any], evidence: Sequence[Any], settings: Settings, probes: Sequence[Probe]) -> Report:
    """Judge saved evidence with today's rules; `saved` is the plain report that it came from.

    Raises UsageError where the file does not hold what a judgement needs.
    """
    from dgcheck.model.errors import UsageError
    from dgcheck.wire.url import BadUrl, parse

    facts = saved.get("environment", {}).get("judged_on") if isinstance(saved.get("environment"), Mapping) else None
    plain = saved.get("target")
    if not isinstance(facts, Mapping) or not isinstance(plain, Mapping):
        raise UsageError("this report holds no evidence that can be judged again (written by another program?)")
    try:
        target = (
            parse(str(plain.get("replay_url") or plain.get("given") or plain.get("url") or ""))
            if plain.get("url")
            else None
        )
    except BadUrl:
        target = parse(str(plain["url"])) if plain.get("url") else None
    case = Case(target=_as_probed(target, plain), settings=settings, evidence=list(evidence))
    case.model = str(facts.get("model", ""))
    case.models = tuple(str(one) for one in facts.get("models", ()))
    case.chosen = bool(facts.get("chosen"))
    case.words, case.audio_language = str(facts.get("words", "")), str(facts.get("audio_language", "en"))
    case.now = float(facts.get("now") or 0.0)
    case.out_of_time, case.ran = tuple(facts.get("out_of_time", ())), tuple(facts.get("ran", ()))
    case.skipped, case.bugs = dict(facts.get("skipped", {})), dict(facts.get("bugs", {}))
    return assemble(case, probes, started=case.now, run_id=str(saved.get("run_id", "")), ended=case.now)


def _as_probed(target: Any, plain: Mapping[str, Any]) -> Any:
    """The target with the scheme that was found out while probing."""
    if target is not None and plain.get("scheme") in ("http", "https") and plain["scheme"] != target.scheme:
        return replace(target, scheme=str(plain["scheme"]))
    return target
