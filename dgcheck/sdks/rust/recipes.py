"""Rust programs for a deployment, one for REST and one for live: each reads `audio.wav` and prints what was said.

Built and run against a stand-in with 0.9.2, 0.10.1, 0.11.0, 0.12.0 and 0.14.0; the others are read.
"""

from __future__ import annotations

from dgcheck.model.sdk import Place, Recipe
from dgcheck.sdks.rust.dial import Rules

TYPE_CHECKING = False  # typing is not imported: `sdk` pays for it
if TYPE_CHECKING:
    from collections.abc import Callable

_REST = """use deepgram::{
    @common::{audio_source::AudioSource, options::{Model, Options}},
    Deepgram,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let deepgram = @client;
    let audio = tokio::fs::File::open("audio.wav").await?;
    let options = Options::builder().model(Model::@model).build(); // a model that this deployment serves
    let answer = deepgram
        .transcription()
        .prerecorded(AudioSource::from_buffer_with_mime_type(audio, "audio/wav"), &options)
        .await?;
    println!("{}", answer.results.channels[0].alternatives[0].transcript);
    Ok(())
}
"""
_LIVE = """use std::time::Duration;

use deepgram::{
    common::{options::{Model, Options}, stream_response::StreamResponse},
    Deepgram,
};
use futures::stream::StreamExt;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let deepgram = @client;
    let options = Options::builder().model(Model::@model).build(); // a model that this deployment serves
    let mut heard = deepgram
        .transcription()
        .stream_request_with_options(options)
        .file("audio.wav", 3200, Duration::from_millis(100))
        .await?;
    while let Some(message) = heard.next().await {
        if let StreamResponse::TranscriptResponse { channel, .. } = message? {
            println!("{}", channel.alternatives[0].transcript);
        }
    }
    Ok(())
}
"""
_CRATES = 'Cargo.toml: deepgram = {}, tokio = {{ version = "1", features = ["full"] }}, futures = "0.3".'
_WITH_ROOTS = '{{ version = "{}", features = ["rustls-tls-native-roots"] }}'
# Cargo takes "0.9.0" for any 0.9, and the later ones behave otherwise; 0.8.0 was tagged and never published.
_FOLLOWED = ("0.6.0", "0.6.4", "0.9.0")
_UNPUBLISHED = {"0.8.0": '{ git = "https://github.com/deepgram/deepgram-rust-sdk", tag = "0.8.0" }'}
_ALSA = "This version brings rodio along: to build it on Linux, the headers of ALSA are needed (libasound2-dev)."
_SLASH = "The slash at the end is needed: without it the last part of the path is replaced."
_PRIVATE_CA = (
    "Live cannot be done: this version trusts only the roots built into the program there, and has no switch. Take "
    "0.11.0 or newer, give the deployment a certificate of a public CA, or put plain HTTP within reach of the program."
)
_NO_CA = (
    "This version trusts only the roots built into the program, for REST and for live, and has no switch: a private CA "
    "cannot be added. Take 0.11.0 or newer (0.9.0 for REST alone), give the deployment a certificate of a public CA, "
    "or put plain HTTP within reach of the program."
)
_REST_CA = "REST asks the system's store; on Linux SSL_CERT_FILE adds the CA, in place of the system's file."
_LIVE_CA = (
    "Live reads SSL_CERT_FILE only with the feature rustls-tls-native-roots, beside the roots built into the program; "
    "or give a rustls ClientConfig to Deepgram::tls_config."
)
_EARLY = "Live of 0.5.0 sends Host: api.deepgram.com, and its code differs from later ones; take 0.6.5 or newer."
_ID = "The 101 must carry dg-request-id: a proxy in front must leave that header in."
_NO_PORT = "Live sends the Host header without the port; a proxy that routes by name and port needs 0.12.0 or newer."
_HOST = "Live sends Host: api.deepgram.com in this version; a proxy that routes by name needs 0.6.5 or newer."


def maker(newest: str, rules: Rules, *, system_store: bool) -> Callable[[Place], tuple[Recipe, ...]]:
    """The recipes of the releases that end with this one; `system_store` where REST asks the system for trust."""

    def recipe(place: Place) -> tuple[Recipe, ...]:
        private = place.tls and place.private_ca
        if private and not system_store:
            return (Recipe("", "rust", (_NO_CA,)),)
        words = {"@client": _client(place, newest), "@model": _model(newest), "@common": _common(newest)}
        crate = _WITH_ROOTS.format(newest) if private and rules.native_roots else _crate(newest)
        notes = (_CRATES.format(crate), *((_SLASH,) if place.prefix else ()))
        notes = (*notes, _ALSA) if newest.startswith("0.6.") and newest != "0.6.10" else notes
        set_before = (("DEEPGRAM_API_KEY", "..."),) if place.key else ()
        if private:
            set_before = (*set_before, ("SSL_CERT_FILE", place.private_ca))
        rest = Recipe(_filled(_REST, words), "rust", (*notes, _REST_CA) if private else notes, set_before)
        if private and not rules.native_roots:
            return (rest, Recipe("", "rust", (_PRIVATE_CA,)))
        if newest.startswith("0.5"):
            return (rest, Recipe("", "rust", (_EARLY,)))
        return (rest, Recipe(_filled(_LIVE, words), "rust", (*notes, *_live_notes(rules, place)), set_before))

    return recipe


def _crate(newest: str) -> str:
    return _UNPUBLISHED.get(newest) or f'"{"=" if newest in _FOLLOWED else ""}{newest}"'


def _live_notes(rules: Rules, place: Place) -> list[str]:
    notes = [_LIVE_CA] if place.tls and place.private_ca else []
    if "{" not in rules.host:
        notes.append(_HOST)
    elif rules.host == "{host}" and _has_port(place.authority):
        notes.append(_NO_PORT)
    if rules.needs_id:
        notes.append(_ID)
    return notes


def _has_port(authority: str) -> bool:
    return authority.rfind(":") > authority.rfind("]")


def _filled(code: str, words: dict[str, str]) -> str:
    for word, text in words.items():
        code = code.replace(word, text)
    return code


def _client(place: Place, newest: str) -> str:
    scheme = "https" if place.tls else "http"
    address = f'"{scheme}://{place.authority}{place.prefix and place.prefix.rstrip("/") + "/"}"'
    fails = "" if newest.startswith("0.5") else "?"
    if place.key:
        return f'Deepgram::with_base_url_and_api_key({address}, std::env::var("DEEPGRAM_API_KEY")?){fails}'
    return f"Deepgram::with_base_url({address}){fails}"


def _model(newest: str) -> str:
    return "Nova3" if tuple(map(int, newest.split("."))) >= (0, 7, 0) else "Nova2"


def _common(newest: str) -> str:
    return "transcription::prerecorded" if newest.startswith("0.5") else "common"
