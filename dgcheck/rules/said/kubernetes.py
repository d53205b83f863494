"""What Kubernetes and Docker say of pods, Services and probes, where they tell which part of a deployment does not run.

Most of its words do not say whose pod it is; they count only where the same line names the API, the Engine or the
License Proxy, as the official chart and its images call them. A pod of the API that does not run leaves its Service
empty, so clients get 503 or are refused; without its Engine's pod the API has no Engine.
"""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.model.message import Message

SURE, LIKELY, POSSIBLE = Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE

_K8S = "Kubernetes: pod states and events"
_STARTING = ("engine_disconnected", "engine_initializing", "replica_unhealthy")
# (part, its names in pods and images, cause, other causes, what it means)
_PARTS = (
    (
        "Engine",
        r"(?:deepgram-engine|self-hosted-engine|onprem-engine)",
        "engine_disconnected",
        ("engine_initializing", "http_unavailable"),
        "so the API has no Engine",
    ),
    (
        "API",
        r"(?:deepgram-api|self-hosted-api|onprem-api)",
        "http_unavailable",
        ("tcp_refused", "engine_disconnected"),
        "so nothing is behind the Service",
    ),
    (
        "License Proxy",
        r"(?:deepgram-license-proxy|self-hosted-license-proxy|onprem-license-proxy)",
        "license",
        (),
        "so the containers cannot check their licence",
    ),
)
_STATES = (
    ("imagepullbackoff", "ImagePullBackOff", "its image cannot be pulled"),
    ("errimagepull", "ErrImagePull", "its image cannot be pulled"),
    ("crashloopbackoff", "CrashLoopBackOff", "it ends again and again"),
    ("oomkilled", "OOMKilled", "it was killed for using more memory than it may"),
    ("createcontainerconfigerror", "CreateContainerConfigError", "a secret or ConfigMap that it needs is missing"),
    (" pending ", r"\d/\d +Pending", "no node takes it"),
    ("restarting (", r"Restarting \(\d{1,3}\)", "it ends again and again"),
    ("nodes are available", r"0/\d{1,5} nodes are available", "no node takes it"),
    ("back-off restarting failed container", "Back-off restarting failed container", "it ends again and again"),
    ("main process exited", "Main process exited", "it has ended"),
    ("exited (", r"Exited \([1-9]\d{0,2}\)", "it has ended"),
    (" evicted ", r"\d/\d +Evicted", "its node put it out"),
    ("failedmount", "FailedMount", "a volume that it needs cannot be mounted"),
)

# Those that `kubectl describe pod` says far from the pod's name.
_DESCRIBED = ("imagepullbackoff", "errimagepull", "crashloopbackoff", "oomkilled", "nodes are available")


def _pod(part: tuple[str, str, str, tuple[str, ...], str], state: tuple[str, str, str]) -> Message:
    """A line of `kubectl get pods` or `get events` with the part's name and a state that does not serve."""
    name, pattern, cause, alt, effect = part
    stem, words, why = state
    return Message(
        cause,
        stem,
        rf"{pattern}[^\n]{{0,200}}{words}[^\n]*|{words}[^\n]{{0,200}}{pattern}[^\n]*",
        f"The pod of the {name} does not run: {why}, {effect}.",
        LIKELY,
        alt,
        "kubernetes",
        source=_K8S,
    )


def _described(part: tuple[str, str, str, tuple[str, ...], str], state: tuple[str, str, str]) -> Message:
    """The state in a description of one pod, lines away from its name."""
    name, pattern, cause, alt, effect = part
    stem, words, why = state
    return Message(
        cause,
        stem,
        words,
        f"The pod of the {name} does not run: {why}, {effect}.",
        LIKELY,
        alt,
        "kubernetes",
        near=pattern,
        unless="|".join(other[1] for other in _PARTS if other is not part),
        source=_K8S,
    )


def _pull(part: tuple[str, str, str, tuple[str, ...], str], stem: str, words: str) -> Message:
    """A failed pull with the name of the image, by the kubelet or Docker."""
    name, pattern, cause, alt, effect = part
    return Message(
        cause,
        stem,
        rf"{words}[^\n]{{0,160}}{pattern}[^\n]*|{pattern}[^\n]{{0,200}}{words}[^\n]*",
        f"The image of the {name} cannot be pulled, {effect}.",
        POSSIBLE,
        alt,
        "kubernetes",
        source="kubelet and docker",
    )


def _probe(status: str, cause: str, meaning: str, alt: tuple[str, ...]) -> Message:
    return Message(
        cause,
        "probe failed with statuscode",
        rf"HTTP probe failed with statuscode: {status}\b",
        f"A pod is not ready: its probe got {meaning}.",
        POSSIBLE,
        alt,
        "kubernetes",
        source="kubelet",
    )


_CONFIGS = tuple(
    Message(
        cause,
        "configmap",
        rf"configmaps? \"{pattern}[\w.-]{{0,60}}\" not found",
        f"The pod of the {name} does not start, because its ConfigMap does not exist, {effect}.",
        LIKELY,
        alt,
        "kubernetes",
        source="the official chart's names, wire reference §8",
    )
    for name, pattern, cause, alt, effect in _PARTS
)
_PODS = (
    *(_described(part, state) for part in _PARTS for state in _STATES if state[0] in _DESCRIBED),
    *(_pod(part, state) for part in _PARTS for state in _STATES),
    *(
        _pull(part, stem, words)
        for part in _PARTS
        for stem, words in (
            ("failed to pull image", "Failed to pull image"),
            ("back-off pulling image", "Back-off pulling image"),
            ("pull access denied", "pull access denied"),
            ("manifest unknown", "manifest unknown"),
        )
    ),
    Message(
        "engine_disconnected",
        " running ",
        r"deepgram-api-[\w-]{1,60} +0/1 +Running[^\n]*",
        "The pod of the API runs and is not ready: in the official chart that means that it has no Engine.",
        LIKELY,
        ("engine_initializing", "http_unavailable"),
        "kubernetes",
        source="the official chart's readiness probe, wire reference §7.2",
    ),
    Message(
        "engine_initializing",
        " running ",
        r"deepgram-engine-[\w-]{1,60} +0/1 +Running[^\n]*",
        "The pod of the Engine runs and is not ready: it loads its models.",
        LIKELY,
        ("engine_disconnected",),
        "kubernetes",
        source="the official chart's probes, wire reference §7.2",
    ),
    Message(
        "engine_disconnected",
        "insufficient nvidia.com/gpu",
        r"Insufficient nvidia\.com/gpu[^\n]*",
        "No node has a free GPU for a pod. Only the Engine asks for one, so the API has no Engine.",
        LIKELY,
        ("engine_initializing",),
        "kubernetes",
        source=_K8S,
    ),
    Message(
        "engine_disconnected",
        "unavailable for nvidia.com/gpu",
        r"requested number of devices unavailable for nvidia\.com/gpu[^\n]*",
        "A node has no free GPU for a pod. Only the Engine asks for one, so the API has no Engine.",
        LIKELY,
        (),
        "kubernetes",
        source=_K8S,
    ),
    Message(
        "engine_disconnected",
        "requests.nvidia.com/gpu",
        r"exceeded quota[^\n]{0,200}requests\.nvidia\.com/gpu[^\n]*",
        "The namespace's quota allows no further GPU. Only the Engine asks for one, so the API has no Engine.",
        LIKELY,
        (),
        "kubernetes",
        source=_K8S,
    ),
    Message(
        "license",
        "api-key",
        r"secret \"(?P<secret>dg-self-hosted-api-key|[\w.-]{0,60}deepgram[\w.-]{0,40}api-key)\" not found",
        "The secret {secret} with the key of the containers does not exist, so they do not start.",
        LIKELY,
        (),
        "kubernetes",
        source="the official guides' names, wire reference §8",
    ),
)

_PROBES = (
    _probe("503", "http_unavailable", "503", _STARTING),
    _probe("500", "http_server_error", "500", _STARTING[::2]),
    _probe("502", "http_bad_gateway", "502", _STARTING),
    _probe("504", "http_gateway_timeout", "504", ("http_stalled",)),
    _probe("404", "http_not_found", "404: it asks for a path that is not there", ("url_path_wrong", "wrong_service")),
    _probe("40[13]", "http_forbidden", "a refusal", ("http_unauthorized",)),
    _probe(
        "400", "plain_to_tls_port", "400: over plain HTTP from a port that speaks TLS, most often", ("bad_parameter",)
    ),
    Message(
        "http_unavailable",
        "probe failed",
        r"(?:Readiness|Liveness|Startup) probe failed:[^\n]*",
        "A pod is not ready, because its probe fails; so its Service has one server fewer, or none.",
        POSSIBLE,
        ("tcp_refused", *_STARTING),
        "kubernetes",
        wraps=True,
        source="kubelet",
    ),
    Message(
        "engine_initializing",
        "probe failed",
        (
            r"deepgram-engine-[^\n]{0,200}(?:Startup|Readiness) probe failed:[^\n]{0,200}"
            r"(?:connection refused|statuscode: 503|deadline exceeded|\bEOF)[^\n]*"
        ),
        "The Engine is not ready: it loads its models, or has ended.",
        LIKELY,
        ("engine_disconnected", "http_unavailable", "tcp_refused"),
        "kubernetes",
        over=("tcp_refused", "client_timeout"),
        source="the official chart's probes, wire reference §7.2",
    ),
    Message(
        "engine_disconnected",
        "probe failed",
        r"deepgram-api-[^\n]{0,200}Readiness probe failed:\s*(?=\n|$)",
        "The API is not ready: its probe asks whether an Engine is connected, and none is.",
        LIKELY,
        ("engine_initializing",),
        "kubernetes",
        source="the official chart's readiness probe, wire reference §7.2",
    ),
)

_SERVICES = (
    Message(
        "http_unavailable",
        "<none>",
        (
            r"deepgram-api[\w-]{0,60}[ \t]+<none>[^\n]*|(?:name|selector):[ \t]+[^\n]{0,80}deepgram-api[^\n]*\n"
            r"(?:(?!name:)[^\n]*\n){0,14}endpoints:[ \t]+<none>"
        ),
        "No pod of the API is ready, so its Service has no endpoints.",
        LIKELY,
        ("tcp_refused", *_STARTING),
        "kubernetes",
        near=r"deepgram-api[\s\S]*endpoints|endpoints[\s\S]*deepgram-api",
        source="kubectl get endpoints, kubectl describe service",
    ),
    Message(
        "http_unavailable",
        "no endpoints available for service",
        r"no endpoints available for service \"(?P<service>[^\"\n]{1,120})\"",
        "No pod behind the Service {service} is ready.",
        LIKELY,
        ("tcp_refused", *_STARTING),
        "kubernetes",
        source="the API server's proxy",
    ),
    Message(
        "http_unavailable",
        "pod is not running",
        r"unable to forward port because pod is not running\. Current status=(?P<state>\w{1,30})",
        "The pod that is to be forwarded to is {state}.",
        LIKELY,
        ("tcp_refused",),
        "kubernetes",
        source="kubectl port-forward",
    ),
    Message(
        "tcp_refused",
        "inside namespace",
        r"failed to connect to localhost:(?P<port>\d{1,5}) inside namespace[^\n]*",
        "Nothing listens on port {port} inside the pod that kubectl forwards to.",
        LIKELY,
        ("http_unavailable",),
        "kubernetes",
        source="kubectl port-forward",
    ),
    Message(
        "tcp_closed_early",
        "lost connection to pod",
        r"error: lost connection to pod|lost connection to pod",
        "kubectl port-forward ended: its pod went away, or the connection to the cluster broke.",
        LIKELY,
        ("ws_closed_early", "tcp_reset", "tcp_refused"),
        "kubernetes",
        source="kubectl port-forward",
    ),
    Message(
        "tcp_timeout",
        "policy denied",
        r"Policy denied(?: DROPPED)?[^\n]*",
        "A NetworkPolicy drops these packets.",
        LIKELY,
        ("host_unreachable",),
        "kubernetes",
        near=r"cilium|hubble|DROPPED|xx drop|identity",
        source="Cilium",
    ),
)

MESSAGES = (*_PODS, *_CONFIGS, *_PROBES, *_SERVICES)
