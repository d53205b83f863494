"""What a run knows of an SDK before it asks anything."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from dgcheck.engine import sdk
from dgcheck.model.errors import UsageError
from dgcheck.model.evidence import Foretold
from dgcheck.model.target import Settings
from dgcheck.wire.redact import Redactor
from dgcheck.wire.url import parse


def told(target: str, name: str, *options: tuple[str, str]) -> Mapping[str, Foretold]:
    settings = Settings(target_given=target, sdk=name, sdk_options=options)
    one = sdk.named(settings)
    assert one is not None
    return {seen.transport: seen for seen in sdk.foretold(one, settings, parse(target), Redactor())}


@pytest.mark.parametrize("target", ["http://dg:8080", "https://dg.example.com", "https://dg.example.com/deepgram"])
@pytest.mark.parametrize("name", ["python@5", "python@7", "javascript@4", "javascript@5", "go@3", "dotnet@7", "java"])
def test_the_recommended_setting_reaches_the_target(name: str, target: str) -> None:
    found = told(target, name)
    assert {one.transport: (one.outcome, one.url) for one in found.values()} == {
        "rest": ("dials", f"{target}/v1/listen"),
        "ws": ("dials", f"{target.replace('http', 'ws', 1)}/v1/listen"),
    }
    assert all(target.partition("://")[2].partition("/")[0] in one.right for one in found.values())
    assert {one.option for one in found.values()} == {""}


def test_where_there_is_none_it_says_what_the_nearest_one_dials() -> None:
    found = told("http://dg:8080/deepgram", "python@4")
    assert found["rest"].url == "http://dg:8080/deepgram/v1/listen"
    assert found["ws"].url == "ws://dg:8080/v1/listen"


def test_each_transport_has_its_own_part_of_an_environment() -> None:
    options = (("environment.base", "http://dg:8080"), ("environment.production", "ws://dg:8080"))
    found = told("http://dg:8080", "python@7", *options)
    assert [one.option for one in found.values()] == ["environment.base", "environment.production"]
    assert list(told("http://dg:8080", "python@7", options[0])) == ["rest"]


def test_what_else_is_set_counts() -> None:
    found = told("http://dg:8080", "go@3", ("Host", "http://other:1"), ("DEEPGRAM_HOST", "ws://dg:8080"))
    assert (found["ws"].option, found["ws"].url) == ("DEEPGRAM_HOST", "ws://dg:8080/v1/listen")
    assert told("http://dg:8080", "go@3", ("Host", "ws://dg:8080"), ("key", ""))["ws"].outcome == "refused_by_sdk"
    selfhosted = (("Host", "ws://dg:8080"), ("key", ""), ("SelfHosted", "true"))
    assert told("http://dg:8080", "go@3", *selfhosted)["ws"].outcome == "dials"


def test_a_key_is_never_taken_from_the_command_line() -> None:
    with pytest.raises(UsageError, match="never given on the command line"):
        sdk.named(Settings(sdk="go", sdk_options=(("key", "abc"),)))


def test_no_sdk_is_none() -> None:
    assert sdk.named(Settings()) is None


@pytest.mark.parametrize(
    ("target", "options", "host"),
    [
        pytest.param("http://dg:8080", (), " ", id="without TLS"),
        pytest.param("https://dg", (), "{authority}", id="TLS, as it is recommended"),
        pytest.param("https://dg", (("Host", "dg"),), "{authority}", id="TLS, a bare name"),
        pytest.param("https://dg", (("Host", "wss://dg"),), " ", id="TLS, a scheme"),
    ],
)
def test_the_host_header_of_go_depends_on_the_setting(
    target: str, options: tuple[tuple[str, str], ...], host: str
) -> None:
    one = sdk.named(Settings(sdk="go"))
    assert one is not None
    seen = tuple(told(target, "go", *options).values())
    assert dict(sdk.manners(one, seen)["ws"].headers)["Host"] == host


def test_the_common_sdks_come_after_the_one_that_was_named() -> None:
    found = sdk.common(Settings(sdk="rust"), parse("http://dg:8080"))
    assert [one.sdk for one in found] == ["rust", "python", "javascript", "go", "dotnet"]
    assert all("dg:8080" in one.code for one in found)
