"""DG2017 and DG2027: a certificate for another host, or one that stands in for none."""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Match, Remedy, Severity
from dgcheck.model.record import replace
from dgcheck.readings import contact
from dgcheck.rules.shared.also import then
from dgcheck.rules.tls.shown import Shown, faulty, match, shown
from dgcheck.rules.tls.trust import LOOK
from dgcheck.wire import certificate
from dgcheck.wire.certificate import listed

_INGRESSES = {
    "ingress-nginx": "The ingress controller (ingress-nginx)",
    "traefik": "Traefik",
    "cert-manager": "cert-manager",
}


def _mismatch(case: Case) -> Iterator[Match]:
    if it := faulty(case, "tls_hostname_mismatch"):
        names = certificate.alternatives(it.leaf) if it.leaf else ()
        near = certificate.nearest(names, it.host)
        nearest = f" The nearest of them is {near}." if near and len(names) > 1 else ""
        at = contact.place(it.handshake.address, it.handshake.port)
        shown_at = f"The certificate that {it.host} shows ({at})"
        facts = {"names": listed(names)} if names else {}
        if it.code == contact.WRONG_ADDRESS and it.host in names:
            says = (
                f"{shown_at} has {it.host} among its alternative names, but as a DNS name: an address has to stand "
                f"there as an IP address, else clients do not count it."
            )
            yield match(it, says, facts=facts)
            return
        says = f"{shown_at} is for {_for_whom(it, names)}, not for {it.host}.{nearest}{_too_wide(names, it.host)}"
        facts["other_host"] = it.host
        usable = next((name for name in (near, *names) if name and "*" not in name), "")
        if usable:
            facts |= {"right_name": usable, "right_base": _renamed(case, usable)}
        yield match(it, says, facts=facts)


def _too_wide(names: tuple[str, ...], host: str) -> str:
    rest = host.partition(".")[2]
    wide = rest and "." not in rest and f"*.{rest}" in names
    return f" A wildcard right below the last label (*.{rest}) is for nobody." if wide else ""


def _common_name_alone(case: Case) -> Iterator[Match]:
    """Accepted here, with the host as its common name and no alternative name: not every client reads that."""
    it = shown(case)
    if it is None or it.code != 0 or it.leaf is None or it.leaf.names:
        return
    says = (
        f"The certificate names {it.host} as its Common Name alone and has no alternative names (SAN). Python and "
        f"Node.js still accept that; Go since 1.15, Rust's rustls and browsers refuse it."
    )
    yield replace(match(it, says, detail="common name alone"), severity=Severity.WARNING)


def _for_whom(it: Shown, names: tuple[str, ...]) -> str:
    if names:
        return listed(names)
    return "no host at all" if it.leaf else f"other names (OpenSSL: {it.handshake.verify_message})"


def _renamed(case: Case, name: str) -> str:
    target = case.target
    if target is None:
        return ""
    host = f"[{name}]" if ":" in name else name
    return f"{target.scheme}://{host}{'' if target.port == 443 else f':{target.port}'}{target.prefix}"


def _default(case: Case) -> Iterator[Match]:
    it = faulty(case, "ingress_default_certificate")
    if it is None or it.leaf is None:
        return
    who = certificate.placeholder(it.chain)
    says = (
        f"{_INGRESSES[who]} shows its stand-in certificate (“{_stand_in(it, who)}”) for {it.host}. It does so while "
        "it has none "
        "for this host: the secret is missing or still empty, or no rule names this host."
    )
    yield match(it, says, detail=who)


def _stand_in(it: Shown, who: str) -> str:
    """The name that gives it away: cert-manager's stands in the issuer, the others' in the subject."""
    if it.leaf is None:
        return ""
    return certificate.shown(it.leaf.issuer if who == "cert-manager" else it.leaf.subject)


NAMES = (
    Cause(
        code="DG2017",
        cause="tls_hostname_mismatch",
        title="The certificate is for other names",
        explanation=(
            "The server proves to be somebody, but not the host in the URL. Either the URL uses another name than the "
            "certificate (an IP address, a short name, an old name), or the server has several certificates and shows "
            "the default one, because it does not know this name."
        ),
        told_apart=(
            "The names in the certificate are listed, with the nearest. An ingress's stand-in certificate is "
            "ingress_default_certificate. A wildcard stands for one label only: *.example.com is not for "
            "a.b.example.com."
        ),
        remedies=(
            Remedy("Use a name that the certificate has", "dgcheck run {right_base}"),
            Remedy(
                "If {right_name} does not lead to this server in DNS, try it with the address",
                "dgcheck run {right_base} --resolve {right_name}={address}",
            ),
            Remedy(
                "Issue a certificate that has {server_name} among its alternative names (SAN), as DNS name or "
                "as IP address"
            ),
            Remedy(
                "In nginx, see that a server block with its certificate names {other_host}",
                "server_name {server_name};\nssl_certificate /etc/nginx/tls/fullchain.pem;",
                place="nginx",
            ),
            Remedy(
                "In the Ingress, name {other_host} in its TLS section as well as in its rules",
                "tls:\n- hosts: [{server_name}]\n  secretName: SECRET",
                place="ingress-nginx",
            ),
            LOOK,
        ),
        explains=("tls_self_signed", "tls_unknown_ca", "tls_missing_intermediate"),
        when=then(_mismatch, _common_name_alone),
        source="RFC 6125; Go 1.15 release notes (X.509 CommonName); OpenSSL: X509_V_ERR_HOSTNAME_MISMATCH (62), "
        "X509_V_ERR_IP_ADDRESS_MISMATCH (64)",
    ),
    Cause(
        code="DG2027",
        cause="ingress_default_certificate",
        title="The ingress shows its stand-in certificate",
        explanation=(
            "An ingress controller that has no certificate for a host answers with one that it made itself. So the "
            "ingress is reached and works, but the TLS secret of this host is missing, is not filled yet (cert-manager "
            "is still at it), has the wrong type or namespace, or the host is not the one in the Ingress.\n\n"
            "Trusting this certificate is no remedy: it changes at every restart, and it belongs to nobody. On the day "
            "of the installation it often goes away by itself as soon as the real one arrives."
        ),
        told_apart=(
            "By its subject: Kubernetes Ingress Controller Fake Certificate, TRAEFIK DEFAULT CERT, or "
            "cert-manager.local. "
            "That it is self-signed, unknown, out of date or for another name are then all effects."
        ),
        remedies=(
            Remedy(
                "See whether a certificate is on its way for {server_name}",
                "kubectl get certificate,certificaterequest,order,challenge --all-namespaces",
            ),
            Remedy(
                "See which host and which secret the Ingress names",
                "kubectl get ingress --all-namespaces -o wide; kubectl describe ingress NAME",
            ),
            Remedy(
                "The controller says why it does not use the secret",
                "kubectl -n ingress-nginx logs deployment/ingress-nginx-controller | grep -i -e secret -e "
                "certificate | tail",
                place="ingress-nginx",
            ),
            Remedy(
                "Put the host's certificate into the secret that the Ingress names, in the Ingress's own namespace",
                "kubectl -n NAMESPACE create secret tls SECRET --cert=fullchain.pem --key=server.key",
            ),
            Remedy("Wait for it, if it is being issued just now", "dgcheck run {base} --wait 5m"),
        ),
        explains=(
            "tls_self_signed",
            "tls_unknown_ca",
            "tls_missing_intermediate",
            "tls_expired",
            "tls_hostname_mismatch",
            "http_not_found",
        ),
        when=_default,
        source="ingress-nginx, Traefik and cert-manager: the subjects of the certificates they make themselves",
    ),
)
