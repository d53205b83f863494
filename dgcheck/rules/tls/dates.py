"""DG2015, DG2016 and DG2025: a certificate out of its time, or soon to be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Match, Remedy, Severity
from dgcheck.model.evidence import Certificate, Ending, Wire
from dgcheck.readings import contact
from dgcheck.rules.tls.shown import Shown, early, expired, faults, faulty, match, path, shown, subject
from dgcheck.rules.tls.trust import LOOK
from dgcheck.wire import certificate
from dgcheck.wire.certificate import day, span

SOON = 30 * certificate.DAY
CLOCK_OFF = 60.0  # a difference of clocks below this explains no date


def _expired(case: Case) -> Iterator[Match]:
    if it := faulty(case, "tls_expired"):
        which = expired(it)
        off = _clock_off(case, it, [one.not_after for one in which], later=True)
        if not which:
            says = f"{subject(it)}, or an issuer of it, has expired (OpenSSL: {it.handshake.verify_message})"
        else:
            ago = f"{day(which[0].not_after)}, {span(it.now - which[0].not_after)} ago"
            says = f"{subject(it)} {_who(it, which)}expired on {ago}"
        yield _dated(case, it, says, off)


def _early(case: Case) -> Iterator[Match]:
    if it := faulty(case, "tls_not_yet_valid"):
        which = early(it)
        off = _clock_off(case, it, [one.not_before for one in which], later=False)
        if not which:
            says = f"{subject(it)}, or an issuer of it, is not valid yet (OpenSSL: {it.handshake.verify_message})"
        else:
            begins = f"{day(which[0].not_before)}, in {span(which[0].not_before - it.now)}"
            says = f"{subject(it)} {_who(it, which)}becomes valid only on {begins}"
        yield _dated(case, it, says, off)


def _who(it: Shown, which: Sequence[Certificate]) -> str:
    """Whose date it is, where it is not the server's own certificate."""
    return (
        ""
        if which[0] is it.leaf
        else f"is within its own dates, but its issuer “{certificate.shown(which[0].subject)}” "
    )


def _timed(case: Case) -> Wire | None:
    return next((wire for wire in contact.direct(case, None) if wire.server_time is not None and wire.local_time), None)


def _clock_off(case: Case, it: Shown, dates: Sequence[float], *, later: bool) -> float | None:
    """Server's clock minus ours, where by the server's clock the dates would be in order; else None."""
    wire = _timed(case)
    if wire is None or wire.server_time is None or not dates:
        return None
    off = wire.server_time - wire.local_time
    there = it.now + off
    fine = all(date > there for date in dates) if later else all(date <= there for date in dates)
    return off if abs(off) > CLOCK_OFF and fine else None


def _dated(case: Case, it: Shown, says: str, off: float | None) -> Match:
    here = f"the clock here says {day(it.now)}"
    if off is None:
        return match(it, f"{says}; {here}.", extra=contact.ids(_timed(case)))
    how = "behind" if off > 0 else "ahead of"
    says = f"{says}; but {here}, {span(off)} {how} the server's, by which the certificate would be in order."
    clock = {"offset": f"{span(off)} {how}"}
    return match(it, says, extra=contact.ids(_timed(case)), detail="clock", facts=clock)


def _soon(case: Case) -> Iterator[Match]:
    it = shown(case)
    if it is None or it.handshake.ending is not Ending.ANSWERED or faults(it):
        return
    if found := [one for one in path(it) if it.now < one.not_after < it.now + SOON]:
        one = min(found, key=lambda each: each.not_after)
        whose = "" if one is it.leaf else f"is issued by “{certificate.shown(one.subject)}”, which "
        says = f"{subject(it)} {whose}expires on {day(one.not_after)}, in {span(one.not_after - it.now)}."
        life = one.not_after - one.not_before
        if life < SOON:
            says += f" It lives only {span(life)} in all, so something has to renew it all the time: see that it does."
        yield match(it, says)


_SYNC = Remedy(
    "This machine's clock is {offset} the server's: let NTP set it", "timedatectl status; sudo timedatectl set-ntp true"
)
_RENEW = (
    Remedy(
        "Renew it where it comes from, then let the server load it",
        "sudo certbot renew && sudo nginx -s reload",
        place="nginx",
    ),
    Remedy(
        "See why cert-manager did not renew it",
        "kubectl get certificate,certificaterequest,order,challenge --all-namespaces",
        place="ingress-nginx",
    ),
    Remedy(
        "Caddy renews by itself; its log says why it could not",
        "journalctl -u caddy --since -1day | grep -i certificate",
        place="caddy",
    ),
    Remedy(
        "If the API itself does TLS ([server.https] in api.toml), put the new files in place and restart it",
        "docker compose restart api",
        place="compose",
    ),
    Remedy("After a renewal the server has to load the new file: reload or restart whatever listens on {host}:{port}"),
)

DATES = (
    Cause(
        code="DG2015",
        cause="tls_expired",
        title="The certificate has expired",
        explanation=(
            "The certificate, or one that issued it, is past its last day, so every client refuses it. Either nobody "
            "renewed it, or it was renewed and the server still holds the old one in memory."
        ),
        told_apart="Dates of each certificate, the clock here, and the server's own Date, so that a wrong clock is not "
        "mistaken for it.",
        remedies=(
            _SYNC,
            *_RENEW,
            Remedy(
                "See which dates are being served now",
                "openssl s_client -connect {host}:{port} -servername {server_name} </dev/null | openssl x509 "
                "-noout -dates",
            ),
        ),
        explains=("tls_self_signed", "tls_unknown_ca", "tls_missing_intermediate"),
        when=_expired,
        source="OpenSSL: X509_V_ERR_CERT_HAS_EXPIRED (10)",
    ),
    Cause(
        code="DG2016",
        cause="tls_not_yet_valid",
        title="The certificate is not valid yet",
        explanation=(
            "The first day of the certificate lies in the future. More often than not the clock of this machine (a "
            "virtual machine that was suspended, a board without a battery) is behind; otherwise the machine that "
            "issued the certificate was ahead."
        ),
        told_apart="Dates of each certificate, and the Date header of the server against the clock here.",
        remedies=(
            _SYNC,
            Remedy("Compare this machine's clock with the true time", "date -u; timedatectl status"),
            Remedy("If the clock is right, issue the certificate again: its first day is wrong"),
            LOOK,
        ),
        explains=("tls_self_signed", "tls_unknown_ca", "tls_missing_intermediate"),
        when=_early,
        source="OpenSSL: X509_V_ERR_CERT_NOT_YET_VALID (9)",
    ),
    Cause(
        code="DG2025",
        cause="tls_expires_soon",
        title="The certificate expires soon",
        explanation=(
            "It is valid today and for fewer than 30 days more. Automatic renewal has usually happened by then, so "
            "something may be stuck; without automatic renewal it is time to do it."
        ),
        told_apart="Everything about the certificate is accepted; only its last day is near.",
        remedies=(*_RENEW, LOOK),
        severity=Severity.WARNING,
        when=_soon,
        source="the certificate's own dates; ACME clients renew 30 days before the end",
    ),
)
