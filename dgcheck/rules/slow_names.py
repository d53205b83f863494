"""DG1008: the name is found, and each look-up first waits for a name server that does not answer."""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Confidence, Heals, Match, Remedy, Severity
from dgcheck.readings.slow_names import is_silent, lookup_time, of_servers, slow_lookup
from dgcheck.readings.telling import listed, seconds
from dgcheck.wire.service_name import plain


def _slow(case: Case) -> Iterator[Match]:
    lookup = slow_lookup(case)
    if lookup is None:
        return
    said = of_servers(case)
    silent = [server for server, answers in said.items() if is_silent(answers)]
    # Only a server that is asked before the one that answers is waited for.
    if not silent or silent[0] != next(iter(said)):
        return
    others = [server for server in said if server not in silent]
    meanwhile = f"; {listed(others)} {'does' if len(others) == 1 else 'do'}" if others else ""
    sure = Confidence.CERTAIN
    if not others:  # one of them may have given it, and be slow
        sure, meanwhile = Confidence.POSSIBLE, ", and the name was found all the same"
    says = (
        f"{plain(lookup.name)} was found only after {seconds(lookup_time(lookup))}: the name server{_s(silent)} "
        f"{listed(silent)} {'does' if len(silent) == 1 else 'do'} not answer when asked directly{meanwhile}. Every new "
        f"connection from here waits as long."
    )
    ids = (lookup.id, *(one.id for answers in said.values() for one in answers))
    facts = {"name": plain(lookup.name), "server": silent[0]}
    yield Match(says, ids, ("dns",), sure, facts)


def _s(several: list[str]) -> str:
    return "s" if len(several) > 1 else ""


FAMILY = (
    Cause(
        code="DG1008",
        cause="dns_slow",
        title="The name is found late: a name server does not answer",
        explanation=(
            "The servers of resolv.conf are asked in order, each after the silence of the one before, five seconds by "
            "default. Where the first is gone, every look-up works, and takes that long. An SDK whose limit for "
            "connecting is shorter gives up, and says that it timed out."
        ),
        told_apart=(
            "The look-up gave an address and took longer than --slow, and the first server of resolv.conf stayed "
            "silent when it was asked directly. Where the name is not found at all, it is dns_timeout."
        ),
        remedies=(
            Remedy("See whether that server answers", "dig {name} @{server} +tries=1 +time=3"),
            Remedy(
                "Take the server that is gone out of the settings of this machine's network (DHCP, NetworkManager, "
                "netplan, systemd-resolved); resolv.conf is written from there"
            ),
            Remedy(
                "In a pod, see whether the cluster's DNS runs behind that address",
                "kubectl -n kube-system get pods,endpoints -l k8s-app=kube-dns",
                place="kubernetes",
            ),
            Remedy("Until then, wait less for it, in resolv.conf", "options timeout:1 attempts:2"),
        ),
        severity=Severity.WARNING,
        heals=Heals.SOON,
        when=_slow,
        source="resolv.conf(5): nameserver, options timeout",
    ),
)
