"""Whether an answer can only have come from the API container of a deployment."""

from __future__ import annotations

from dgcheck.model.evidence import Exchange, Upgrade, Wire
from dgcheck.model.record import remembered
from dgcheck.wire.health import read_engine, read_status
from dgcheck.wire.listing import read as read_listing
from dgcheck.wire.results import read_transcription
from dgcheck.wire.who import is_deepgram

# What a server says of a path or a method that it does not know.
NOT_HERE = (404, 405, 410)


@remembered
def serves(seen: Wire) -> bool:
    """True when this question reached the API and was served: an opened socket with its accept hash right, a status
    page with `system_health`, an engine page, a listing with models, a transcription, or a 2xx with Deepgram's marks.

    A refusal is False even when the deployment wrote it: it does not prove that the path is served.
    """
    response = seen.response
    if response is None:
        return False
    if isinstance(seen, Upgrade):
        return response.status == 101 and not seen.accept_problem
    if not 200 <= response.status < 300:
        return False
    return is_deepgram(response) or _page(seen, response.body)


@remembered
def knows_path(seen: Wire) -> bool:
    """True when the deployment serves this path: it served the question, or refused it in its own words for another
    reason than the path (a 400 about the model, say).
    """
    if serves(seen):
        return True
    response = seen.response
    return response is not None and response.status not in NOT_HERE and response.status < 500 and is_deepgram(response)


@remembered
def worked(seen: Wire) -> bool:
    """A success, whoever gave it: 2xx to a request, an opened socket to an upgrade."""
    if isinstance(seen, Upgrade):
        return seen.status == 101 and not seen.accept_problem
    return seen.status is not None and 200 <= seen.status < 300


def _page(seen: Wire, body: str) -> bool:
    path = seen.request.path.rstrip("/")
    if path.endswith("/status"):
        status = read_status(body)
        return status is not None and bool(status.system_health)
    if path.endswith("/status/engine"):
        return read_engine(body) is not None
    if path.endswith("/models"):
        listing = seen.listing if isinstance(seen, Exchange) and seen.listing else read_listing(body)
        return listing is not None and bool(listing.models)
    return path.endswith("/listen") and read_transcription(body) is not None
