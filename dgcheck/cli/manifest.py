"""Kubernetes YAML for a check from inside the cluster, to read, change and apply. It asks nobody anything.

job        a Job that checks once                      cronjob    the same, again and again
init       an init container for a pod of yours        helm-test  a test for a Helm chart of yours
exporter   dgcheck serve with Service, ServiceMonitor and three alerts
fleet      an Indexed Job over many deployments, each index its share

What the pod is to ask is said with the options of `dgcheck run`. Secrets are never part of it: they are named.
"""

from __future__ import annotations

import argparse
import math
import os

from dgcheck.cli import output
from dgcheck.cli.parser import add_settings
from dgcheck.kube import KINDS
from dgcheck.model.errors import UsageError
from dgcheck.settings.options import ASK, BY_KEY, CONFIG, DRY_RUN, OUT, REACH, SPAN, Option

TYPE_CHECKING = False  # typing is not imported: `--help` pays for it
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, TypeVar

    from dgcheck.kube.plan import Plan
    from dgcheck.model.target import Settings

    _Found = TypeVar("_Found")

USAGE = "dgcheck manifest KIND --target URL [options]"
EPILOG = """examples:
  dgcheck manifest job --target http://deepgram-api.speech.svc:8080 --model nova-3 | kubectl apply -n speech -f -
  dgcheck manifest init --target http://deepgram-api.speech.svc:8080 --wait 20m --mesh istio
  dgcheck manifest cronjob --target https://dg.example.com --schedule '*/15 * * * *' --ca-configmap corp-ca:ca.pem
  dgcheck manifest exporter --target https://dg.example.com --key-secret gateway:token --label release=prometheus
  dgcheck manifest fleet --targets fleet.yaml --shards 20"""


# Keys of the settings that every pod understands.
PORTED = (
    *("models", "language", "smart_format", "model_version", "features", "origin"),
    *("insecure", "resolve", "proxy", "no_proxy", "family"),
    *("profile", "only", "skip", "timeout", "for", "pace", "hold", "max_upload", "repeat", "slow", "fail_on", "ignore"),
)
_WAITS = ("audio_url", "sdk", "wait", "interval", "give_up_after", "outputs", "quiet", "verbose")
# kind -> keys of the settings that its pod understands
UNDERSTOOD = {
    "job": (*PORTED, *_WAITS),
    "init": (*PORTED, *_WAITS),
    "cronjob": (*PORTED, *_WAITS),
    "helm-test": (*PORTED, *_WAITS),
    "exporter": (*PORTED, "interval", "quiet"),
    "fleet": (*PORTED, "audio_url", "sdk"),
}
# What is a file on this machine, a secret, or the pod's own business has no place in a manifest.
_NOT_HERE = [key for key in (*BY_KEY, CONFIG.key, DRY_RUN.key) if key not in {*PORTED, *_WAITS}]
OWN = {key: Option(key, (), "text", "", "") for key in _NOT_HERE}
OWN |= {
    "outputs": BY_KEY["outputs"].but(metavar="FORMAT", help="format of the pod's log, as in json (default: text)"),
    "wait": BY_KEY["wait"].but(
        help="repeat what has not passed until it passes, at most this long (init: 10m, others: 0)"
    ),
    "interval": BY_KEY["interval"].but(help="pause between two tries of --wait; exporter: ask every target this often"),
}
# Options of a run that name what a pod does not have, and what stands in their place.
ELSEWHERE = {
    "--ca-file": "a pod has no file of this machine; name a ConfigMap by --ca-configmap",
    "--cert": "a pod has no file of this machine; name a Secret of type kubernetes.io/tls by --cert-secret",
    "--key": "a pod has no file of this machine; name a Secret of type kubernetes.io/tls by --cert-secret",
    "--api-key-file": "a key has no place in a manifest; name the Secret that holds it by --key-secret",
    "--header": "the value of a header is a secret, which has no place in a manifest",
    "--audio": "a pod has no file of this machine; it sends the clip inside",
}
# `dgcheck wait` has other names for these two.
_OF_WAIT = {"wait": "--timeout", "timeout": "--run-timeout"}

WAIT = "10m"  # of an init container, as `dgcheck wait` has it
START = 120  # seconds of a pod before dgcheck runs: its image is pulled meanwhile
SCHEDULE = "*/15 * * * *"
SHARE = 50  # targets of a fleet in one pod
AT_ONCE = 25  # of them; a busy node asks fewer than the fifty that dgcheck fleet may
MOST_MISTAKES = 12
CONFIGMAP_LIMIT = 900 * 1024  # bytes; Kubernetes takes a MiB, the rest of the object included


def add_arguments(parser: argparse.ArgumentParser, everything: bool) -> None:
    """The kind, whom to ask, how the pod is made, and the settings of its runs."""
    kind = parser.add_argument("kind", metavar="KIND", help=", ".join(KINDS))
    kind.completer = lambda **_: tuple(KINDS)  # type: ignore[attr-defined]
    urls = parser.add_argument("urls", nargs="+", metavar="URL", help="the same as --target URL")
    # Not `?` and `*`: those are satisfied by nothing, before an option, and then refuse what follows it.
    kind.required = urls.required = False
    add = parser.add_argument_group("the manifest").add_argument
    add("--target", metavar="URL", dest="targets", action="append", help="deployment to check, as the pod sees it")
    add("--targets", metavar="FILE", dest="fleet_file", help="fleet: the file of `dgcheck fleet`, taken as it is")
    add("--name", metavar="NAME", help="name of what is made (default: dgcheck; fleet: dgcheck-fleet)")
    add("--namespace", metavar="NAME", help="namespace (default: that of kubectl or of the release)")
    add("--image", metavar="REF", help="image of dgcheck (default: dgcheck:VERSION, as you built it)")
    add("--pull-secret", metavar="NAME", help="Secret with the credentials of the image's registry")
    add("--ca-configmap", metavar="NAME[:KEY]", help="ConfigMap with the CA certificates to trust (KEY: ca.crt)")
    add("--key-secret", metavar="NAME[:KEY]", help="Secret with the API key of a gateway in front (KEY: api-key)")
    add("--cert-secret", metavar="NAME", help="Secret with a client certificate, of type kubernetes.io/tls")
    mesh = add("--mesh", metavar="MESH", help="istio or linkerd: keep its sidecar from breaking the pod")
    mesh.completer = lambda **_: ("istio", "linkerd")  # type: ignore[attr-defined]
    add("--gitops", action="store_true", help="hooks of Argo CD and Flux instead of a time to live")
    add("--schedule", metavar="CRON", help=f"cronjob: when to check (default: '{SCHEDULE}')")
    add("--shards", metavar="N", help=f"fleet: number of pods (default: one for {SHARE} targets)")
    add("--active-deadline", metavar="TIME", help="end the pod after so long (default: what it needs, and 2m to start)")
    add("--label", metavar="NAME=VALUE", action="append", default=[], help="label of every object; may be repeated")
    for flag in ELSEWHERE:
        add(flag, dest=flag, action="append", help=argparse.SUPPRESS)
    add_settings(parser, everything, (ASK, REACH, SPAN, OUT), instead=OWN)


def run(args: argparse.Namespace) -> int:
    """Print the manifest. Raises UsageError for what Kubernetes or dgcheck would refuse."""
    from dgcheck.kube import manifest
    from dgcheck.model.target import Settings
    from dgcheck.settings import configured
    from dgcheck.settings.values import BadValue, choice

    if not args.kind:
        raise UsageError(f"which kind? {USAGE}; the kinds are {', '.join(KINDS)}")
    try:
        args.kind = choice(args.kind, tuple(KINDS))
    except BadValue as problem:
        raise UsageError(f"manifest: {problem}") from None
    text = manifest(plan(vars(args)))
    try:
        output.scan(text, configured.secrets(Settings(), os.environ))
    except output.Blocked:
        raise UsageError("nothing was printed: a secret of the environment (DGCHECK_API_KEY...) stands in it") from None
    output.say(text)
    return 0


def plan(flags: Mapping[str, Any]) -> Plan:
    """What was asked for, checked. Raises UsageError."""
    from dgcheck import __version__
    from dgcheck.cli import manifest_fleet
    from dgcheck.kube import mesh, names
    from dgcheck.kube.plan import Plan
    from dgcheck.settings.values import BadValue, choice

    kind = flags["kind"]
    name = flags["name"] if flags["name"] is not None else "dgcheck-fleet" if kind == "fleet" else "dgcheck"
    _only_for(flags, kind)
    settings = _settings(flags, kind)
    targets, fleet = _whom(flags, kind)
    runs = manifest_fleet.settings_of(fleet) if fleet else (settings,)
    shards = _shards(flags, len(targets))
    try:
        mesh_name = choice(flags["mesh"], mesh.MESHES) if flags["mesh"] else ""
    except BadValue as problem:
        raise UsageError(f"--mesh: {problem}") from None
    given = {key: flags[key] for key in UNDERSTOOD[kind] if flags.get(key)}
    return Plan(
        kind=kind,
        name=names.label("--name", name, most=_longest_name(kind, shards), letter_first=kind == "exporter"),
        version=__version__,
        # A tag may be a commit, which looks like a key.
        image=names.image("--image", f"dgcheck:{__version__}" if flags["image"] is None else flags["image"]),
        targets=targets,
        words=_words(kind, given),
        namespace=_given(flags, "namespace", names.label) or "",
        labels=names.labels("--label", flags["label"]),
        ca=_given(flags, "ca_configmap", names.reference, "ca.crt"),
        key=_given(flags, "key_secret", names.reference, "api-key"),
        certificate=_given(flags, "cert_secret", names.subdomain) or "",
        pull_secret=_given(flags, "pull_secret", names.subdomain) or "",
        mesh=mesh_name,
        gitops=flags["gitops"],
        schedule=_given(flags, "schedule", names.schedule) or SCHEDULE,
        active_deadline=_deadline(flags, runs, -(-len(targets) // shards)),
        interval=math.ceil(settings.interval) if kind == "exporter" else 0,
        fleet=fleet or (manifest_fleet.file_of(targets, given) if kind == "fleet" else ""),
        shards=shards,
    )


def _given(flags: Mapping[str, Any], key: str, read: Callable[..., _Found], *more: str) -> _Found | None:
    """What an option names, None where it was not given. What looks like a key itself is not shown."""
    from dgcheck.wire.redact import Redactor

    flag, text = f"--{key.replace('_', '-')}", flags[key]
    if text is None:
        return None
    if Redactor().text(text) != text:
        raise UsageError(f"{flag}: this looks like a secret itself; give the name of the Secret that holds it")
    return read(flag, text, *more)


def _only_for(flags: Mapping[str, Any], kind: str) -> None:
    """Raise UsageError for an option that this kind has no use for."""
    for flag, instead in ELSEWHERE.items():
        if flags.get(flag):
            raise UsageError(f"{flag}: {instead}")
    for key, flag, kinds in (
        ("schedule", "--schedule", ("cronjob",)),
        ("shards", "--shards", ("fleet",)),
        ("fleet_file", "--targets", ("fleet",)),
        ("active_deadline", "--active-deadline", ("job", "cronjob", "helm-test", "fleet")),
    ):
        if flags[key] is not None and kind not in kinds:
            raise UsageError(f"{flag} goes with {' and '.join(kinds)}, not with {kind}")
    for key in (*PORTED, *_WAITS):
        if flags.get(key) and key not in UNDERSTOOD[kind]:
            raise UsageError(f"{BY_KEY[key].flags[-1]} means nothing to {kind}; leave it out")


def _settings(flags: Mapping[str, Any], kind: str) -> Settings:
    """The settings that the pod is given, read as it will read them. Raises UsageError for what it would refuse."""
    from dgcheck.settings.load import load
    from dgcheck.wire.redact import Redactor

    given = {key: flags[key] for key in UNDERSTOOD[kind] if flags.get(key)}
    settings = load({**given, "config": "none"}, {}, _unread)
    redactor = Redactor()
    for key, value in given.items():
        for text in value if isinstance(value, list) else [value] if isinstance(value, str) else []:
            _no_secret(BY_KEY[key].flags[-1], text, redactor.url(text))
    if tuple(redactor.pairs(settings.features)) != settings.features:
        raise UsageError("--feature: this looks like a secret, which has no place in a manifest")
    if any(file for _, file in settings.outputs):
        raise UsageError("--output: the pod has no file to write to; give a format alone, for its log")
    return settings


def _unread(path: str) -> str:
    """The settings of a pod come from no file of this machine."""
    raise FileNotFoundError(path)


def _no_secret(option: str, text: str, masked: str) -> None:
    if masked != text:
        raise UsageError(
            f"{option}: there is a secret in it, and a manifest is no place for one; an API key comes from a Secret, "
            "named by --key-secret"
        )


def _whom(flags: Mapping[str, Any], kind: str) -> tuple[tuple[str, ...], str]:
    """The targets, and the text of the fleet's file where one was named."""
    targets = [*(flags["urls"] or []), *(flags["targets"] or [])]
    for text in targets:
        _url(text, kind)
    if flags["fleet_file"] is not None:
        if targets:
            raise UsageError("--targets FILE names the deployments; leave --target out, or the file")
        return _in_file(flags["fleet_file"], flags)
    if not targets:
        raise UsageError(f"no deployment was named: dgcheck manifest {kind} --target http://HOST:8080")
    if len(targets) > 1 and kind not in ("exporter", "fleet"):
        raise UsageError(f"{kind} checks one deployment; several go with exporter and fleet")
    return tuple(dict.fromkeys(targets)), ""


def _url(text: str, kind: str, said: str = "--target") -> None:
    """Raise UsageError for no URL, and for one with a secret; note what a pod cannot reach."""
    import re

    from dgcheck.settings.configured import fault
    from dgcheck.wire import url
    from dgcheck.wire.loopback import loopback
    from dgcheck.wire.redact import Redactor

    # A test of a chart may name its target as Helm does.
    plain = re.sub(r"\{\{[^{}]*\}\}", "x", text) if kind == "helm-test" else text
    try:
        target = url.parse(plain)
    except url.BadUrl as problem:
        raise UsageError(f"{said}: {problem.problem}: {fault(plain, problem, Redactor())!r}") from None
    _no_secret(said, plain, Redactor().url(plain))
    if loopback(target.host):
        output.note(f"dgcheck: {target.host} is the pod itself, not this machine; name the deployment as a pod sees it")


def _in_file(path: str, flags: Mapping[str, Any]) -> tuple[tuple[str, ...], str]:
    """The targets in a fleet's file, and its text as it stands."""
    from dgcheck.cli import files
    from dgcheck.cli.manifest_fleet import MOUNTED
    from dgcheck.fleet.file import read
    from dgcheck.wire.redact import Redactor

    given = [BY_KEY[key].flags[-1] for key in UNDERSTOOD["fleet"] if flags.get(key)]
    if given:
        raise UsageError(f"{given[0]} belongs into the defaults of {path}, which says what is asked")
    try:
        text = files.read_bytes(path, CONFIGMAP_LIMIT).decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise UsageError(f"--targets: {path} cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise UsageError(f"--targets: {path} is no text in UTF-8; was another file meant?") from None
    fleet, mistakes = read(text)
    if mistakes:
        raise UsageError("\n".join(f"{path}, {mistake}" for mistake in mistakes[:MOST_MISTAKES]))
    redactor = Redactor()
    for line in text.splitlines():
        _no_secret(f"--targets: {path}", line, redactor.url(line))
    for settings in (fleet.defaults, *(one.own for one in fleet.entries)):
        for key in MOUNTED.keys() & set(settings):
            if not str(settings[key]).startswith("/"):
                raise UsageError(f"{path}, {key}: {settings[key]} is no file in the pod; see {MOUNTED[key]}")
    for one in fleet.entries:
        _url(one.url, "fleet", f"{path}, line {one.line}")
    return tuple(one.url for one in fleet.entries), text if text.endswith("\n") else text + "\n"


def _shards(flags: Mapping[str, Any], count: int) -> int:
    from dgcheck.settings.values import BadValue, integer

    if flags["shards"] is None:
        return max(1, -(-count // SHARE))
    try:
        shards = integer(flags["shards"])
    except BadValue as problem:
        raise UsageError(f"--shards: {problem}") from None
    if not 0 < shards <= count:
        raise UsageError(f"--shards: {shards} is not between 1 and {count}, the number of targets")
    return shards


def _longest_name(kind: str, shards: int) -> int:
    """Characters that are left for a name when Kubernetes has added its own to it."""
    return {
        "cronjob": 52,
        "helm-test": 63 - len("-") - 53,  # a release has up to 53
        "fleet": 63 - len(f"-{shards - 1}"),
    }.get(kind, 63)


def _deadline(flags: Mapping[str, Any], runs: Sequence[Settings], share: int) -> int:
    """Seconds after which the pod is ended: what was asked for, else what dgcheck may need and the time to start."""
    from dgcheck.engine.spent import most
    from dgcheck.settings.values import BadValue, duration, duration_text
    from dgcheck.wire.audio import bundled

    rounds = -(-share // AT_ONCE) if flags["kind"] == "fleet" else 1
    longest = max(one.timeout + most(one, bundled()) for one in runs)
    needed = math.ceil(max(runs[0].wait, rounds * longest))
    if flags["active_deadline"] is None:
        return needed + START
    try:
        given = math.ceil(duration(flags["active_deadline"]))
    except BadValue as problem:
        raise UsageError(f"--active-deadline: {problem}") from None
    if given <= needed:
        raise UsageError(
            f"--active-deadline: {duration_text(given)} leaves no time to start: dgcheck may need "
            f"{duration_text(needed)} by itself (--timeout, --wait)"
        )
    return given


def _words(kind: str, given: Mapping[str, Any]) -> tuple[str, ...]:
    """The options of dgcheck, one argument each. A fleet has them in its file."""
    if kind == "fleet":
        return ("--output=jsonl", "--quiet")  # a pod's log holds both streams
    if kind == "init":
        given = {"wait": WAIT, **given}
    words = []
    for key, value in given.items():
        option = BY_KEY[key]
        flag = _OF_WAIT.get(key, option.flags[-1]) if kind == "init" else option.flags[-1]
        if key == "family":
            words.append(f"-{value[-1]}")
        elif option.form == "switch":
            words.append(flag)
        else:
            words += [f"{flag}={text}" for text in (value if isinstance(value, list) else [value])]
    return tuple(words)
