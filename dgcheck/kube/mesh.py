"""What a service mesh's sidecar breaks, and the one setting that mends it.

A classic sidecar never ends, so neither does a Job beside it; and it starts after the init containers, while the
traffic of theirs is already sent its way. Sources: Istio's pages on its annotations and on its CNI plugin (user 1337),
Linkerd's on its proxy's configuration (user 2102).
"""

from __future__ import annotations

from dgcheck.kube.plan import USER, Tree
from dgcheck.kube.text import Note

MESHES = ("istio", "linkerd")
# The user of each mesh's proxy, whose traffic is not redirected.
PROXY_USERS = {"istio": 1337, "linkerd": 2102}
_NATIVE = {
    "istio": 'drop this label and give the pod the annotation sidecar.istio.io/nativeSidecar: "true"',
    "linkerd": 'replace this by the annotation config.beta.linkerd.io/proxy-enable-native-sidecar: "true"',
}


def _outside(mesh: str) -> Note:
    return Note(
        "A sidecar would never end, and neither would this pod. Without one dgcheck asks from outside of the mesh. "
        f"Where the deployment takes the mesh's mutual TLS alone, {_NATIVE[mesh]} (Kubernetes 1.29 and newer)."
    )


def pod_labels(mesh: str) -> Tree:
    """What a pod that ends by itself needs among its labels."""
    return {_outside(mesh): None, "sidecar.istio.io/inject": "false"} if mesh == "istio" else {}


def pod_annotations(mesh: str) -> Tree:
    """What a pod that ends by itself needs among its annotations."""
    return {_outside(mesh): None, "linkerd.io/inject": "disabled"} if mesh == "linkerd" else {}


def server_annotations(mesh: str) -> Tree:
    """What a pod that goes on running needs among its annotations: to wait for its proxy."""
    if mesh == "istio":
        return {"proxy.istio.io/config": '{"holdApplicationUntilProxyStarts": true}'}
    return {"config.linkerd.io/proxy-await": "enabled"} if mesh == "linkerd" else {}


def user(mesh: str) -> tuple[int, Note | None]:
    """The user of an init container, and why."""
    if not mesh:
        return USER, None
    return PROXY_USERS[mesh], Note(
        f"The user of {mesh.capitalize()}'s proxy, whose traffic is not redirected: the proxy does not run yet. Where "
        "the sidecars are native ones, or the proxy has another user, change this."
    )
