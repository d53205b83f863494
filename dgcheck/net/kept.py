"""What is kept of a question and its answer as evidence: without secrets, and no more of it than a diagnosis needs."""

from __future__ import annotations

from collections.abc import Sequence

from dgcheck.model.asking import Ask
from dgcheck.model.evidence import Certificate, Listing, Model, Response
from dgcheck.model.record import replace
from dgcheck.net.network import Network
from dgcheck.net.talk import Talk
from dgcheck.wire import listing
from dgcheck.wire.redact import Redactor
from dgcheck.wire.secrets import HARMLESS

PROBLEM, RAW = 400, 800  # characters of a server's own words about what failed, and of bytes that are no HTTP
NAME, VALUE, HEADERS = 200, 8192, 65536  # characters of a header's name, of its value, and of all headers together

Pairs = tuple[tuple[str, str], ...]


def response(network: Network, ask: Ask, talk: Talk, came: Response) -> Response:
    """An answer as evidence; `came` is it as it was read."""
    redactor = network.redactor
    for name, value in came.headers:
        if name.lower() == "set-cookie":
            network.learn_cookie(value)
    body = "" if _taken(ask, talk, came) else talk.kept.decode("utf-8", "replace")
    return replace(
        came,
        reason=redactor.beginning(came.reason, PROBLEM),
        headers=headers(redactor, came.headers),
        body=redactor.beginning(body, ask.keep, whole=not talk.cut),
    )


def _taken(ask: Ask, talk: Talk, came: Response) -> bool:
    """Whether the body is bytes, no words, and has gone to whoever asked for them."""
    if ask.take is None or came.status != 200:
        return False
    kind = came.header("content-type").partition(";")[0].strip().lower()
    head = talk.kept[:256].lstrip()
    wordy = kind.startswith("text/") or kind.endswith(("json", "xml", "html")) or head[:1] in (b"<", b"{")
    if not wordy:
        ask.take(talk.kept, *talk.body_times())
    return not wordy


def headers(redactor: Redactor, pairs: Sequence[tuple[str, str]]) -> Pairs:
    """The headers of an answer, as many as 64 KiB hold."""
    found: list[tuple[str, str]] = []
    left = HEADERS
    for name, value in pairs:
        left -= len(name[:NAME]) + len(value[:VALUE]) + 32
        if left < 0:
            break
        if redactor.passes(name, value):
            found.append((name, value))
            continue
        shown = redactor.header(name, value[: 2 * VALUE])
        shown = redactor.cut_off(shown) if len(value) > 2 * VALUE else shown
        found.append((redactor.beginning(name, NAME), shown[:VALUE]))
    return tuple(found)


def own_headers(network: Network, sent: Sequence[tuple[str, str]]) -> Pairs:
    """What was sent; the value of a header that the person gave is masked by its place, unless its name is harmless."""
    given = {name.lower() for name, _ in network.settings.headers if not HARMLESS.match(name)}
    redactor = network.redactor
    return tuple(
        (name, redactor.token(value) if name.lower() in given else redactor.header(name, value)) for name, value in sent
    )


def listing_of(talk: Talk, redactor: Redactor) -> Listing | None:
    """The listing in an answer, also one in which the server gave back what it had been sent."""
    found = listing.read(talk.kept.decode("utf-8", "replace"))
    if found is None:
        return None
    together = "\n".join(text for model in found.models for text in _texts(model))
    if redactor.known(together) == together:
        return found
    return replace(found, models=tuple(_without_secrets(model, redactor) for model in found.models))


def _texts(model: Model) -> tuple[str, ...]:
    return (model.name, model.canonical_name, model.architecture, model.version, model.uuid, *model.languages)


def _without_secrets(model: Model, redactor: Redactor) -> Model:
    return replace(
        model,
        name=redactor.known(model.name),
        canonical_name=redactor.known(model.canonical_name),
        architecture=redactor.known(model.architecture),
        version=redactor.known(model.version),
        uuid=redactor.known(model.uuid),
        languages=tuple(redactor.known(tag) for tag in model.languages),
    )


def certificate(found: Certificate, redactor: Redactor) -> Certificate:
    """A certificate into which somebody may have put what he was sent; its bytes are left out then."""
    if not redactor.spelled and redactor.url(found.aia) == found.aia:
        return found
    clean = redactor.known
    shown = replace(
        found,
        subject=clean(found.subject),
        issuer=clean(found.issuer),
        names=tuple(clean(name) for name in found.names),
        serial=clean(found.serial),
        aia=redactor.url(found.aia),
    )
    return shown if shown == found and not redactor.holds(found.pem) else replace(shown, pem="")
