"""What a manifest is made of, as the command line asked for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dgcheck.model.record import dataclass, field

USER = 10001  # of the image; any other will do
CA_FOLDER = "/etc/dgcheck/ca"
CERTIFICATE_FOLDER = "/etc/dgcheck/certificate"
PORT = 9115

# A part of a document. Keys are text, or a Note that becomes a comment.
Tree = dict[Any, Any]


@dataclass(frozen=True, slots=True)
class Reference:
    """One key of a ConfigMap or a Secret."""

    name: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One manifest. Names are valid for Kubernetes already (`names.py`), `words` are options of dgcheck, one argument
    each (`--model=nova-3`). Times are whole seconds.
    """

    kind: str
    name: str
    version: str  # of dgcheck
    image: str
    targets: tuple[str, ...]
    words: tuple[str, ...] = ()
    namespace: str = ""  # '' = wherever it is applied
    labels: Mapping[str, str] = field(default_factory=dict)
    ca: Reference | None = None
    key: Reference | None = None  # the API key of a gateway
    certificate: str = ""  # a Secret of type kubernetes.io/tls
    pull_secret: str = ""
    mesh: str = ""  # istio, linkerd
    gitops: bool = False
    schedule: str = ""
    active_deadline: int = 0  # after which the pod is ended from outside
    interval: int = 0  # between two runs of the exporter
    fleet: str = ""  # the file with the targets
    shards: int = 1

    @property
    def files(self) -> tuple[str, ...]:
        """The options that name the mounted files, by their keys in the settings: `ca_file=/etc/...`."""
        found = [f"ca_file={CA_FOLDER}/ca.crt"] if self.ca else []
        if self.certificate:
            found += [f"cert={CERTIFICATE_FOLDER}/tls.crt", f"key={CERTIFICATE_FOLDER}/tls.key"]
        return tuple(found)

    @property
    def shown_target(self) -> str:
        """The target, or how many there are."""
        return self.targets[0] if len(self.targets) == 1 else f"{len(self.targets)} deployments"

    @property
    def selector(self) -> dict[str, str]:
        """The labels by which what belongs together is found."""
        return {"app.kubernetes.io/name": "dgcheck", "app.kubernetes.io/instance": self.name}

    def metadata(self, **more: Any) -> Tree:
        """Name, namespace, labels, and `more` where it is not empty."""
        found: Tree = {"name": self.name}
        if self.namespace:
            found["namespace"] = self.namespace
        found["labels"] = {**self.selector, **self.labels}
        return found | {key: value for key, value in more.items() if value}
