"""Asking once more with something changed."""

from dgcheck.model.target import Audio
from dgcheck.readings.ask_again import ask_again, with_model, without
from tests.rules.built import got, upgraded

AUDIO = Audio(data=b"abc", words="", content_type="audio/wav")
POST = got("POST /x/v1/listen?model=nova-3&language=fr&keyterm=a&keyterm=b")


def test_a_post_takes_path_and_audio_along() -> None:
    again = ask_again(POST, without(POST, "language"), AUDIO)
    assert (again.path, again.whole, again.method, again.body) == ("/x/v1/listen", True, "POST", b"abc")
    assert again.query == (("model", "nova-3"), ("keyterm", "a"), ("keyterm", "b"))
    assert again.headers == (("Content-Type", "audio/wav"),)


def test_an_upgrade_takes_no_audio_unless_it_becomes_a_post() -> None:
    seen = upgraded("GET /v1/listen?model=nova-3")
    assert ask_again(seen, seen.request.query, AUDIO).body == b""
    assert ask_again(seen, seen.request.query, AUDIO, method="POST").body == b"abc"


def test_a_request_through_a_forward_proxy_is_asked_by_its_path() -> None:
    seen = got("POST http://dg:8080/v1/listen?model=x")
    assert ask_again(seen, (), AUDIO).path == "/v1/listen"


def test_a_model_takes_the_place_of_another_or_of_none() -> None:
    assert with_model(got("POST /v1/listen?punctuate=true"), "m") == (("model", "m"), ("punctuate", "true"))
    assert with_model(got("POST /v1/listen?model=x"), "m") == (("model", "m"),)
