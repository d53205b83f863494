"""The file of a fleet: what it may say, and every mistake with its line."""

from __future__ import annotations

import pytest

from dgcheck.fleet.file import MOST_TARGETS, NOT_HERE, Fleet, read, schema
from dgcheck.settings.options import BY_KEY

WHOLE = """
defaults:
  models: [nova-3]
  timeout: 20s
targets:
  - http://dg-1:8080
  - url: https://eu.example.com
    name: frankfurt
    ca_file: eu.pem
  - target: http://dg-3:8080
"""


def good(text: str) -> Fleet:
    fleet, mistakes = read(text)
    assert mistakes == []
    return fleet


def test_targets_are_urls_or_mappings() -> None:
    fleet = good(WHOLE)
    assert [(one.name, one.url, one.line) for one in fleet.entries] == [
        ("http://dg-1:8080", "http://dg-1:8080", 6),
        ("frankfurt", "https://eu.example.com", 7),
        ("http://dg-3:8080", "http://dg-3:8080", 10),
    ]
    assert fleet.defaults == {"models": ["nova-3"], "timeout": "20s"}
    assert [dict(one.own) for one in fleet.entries] == [{}, {"ca_file": "eu.pem"}, {}]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("http://a:8080\nhttps://b\n", id="one a line"),
        pytest.param("# ours\n\nhttp://a:8080   # the first\n  https://b\r\n", id="comments, blanks, Windows"),
        pytest.param("- http://a:8080\n- https://b\n", id="a YAML list"),
        pytest.param('["http://a:8080", "https://b"]', id="JSON"),
        pytest.param("targets: [http://a:8080, https://b]", id="a flow list"),
    ],
)
def test_a_plain_list_of_urls(text: str) -> None:
    assert [one.url for one in good(text).entries] == ["http://a:8080", "https://b"]


def test_what_a_line_holds_need_not_be_a_good_url() -> None:
    """That is said in the result of the target; the others are checked all the same."""
    assert [one.url for one in good("http//typo\n[::1]:8080\ndg.example.com:8080\n").entries] == [
        "http//typo",
        "[::1]:8080",
        "dg.example.com:8080",
    ]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        pytest.param("defalts: {}\ntargets: [http://a]", 1, "did you mean defaults?", id="top"),
        pytest.param("timeout: 3s\ntargets: [http://a]", 1, "below `defaults:`", id="a setting at the top"),
        pytest.param("defaults:\n  tiemout: 3s\ntargets: [http://a]", 2, "did you mean timeout?", id="defaults"),
        pytest.param("targets:\n- url: http://a\n  nmae: x", 3, "did you mean name?", id="of a target"),
        pytest.param("targets:\n- urll: http://a", 2, "did you mean url?", id="the URL itself"),
        pytest.param("targets:\n- url: http://a\n  timeout: soon", 3, "is no time", id="value"),
        pytest.param("targets:\n- url: http://a\n  outputs: json", 3, "command line", id="of the whole run"),
        pytest.param("defaults:\n  wait: 3m\ntargets: [http://a]", 2, "command line", id="waiting"),
        pytest.param("defaults:\n  target: http://a\ntargets: [http://a]", 2, "below `targets:`", id="a target"),
        pytest.param("defaults:\n  api_key: x\ntargets: [http://a]", 2, "api_key_file", id="a key"),
        pytest.param("targets:\n- name: a", 2, "needs `url:`", id="no URL"),
        pytest.param("targets:\n- url: http://a\n  target: http://b", 2, "give one of them", id="two URLs"),
        pytest.param("targets:\n- [http://a]", 2, "a target is a URL", id="a list in the list"),
        pytest.param("targets:\n- url: [http://a]", 2, "one value", id="a list for the URL"),
        pytest.param("targets: http://a", 1, "a list is expected", id="no list"),
        pytest.param("targets:\n- url: http://a\n  name: x\n- url: http://b\n  name: x", 4, "line 2", id="same name"),
        pytest.param(
            "targets:\n- http://a\n- url: http://a\n  timeout: 3s", 3, "line 2", id="same URL, other settings"
        ),
        pytest.param("targets:\n- url: http://a\n  name: " + "x" * 201, 3, "201 characters", id="a long name"),
        pytest.param('targets:\n- url: http://a\n  name: "a\\nb"', 3, "line break", id="a name of two lines"),
        pytest.param("http://a http://b\n", 1, "one URL a line", id="two on a line"),
        pytest.param("targets:\n  - http://a\n bad", 3, "no YAML", id="no YAML"),
        pytest.param("targets: []", 0, "no target", id="none"),
        pytest.param("", 0, "no target", id="empty"),
        pytest.param("targets: " + "[" * 5000, 0, "", id="nested without end"),
        pytest.param("\n".join(f"http://h{n}" for n in range(MOST_TARGETS + 1)), 0, "split", id="more"),
    ],
)
def test_a_mistake_has_its_line(text: str, line: int, words: str) -> None:
    _, mistakes = read(text)
    assert mistakes
    assert words in str(mistakes[0])
    assert line in (mistakes[0].line, 0)


def test_every_mistake_is_told_in_order() -> None:
    _, mistakes = read("targets:\n- url: http://a\n  tiemout: 3s\n- nmae: b\ndefaults:\n  porfile: quick\n")
    assert [one.line for one in mistakes] == [3, 4, 4, 6]


def test_the_same_target_twice_is_checked_once() -> None:
    fleet = good("http://a\nhttp://b\nhttp://a\n")
    assert ([one.url for one in fleet.entries], fleet.repeated) == (["http://a", "http://b"], 1)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        pytest.param("https://user:swordfish@h:8080", "https://h:8080", id="password"),
        pytest.param("https://h/v1/listen?token=0123456789abcdef", "https://h/v1/listen?token=<redacted>", id="token"),
    ],
)
def test_a_name_holds_no_secret_and_is_the_same_in_every_process(url: str, name: str) -> None:
    assert good(url).entries[0].name == name
    assert good(url).entries[0].shown == name


def test_the_id_is_that_of_the_names_in_any_order() -> None:
    one, other, third = good("http://a\nhttp://b"), good("http://b\nhttp://a"), good("http://a\nhttp://c")
    assert one.id == other.id != third.id


def test_the_schema_fits_what_is_read() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    import yaml

    made = schema()
    jsonschema.Draft202012Validator.check_schema(made)
    validator = jsonschema.Draft202012Validator(made)
    validator.validate(yaml.safe_load(WHOLE))
    validator.validate(["http://a"])
    wrong: object
    for wrong in ({"targets": []}, {"targets": [{"name": "x"}]}, {"targets": ["http://a"], "profile": "quick"}, {}):
        assert not validator.is_valid(wrong)
    assert set(made["anyOf"][0]["properties"]["defaults"]["properties"]) == set(BY_KEY) - NOT_HERE - {"target"}
