"""What becomes of a request that is understood: parameters, audio, features, words, remote audio."""

from __future__ import annotations

from collections.abc import Callable

from dgcheck.sim.asked import Asked, Reply
from dgcheck.sim.core import Effect
from dgcheck.sim.faults import pages
from dgcheck.sim.faults.fault import Fault, always
from dgcheck.sim.faults.service import deploys
from dgcheck.sim.query import BAD_QUERY, UNDECODABLE

MEDIA = ("--audio-url", "http://media.example.test/clip.wav")
REMOTE = (
    ("remote_private", "URL for media download must be publicly routable."),
    ("remote_unresolved", "Could not determine if URL for media download is publicly routable."),
    (
        "remote_no_location",
        "The remote server hosting the media failed to include a `location` header in its redirect response.",
    ),
    ("remote_bad_location", "Could not parse remote media server's redirect location as a URL."),
    ("remote_401", "The remote server hosting the media returned a client error: 401 Unauthorized."),
    ("remote_403", "The remote server hosting the media returned a client error: 403 Forbidden."),
    ("remote_404", "The remote server hosting the media returned a client error: 404 Not Found."),
    ("remote_no_data", "The remote server hosting the media failed to return valid data."),
    ("remote_redirects", "The remote server hosting the media returned too many redirects."),
)


def _refuses(name: str, wanted: str = "") -> Callable[[Asked], Reply | None]:
    """Refuse a query that has this parameter (with this value, where one is given)."""

    def hook(asked: Asked) -> Reply | None:
        value = asked.param(name)
        if not pages.on_listen(asked) or value is None or (wanted and value != wanted):
            return None
        return _bad(asked, BAD_QUERY)

    return hook


def _bad(asked: Asked, message: str) -> Reply:
    reply = pages.deepgram(400, "Bad Request", message)
    return reply.having("dg-error", message) if asked.upgrade else reply


def _refuses_by_name(asked: Asked) -> Reply | None:
    if not pages.on_listen(asked) or asked.param("diarize") is None:
        return None
    return _bad(asked, "Bad Request: `diarize` is not supported by this deployment.")


def _parameters() -> tuple[Fault, ...]:
    return (
        Fault(
            name="parameter_refused",
            says="400 `Invalid query string.` whenever utt_split is asked for",
            causes=("bad_parameter",),
            resembles=("model_missing", "audio_undecodable"),
            run=("--feature", "utt_split=1.1", "--feature", "punctuate=true", "--feature", "numerals=true"),
            makes=always(Effect(instead=_refuses("utt_split"))),
        ),
        Fault(
            name="parameter_refused_by_name",
            says="400 that names `diarize` whenever it is asked for",
            causes=("bad_parameter",),
            run=("--feature", "diarize=true"),
            makes=always(Effect(instead=_refuses_by_name)),
        ),
        Fault(
            name="parameter_value",
            says="nothing is wrong with the deployment; endpointing=300ms is asked for, which is no number",
            causes=("bad_parameter",),
            run=("--feature", "endpointing=300ms"),
            makes=always(Effect()),
        ),
        Fault(
            name="parameter_keywords",
            says="nothing is wrong with the deployment; keywords are asked of Nova-3, which wants keyterm",
            causes=("bad_parameter",),
            run=("--model", "nova-3", "--feature", "keywords=dog:2"),
            makes=always(Effect()),
        ),
        Fault(
            name="parameter_keyterm",
            says="nothing is wrong with the deployment; keyterm is asked of Nova-2, which wants keywords",
            causes=("bad_parameter",),
            run=("--model", "nova-2", "--feature", "keyterm=dog"),
            makes=always(Effect()),
        ),
    )


def _audio() -> tuple[Fault, ...]:
    undecodable = pages.instead(lambda _: pages.deepgram(400, "Bad Request", UNDECODABLE), pages.posts)
    return (
        Fault(
            name="audio_undecodable",
            says="no file can be decoded: 400 `corrupt or unsupported data`",
            causes=("audio_undecodable",),
            resembles=("bad_parameter",),
            makes=always(Effect(instead=undecodable)),
        ),
        Fault(
            name="feature_missing",
            says="diarize is accepted, and nothing of it is in the answer",
            causes=("feature_incomplete",),
            run=("--feature", "diarize=true"),
            makes=always(deploys(missing_features=frozenset({"diarize"}))),
        ),
        Fault(
            name="feature_present",
            says="diarize is accepted and served",
            resembles=("feature_incomplete",),
            run=("--feature", "diarize=true"),
            makes=always(Effect()),
        ),
        Fault(
            name="features_missing",
            says="utterances and detect_entities are accepted, and nothing of them is in the answer",
            causes=("feature_incomplete",),
            run=("--feature", "utterances=true", "--feature", "detect_entities=true"),
            makes=always(deploys(missing_features=frozenset({"utterances", "detect_entities"}))),
        ),
        Fault(
            name="transcript_empty",
            says="every transcript is empty",
            causes=("transcript_empty",),
            resembles=("ws_no_results", "audio_not_received"),
            makes=always(deploys(deaf_to=frozenset({"batch", "streaming"}))),
        ),
        Fault(
            name="transcript_empty_files",
            says="the transcript of a file is empty, that of a stream is not",
            causes=("transcript_empty",),
            makes=always(deploys(deaf_to=frozenset({"batch"}))),
        ),
        Fault(
            name="transcript_empty_streams",
            says="the transcript of a stream is empty, that of a file is not",
            causes=("transcript_empty",),
            resembles=("ws_no_results",),
            makes=always(deploys(deaf_to=frozenset({"streaming"}))),
        ),
        Fault(
            name="transcript_wrong",
            says="every transcript has other words than were said",
            causes=("transcript_mismatch",),
            makes=always(deploys(words="colorless green ideas sleep furiously at noon today")),
        ),
    )


def _remote() -> tuple[Fault, ...]:
    texts = tuple(
        Fault(
            name=name,
            says=f"remote audio is refused: `{text}`",
            causes=("remote_url_blocked",),
            run=MEDIA,
            makes=always(deploys(remote_error=text)),
        )
        for name, text in REMOTE
    )
    return (
        *texts,
        Fault(
            name="remote_page",
            says="remote audio is fetched and turns out to be a web page: `corrupt or unsupported data`",
            causes=("remote_url_blocked", "audio_undecodable"),
            run=MEDIA,
            makes=always(deploys(remote_error="corrupt")),
        ),
        Fault(
            name="remote_slow",
            says="remote audio is refused after so many seconds",
            causes=("remote_url_blocked",),
            value=2,
            unit="seconds",
            run=MEDIA,
            makes=lambda seconds: deploys(remote_error=REMOTE[7][1], remote_wait=seconds),
        ),
        Fault(
            name="remote_never_comes",
            says="nobody comes for the clip that dgcheck serves, and remote audio is refused for that",
            causes=("remote_url_blocked",),
            run=("--serve-audio", "127.0.0.1:0"),
            makes=always(deploys(remote_error=REMOTE[7][1])),
        ),
        Fault(
            name="remote_breaks_off",
            says="fetching remote audio breaks off after so many bytes",
            causes=("remote_url_blocked",),
            value=4096,
            unit="bytes",
            run=("--serve-audio", "127.0.0.1:0"),
            makes=lambda size: deploys(fetches=True, fetch_most=int(size)),
        ),
        Fault(
            name="remote_fetches",
            says="remote audio is really fetched, wherever it lies, and transcribed",
            resembles=("remote_url_blocked",),
            run=("--serve-audio", "0"),
            makes=always(deploys(fetches=True)),
        ),
        Fault(
            name="remote_works",
            says="remote audio is fetched and transcribed",
            resembles=("remote_url_blocked",),
            run=MEDIA,
            makes=always(Effect()),
        ),
    )


FAULTS = (*_parameters(), *_audio(), *_remote())
