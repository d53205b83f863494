"""What the settings say of themselves, as the evidence of the `config` check; and every secret that is known.

Pure: the target as parsed, the settings, the environment as given.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dgcheck.model.evidence import Configured, Ending
from dgcheck.model.target import Settings, Target
from dgcheck.settings import keys, proxies
from dgcheck.wire.loopback import loopback
from dgcheck.wire.redact import Redactor
from dgcheck.wire.secrets import known, userinfo

if TYPE_CHECKING:
    from dgcheck.wire.url import BadUrl

HOSTED = "deepgram.com"
SECRET_VARIABLES = (keys.OURS, *keys.SDK_VARIABLES, "DEEPGRAM_ACCESS_TOKEN", "DEEPGRAM_LICENSE_KEY")
MASK = "<redacted>"


def configured(settings: Settings, target: Target | None, problem: BadUrl | None, redactor: Redactor) -> Configured:
    """The evidence of the `config` check. Without a target, `problem` says why its URL cannot be used."""
    proxy = settings.proxy
    return Configured(
        id="",
        check="config",
        ending=Ending.ANSWERED,
        given=_given(settings.target_given, redactor),
        url=redactor.url(target.base) if target else "",
        url_problem=problem.problem if problem else "",
        url_part=fault(settings.target_given, problem, redactor) if problem else "",
        scheme_given=target.scheme_given if target else "",
        scheme_missing=bool(target) and not target.scheme_given if target else False,
        path_doubled=target.path_doubled if target else "",
        replayed=bool(target and target.replay),
        hosted=hosted(target.host) if target else False,
        loopback=loopback(target.host) if target else False,
        key_origin=settings.key_origin,
        key_ours=settings.key_origin != "" and settings.key_origin not in keys.SDK_VARIABLES,
        key_form=settings.key_form,
        proxy=proxy.shown if proxy else "",
        proxy_origin=proxy.origin if proxy else "",
        insecure=settings.insecure,
        ca_file=settings.ca_file,
    )


def fault(given: str, problem: BadUrl, redactor: Redactor) -> str:
    """The part of a URL that is at fault, as it may be shown: a piece of what stands before the `@` is not."""
    if "@" in given and problem.part and problem.part in userinfo(given):
        return MASK
    return redactor.url(problem.part if len(problem.part) < len(given) else _given(given, redactor))


def _given(given: str, redactor: Redactor) -> str:
    secret = userinfo(given) if "@" in given else ""
    return redactor.url(given.replace(f"{secret}@", f"{MASK}@", 1) if secret else given)


def hosted(host: str) -> bool:
    """Whether the name is one of Deepgram's own hosted service."""
    plain = host.rstrip(".").lower()
    return plain == HOSTED or plain.endswith("." + HOSTED)


def secrets(settings: Settings, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Every secret that this run was given, longest first: none of them may stand in any output."""
    keys_there = [environ[name] for name in SECRET_VARIABLES if environ.get(name)]
    return known(settings, [*keys_there, *proxies.passwords(environ)])
