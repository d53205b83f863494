"""The settings file: what it may hold, what its mistakes are called, and its published schema."""

from __future__ import annotations

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dgcheck.settings.file import read_file, schema
from dgcheck.settings.options import BY_KEY

GOOD = [
    "",
    "# nothing\n",
    "target: http://dg:8080\n",
    "models: nova-3\n",
    "models: [nova-3, nova-2]\n",
    "models:\n  - name: nova-3\n    mode: streaming\n  - nova-2\n",
    "features: {diarize: true, endpointing: 300}\n",
    "features: [diarize=true]\n",
    "headers: {X-Team: speech}\n",
    "headers: ['X-Team: speech']\n",
    "resolve: {dg.example.com: 10.0.0.5}\n",
    "only: dns\n",
    "only: [dns, ws.upgrade]\n",
    "outputs: [json=a.json, text]\n",
    "timeout: 30\n",
    "timeout: 1m30s\n",
    "sample_rate: 16000\naudio: a.raw\nencoding: linear16\n",
    "insecure: true\nquiet: false\n",
    "family: ipv4\nprofile: full\ncolor: never\npace: real\nfail_on: warning\n",
    "ca_file:\nlanguage: ~\n",
    "ignore: [DG6003, 'DG20*']\n",
]
BAD = [
    pytest.param("timeot: 5\n", 1, "unknown key 'timeot'; did you mean timeout?", id="unknown key"),
    pytest.param("a: 1\n", 1, "unknown key 'a'", id="nothing near"),
    pytest.param("\n\nca-file: x\n", 3, "did you mean ca_file?", id="dash"),
    pytest.param("model: x\n", 1, "did you mean models?", id="singular"),
    pytest.param("api_key: CANARY\n", 1, "a key does not belong in this file", id="key"),
    pytest.param("timeout: [1]\n", 1, "one value is expected, not a list", id="list for a value"),
    pytest.param("timeout: {a: 1}\n", 1, "one value is expected, not a mapping", id="mapping for a value"),
    pytest.param("timeout: 1\ntimeout: 2\n", 2, "'timeout' stands twice", id="twice"),
    pytest.param("only: {dns: true}\n", 1, "a list is expected", id="mapping for a list"),
    pytest.param("only: [[dns]]\n", 1, "an item is one value", id="list in a list"),
    pytest.param("models: [{nam: x}]\n", 1, "unknown key 'nam'; did you mean name?", id="key of a model"),
    pytest.param("models: [{mode: rest}]\n", 1, "needs a name", id="model without a name"),
    pytest.param("models:\n- name: x\n  mode: stream\n", 2, "did you mean streaming?", id="mode"),
    pytest.param("headers: {X-Team: {a: b}}\n", 1, "'X-Team' has a mapping", id="deep header"),
    pytest.param("only: [dsn]\n", 1, "did you mean dns?", id="check"),
    pytest.param("- a\n", 1, "a settings file is a mapping", id="list"),
    pytest.param("just text\n", 1, "a settings file is a mapping", id="text"),
    pytest.param("a: [1\nb: CANARY]: x\n", 2, "this is no YAML", id="no YAML"),
    pytest.param("a: 'CANARY\n", 2, "this is no YAML", id="open quote"),
    pytest.param("\x00", 0, "this is no YAML", id="zero byte"),
    pytest.param("{a: " * 3000, 0, "nested too deeply", id="deep"),
    pytest.param("timeout: &a [*a]\n", 1, "one value is expected", id="a list in itself"),
    pytest.param("? [a]\n: b\n", 1, "a key is a plain word", id="odd key"),
    pytest.param("interval: 0\n", 1, "not between", id="too small"),
]  # fmt: skip


@pytest.mark.parametrize("text", GOOD)
def test_a_good_file_is_good_for_the_schema_too(text: str) -> None:
    """The reader and the published schema agree, so an editor says the same as `config validate`."""
    assert read_file(text)[1] == []
    jsonschema.Draft202012Validator(schema()).validate(yaml.safe_load(text))


@pytest.mark.parametrize(("text", "line", "words"), BAD)
def test_a_mistake_is_told_with_its_line(text: str, line: int, words: str) -> None:
    _, mistakes = read_file(text)
    assert words in str(mistakes[0])
    assert (mistakes[0].line or 0) in ({line} if line else {0, 1})
    assert "CANARY" not in " ".join(map(str, mistakes))


@pytest.mark.parametrize(
    "text",
    [
        "timeot: 5",
        "only: [dsn]",
        "models: [{mode: rest}]",
        "models: [{name: a, mode: b}]",
        "profile: ful",
        "insecure: maybe",
        "[a]",
        "sample_rate: 0",
        "only: {dns: true}",
        "timeout: [1]",
        "headers: {a: {b: c}}",
    ],
)
def test_a_mistake_is_one_for_the_schema_too(text: str) -> None:
    assert read_file(text)[1]
    assert list(jsonschema.Draft202012Validator(schema()).iter_errors(yaml.safe_load(text)))


def test_the_schema_is_a_schema_and_has_every_setting() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    assert set(schema()["properties"]) == set(BY_KEY)
    assert all(entry["description"] for entry in schema()["properties"].values())


def test_all_mistakes_are_told_at_once_in_order_of_their_lines() -> None:
    _, mistakes = read_file("a: 1\ntimeout: 5x\nb: 2\n")
    assert [mistake.line for mistake in mistakes] == [1, 2, 3]


def test_scalars_stay_as_they_were_written() -> None:
    found, _ = read_file("language: no\nmodel_version: 2024-01-09.10\nfeatures: {endpointing: 0300}\n")
    assert found == {"language": "no", "model_version": "2024-01-09.10", "features": ["endpointing=0300"]}


@given(st.text(max_size=200))
def test_any_text_gives_settings_or_mistakes(text: str) -> None:
    found, mistakes = read_file(text)
    assert isinstance(found, dict)
    assert all(str(mistake) for mistake in mistakes)


@given(
    st.recursive(
        st.text(max_size=5), lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(sorted(BY_KEY)), inner)
    )
)
def test_any_tree_gives_settings_or_mistakes(tree: object) -> None:
    found, mistakes = read_file(yaml.safe_dump(tree))
    assert found or mistakes or not tree or tree == {} or isinstance(tree, dict)
