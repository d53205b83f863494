"""DG3017: audio that the deployment cannot fetch from its address."""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Confidence, Match, Remedy, Severity
from dgcheck.model.evidence import Ending
from dgcheck.model.record import dataclass
from dgcheck.model.served import Visit
from dgcheck.readings.answers import posts, rest_works
from dgcheck.readings.remote import Fetched, from_here, fullest, given
from dgcheck.readings.telling import after, quoted, upper, writer
from dgcheck.wire.incomplete import stalled
from dgcheck.wire.loopback import loopback
from dgcheck.wire.refusal import read_refusal
from dgcheck.wire.remote import Fetch, host_of, origin_of, read_fetch


@dataclass(frozen=True, slots=True)
class Failed:
    """A fetch that failed, as far as the answer and our own server tell."""

    fetched: Fetched
    fetch: Fetch
    late: bool
    visit: Visit | None

    @property
    def kind(self) -> str:
        """One word for how far it got: those of `wire.remote.Fetch`, `changed` where our whole clip was handed over and
        nothing came of it, `broken_off`, or `other`.
        """
        if self.visit is not None:
            return "changed" if self.visit.whole else "broken_off"
        return self.fetch.kind or ("unreachable" if self.late else "other")

    @property
    def unsaid(self) -> bool:
        """It was our own loopback address, which nobody told: a container that cannot reach that proves nothing."""
        served = self.fetched.served
        return served is not None and not served.told and not served.visits and loopback(host_of(served.url))


def _remote(case: Case) -> Iterator[Match]:
    theirs, ours = given(case), from_here(case)
    failed = [one for one in (_failed(case, theirs), _failed(case, ours)) if one is not None]
    if not failed:
        return
    says = [_told(case, one) for one in failed]
    if rest_works(case):
        says.append("The same request with the audio itself works.")
    says += _compared(theirs, ours)
    alone = [one for one in failed if not one.unsaid] or failed
    worked = any(one is not None and one.worked for one in (theirs, ours))
    ids = [one.fetched.seen.id for one in failed]
    ids += [one.served.id for one in (theirs, ours) if one is not None and one.served is not None]
    facts: dict[str, str] = {}
    for one in failed:
        facts |= _facts(one)
    yield Match(
        " ".join(says),
        tuple(dict.fromkeys([*ids, *(post.id for post in posts(case)[:1])])),
        ("rest.url",),
        max((_sure(case, one) for one in alone), key=_RISING.index),
        facts,
        # Where one address can be fetched, a machine that is not reached is no failure of the deployment.
        severity=Severity.WARNING if worked and theirs is not None and theirs.worked else None,
        detail=" and ".join(dict.fromkeys(one.kind.replace("_", " ") for one in failed)),
    )


_RISING = (Confidence.POSSIBLE, Confidence.LIKELY, Confidence.CERTAIN)


def _failed(case: Case, fetched: Fetched | None) -> Failed | None:
    if fetched is None or fetched.seen.status == 200:
        return None
    seen = fetched.seen
    if seen.ending in (Ending.CUT_SHORT, Ending.NOT_CONNECTED):
        return None
    refusal = read_refusal(seen.response)
    if not rest_works(case) and refusal.about != "remote":
        return None  # what fails there fails without an address as well: `rest` says so
    late = bool(stalled(seen)) or seen.status in (504, 524)
    return Failed(fetched, read_fetch(refusal.words), late, fullest(fetched.served))


def _told(case: Case, one: Failed) -> str:
    """What was asked, what came back, and what dgcheck's own server saw of it."""
    seen, served = one.fetched.seen, one.fetched.served
    whose = (
        f"the address of dgcheck's own clip ({origin_of(one.fetched.url)})" if served else "the address of the audio"
    )
    if seen.response is None:
        said = f"A POST with {whose} got no answer{after(seen)}."
    else:
        who = upper(writer(seen.response))
        said = f"{who} answered {seen.status} to a POST with {whose}{quoted(seen.response)}."
    if served is None:
        return said + _means(one.fetch)
    return said + _seen_here(one, served.file_bytes) + ("" if one.visit else _means(one.fetch))


def _means(fetch: Fetch) -> str:
    return f" It means that {fetch.means}{f' ({fetch.status})' if fetch.status else ''}." if fetch.means else ""


def _seen_here(one: Failed, size: int) -> str:
    visit = one.visit
    if visit is None:
        hint = (
            " That address is this machine's own: inside a container it is the container itself." if one.unsaid else ""
        )
        return f" Nobody came for it.{hint}"
    whose = f" ({visit.agent})" if visit.agent else ""
    via = f", through a proxy ({visit.via})" if visit.via else ""
    came = f" It was fetched from {visit.address}{whose}{via}"
    if visit.whole:
        return f"{came}, and all {size} bytes were handed over: the way to this machine is open."
    return f"{came}, and broke off: at most {visit.sent_bytes} of {size} bytes were taken."


def _compared(theirs: Fetched | None, ours: Fetched | None) -> list[str]:
    """What the other address tells, where both were tried."""
    if theirs is None or ours is None or theirs.worked == ours.worked:
        return []
    if ours.worked:
        visit = fullest(ours.served)
        came = f", from {visit.address}" if visit else ""
        return [f"It did fetch dgcheck's own clip{came}, so it can fetch as such: what fails lies on the way there."]
    return ["It did fetch the other address, so it can fetch as such: it is this machine that it does not reach."]


def _sure(case: Case, one: Failed) -> Confidence:
    """The server's own words about a fetch are certain where the bytes work; an unexplained failure is a guess."""
    if one.unsaid:
        return Confidence.POSSIBLE
    if rest_works(case) and one.kind not in ("other", "no_audio", "unreachable", "changed"):
        return Confidence.CERTAIN
    if rest_works(case) and one.fetch.kind == "unreachable" and one.visit is None:
        return Confidence.CERTAIN
    return Confidence.LIKELY if one.fetch.kind or one.late or one.visit else Confidence.POSSIBLE


def _facts(one: Failed) -> dict[str, str]:
    """The host of the address, under the kind's name as well: remedies for other kinds then lack a value."""
    host = host_of(one.fetched.url)
    if not host:
        return {}
    if one.unsaid:
        return {"served_loopback": host}
    if one.fetched.served is None:
        return {"media": origin_of(one.fetched.url), "media_host": host, f"media_{one.kind}": host}
    # Nobody listens there any more, so that there is nothing to be tried.
    kinds = ("private", "unresolved", "changed", "broken_off")
    return {f"media_{one.kind}": host} if one.kind in kinds else {"served_host": host}


FAMILY = (
    Cause(
        code="DG3017",
        cause="remote_url_blocked",
        title="The deployment cannot fetch the audio from its address",
        explanation=(
            "Audio sent as bytes is transcribed, audio given by its address is not. The API container fetches it "
            "itself, so the address must be reachable from that container: its DNS, its way out, its proxy, its "
            "trust store. It waits one second for the connection and sixty for the whole answer unless api.toml "
            "says otherwise.\n\n"
            "An address that works in your browser proves nothing here: you are elsewhere, and logged in. With "
            "--serve-audio dgcheck serves a clip itself, and so sees whether the deployment comes, from which "
            "address, and whether it takes the whole file."
        ),
        told_apart=(
            "The same request with the bytes of the audio works; the server's words say how far the fetch got: a "
            "name that is not resolved there, a private address that is refused, no connection, an answer that is an "
            "error, redirects without end (a login page), or a page in the place of audio."
        ),
        remedies=(
            Remedy(
                "Serve the clip under the name by which the containers reach this machine, not {served_loopback}",
                "dgcheck run {base} --serve-audio HOST:PORT",
                leads=True,
            ),
            Remedy(
                "Nobody reached {served_host} from there: open this machine's port to the deployment, or give the "
                "name under which it is reached",
                "dgcheck run {base} --serve-audio HOST:PORT",
            ),
            Remedy(
                "See what the container gets from there", "docker compose exec api curl -sSI {media}", place="compose"
            ),
            Remedy(
                "See what the container gets from there",
                "kubectl -n dg-self-hosted exec deployment/deepgram-api -- curl -sSI {media}",
                place="helm",
            ),
            Remedy(
                "Let the API container resolve {media_unresolved}, or name a resolver in api.toml",
                '[resolver]\nnameservers = ["10.0.0.2 53 udp"]',
            ),
            Remedy("{media_private} has a private address: send the bytes instead of the address"),
            Remedy(
                "{media_denied} refused it: make a new pre-signed address, or allow the deployment's own address there"
            ),
            Remedy("{media_login} wants a login: use a pre-signed address"),
            Remedy("{media_redirect} redirects to nowhere: give the address that it redirects to in the end"),
            Remedy(
                "{media_no_audio} gave something that is no audio: most often a login or an error page with status 200"
            ),
            Remedy(
                "Open the way out from the API container to {media_unreachable}, or let it wait longer in api.toml",
                'fetch_conn_timeout = "5s"\nfetch_timeout = "300s"',
            ),
            Remedy("See what cuts long answers on the way to {media_broken_off}: a proxy's limit of size or of time"),
            Remedy(
                "Look for a proxy between the container and {media_changed} that inspects, changes or cuts what is "
                "fetched"
            ),
            Remedy("Write the address with its scheme, and encode what is not ASCII in it ({media_malformed})"),
            Remedy(
                "See whether it can fetch anything at all, not {media_host} alone: let it fetch a clip from here",
                "dgcheck run {base} --serve-audio 9000",
            ),
            Remedy("Send the bytes of the audio instead: no way out is needed then"),
        ),
        when=_remote,
        source="Deepgram's documentation: REMOTE_CONTENT_ERROR; api.toml: fetch_*, [resolver]",
    ),
)
