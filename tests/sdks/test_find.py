"""Which SDK, release and version a person means, and what is said where it is none that is known."""

from __future__ import annotations

import pytest

from dgcheck import sdks
from dgcheck.model.errors import UsageError
from dgcheck.sdks import check_option, find, names


@pytest.mark.parametrize(
    ("typed", "sdk", "since", "version"),
    [
        pytest.param("python", "python", "7.8.1", "7.17.0", id="newest known"),
        pytest.param("Python", "python", "7.8.1", "7.17.0", id="any case"),
        pytest.param(" python ", "python", "7.8.1", "7.17.0", id="blanks around it"),
        pytest.param("python@3", "python", "3.9.0", "3.11.0", id="newest of a line"),
        pytest.param("python@3.2", "python", "3.2.7", "3.2.7", id="newest of a line within"),
        pytest.param("python@3.2.6", "python", "3.0.3", "3.2.6", id="last of a release"),
        pytest.param("python@3.6.1", "python", "3.5.0", "3.6.1", id="unpublished, between two that are known"),
        pytest.param("python@2.99.0", "python", "2.12.0", "2.99.0", id="between two lines"),
        pytest.param("python@v4.8.1", "python", "4.5.0", "4.8.1", id="v before it"),
        pytest.param("python@7.99.0", "python", "7.8.1", "7.99.0", id="newer than known, of the newest line"),
        pytest.param("py", "python", "7.8.1", "7.17.0", id="py"),
        pytest.param("js", "javascript", "5.0.0", "5.13.0", id="js"),
        pytest.param("node@2", "javascript", "2.2.0", "2.4.0", id="node"),
        pytest.param("@deepgram/sdk@3.3.1", "javascript", "3.0.0", "3.3.1", id="the name of the package"),
        pytest.param("csharp", "dotnet", "6.9.0", "7.0.0", id="csharp"),
        pytest.param(".net@1", "dotnet", "1.11.0", "1.11.0", id=".net"),
        pytest.param("livekit", "livekit-python", "0.6.20", "1.8.9", id="livekit"),
        pytest.param("livekit_javascript@1.0.20", "livekit-javascript", "1.0.12", "1.0.20", id="underscore"),
        pytest.param("kotlin", "java", "0.2.0", "0.3.0", id="an alias that is not among the short ones"),
    ],
)
def test_a_name_and_a_version_are_found(typed: str, sdk: str, since: str, version: str) -> None:
    found, release, exact = find(typed)
    assert (found.name, exact) == (sdk, version)
    if sdk in ("python", "javascript", "livekit-python", "livekit-javascript"):
        assert release.since == since


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        pytest.param("pyton", "did you mean python?", id="mistyped"),
        pytest.param("cobol", "there is no SDK 'cobol' (known: python, javascript", id="no such SDK"),
        pytest.param("", "there is no SDK ''", id="empty"),
        pytest.param(
            "python@99", "python 99 is not known (known: python 2.0.0 to 2.12.0, 3.0.0 to 3.11.0", id="no such line"
        ),
        pytest.param("python@99.0.0", "newer than any that is known", id="newer than any line"),
        pytest.param("python@1.0.0", "older than any that is known", id="older than any"),
        pytest.param("python@4.9", "python 4.9 is not known", id="no such minor version"),
        pytest.param("python@7.17.0rc1", "is no version of python", id="letters"),
        pytest.param("python@", "is no version of python", id="nothing behind the @"),
        pytest.param("python@latest", "write python@7.17.0", id="a word"),
    ],
)
def test_what_is_not_known_is_said(typed: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        find(typed)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("typed", "option", "found"),
    [
        pytest.param("python@7", "environment.base", "environment.base", id="as it is"),
        pytest.param("python@2", "API-URL", "api_url", id="case and dashes"),
        pytest.param("javascript@5", "baseurl", "baseUrl", id="camel case"),
    ],
)
def test_an_option_is_found_in_any_spelling(typed: str, option: str, found: str) -> None:
    sdk, release, version = find(typed)
    assert check_option(sdk, release, version, option) == found


@pytest.mark.parametrize(
    ("typed", "option", "said"),
    [
        pytest.param("python@7", "api_url", "api_url is an option of python@2.12.0", id="of another version"),
        pytest.param("javascript@3", "global.ulr", "did you mean global.url?", id="mistyped"),
        pytest.param("javascript@3", "zzz", "(known: global.url, ", id="nothing near"),
    ],
)
def test_an_option_that_is_not_known_is_said(typed: str, option: str, said: str) -> None:
    sdk, release, version = find(typed)
    with pytest.raises(UsageError) as caught:
        check_option(sdk, release, version, option)
    assert said in str(caught.value)


def test_every_short_name_is_an_alias_of_its_sdk() -> None:
    for short, name in sdks._SHORT.items():
        assert short in find(name)[0].aliases


def _without(sdk: str) -> set[str]:
    return {"rest"} if sdk.startswith("livekit") else set()


def test_every_sdk_is_whole() -> None:
    """Options to ask for, manners for both transports (a plug-in may lack REST) with their source, in order."""
    assert {sdk.name for sdk in sdks.sdks()} == set(names())
    for sdk in sdks.sdks():
        numbers = [tuple(map(int, text.split("."))) for one in sdk.releases for text in (one.since, one.newest)]
        assert numbers == sorted(numbers), sdk.name
        for release in sdk.releases:
            assert release.options, sdk.name
            assert {"rest", "ws"} - set(release.manners) <= _without(sdk.name), (sdk.name, release.since)
            for manner in release.manners.values():
                assert manner.source, (sdk.name, release.since)
                assert manner.trust, (sdk.name, release.since)


def test_who_does_not_follow_a_redirect_repeats_nothing_after_one() -> None:
    """What one client of an SDK does is easily taken over for the other: live ones seldom follow."""
    manners = [manner for sdk in sdks.sdks() for release in sdk.releases for manner in release.manners.values()]
    assert not [one.source for one in manners if one.redirects.startswith("not followed") and one.repeats]
    assert [one.source for one in manners if one.redirects.startswith("up to 10") and one.repeats]
