"""The comment above a manifest: what it does, and the commands that a person types next."""

from __future__ import annotations

from collections.abc import Sequence

from dgcheck.kube.plan import Plan


def head(plan: Plan, does: str, commands: Sequence[str], *, more: Sequence[str] = ()) -> list[str]:
    """Its lines, without the `#`. `{ns}` in a command stands for the option of the namespace, if there is one."""
    space = f" -n {plan.namespace}" if plan.namespace else ""
    lines = [f"{does} (dgcheck {plan.version})", "", *(f"  {text.replace('{ns}', space)}" for text in commands)]
    if "/" not in plan.image:
        lines += [
            "",
            f"The image {plan.image} is nowhere but where you built it: load it into the nodes, or push it to a",
        ]
        lines += ["registry of yours and name that by --image."]
    if plan.key:
        lines += ["", "The API key is read from a Secret, which you make once:"]
        lines += [f"  kubectl create secret generic{space} {plan.key.name} --from-file={plan.key.key}=FILE"]
    if plan.ca:
        lines += ["", "The CA certificates are read from a ConfigMap, which you make once:"]
        lines += [f"  kubectl create configmap{space} {plan.ca.name} --from-file={plan.ca.key}=ca.pem"]
    if plan.certificate:
        lines += ["", "The client certificate is read from a Secret, which you make once:"]
        lines += [f"  kubectl create secret tls{space} {plan.certificate} --cert=tls.crt --key=tls.key"]
    return [*lines, *(["", *more] if more else [])]
