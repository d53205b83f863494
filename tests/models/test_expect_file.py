"""The file of expected models: what it may say, and the line of what it may not."""

from __future__ import annotations

import pytest
import yaml
from jsonschema import Draft202012Validator

from dgcheck.model.target import Expected
from dgcheck.models import document
from dgcheck.models.expect_file import MOST, read, schema
from dgcheck.models.table import table
from tests.models.built import MEDICAL, NOVA_3, VOICE, listed, report

WHOLE = """\
models:
  - nova-3
  - name: nova-2-medical
    mode: batch
    languages: [en, "no"]
    version: 2024-01-18.26916
    formatted: yes
  - {name: nova-2, language: "en, es", mode: streaming}
"""


def test_everything_it_may_say() -> None:
    assert read(WHOLE) == (
        (
            Expected("nova-3"),
            Expected("nova-2-medical", ("en", "no"), "2024-01-18.26916", "rest", True),
            Expected("nova-2", ("en", "es"), mode="streaming"),
        ),
        [],
    )
    Draft202012Validator(schema()).validate(yaml.safe_load(WHOLE))


@pytest.mark.parametrize("text", ["- nova-3\n- nova-3\n", '["nova-3"]', "models: [nova-3]"])
def test_shorter_forms(text: str) -> None:
    assert read(text) == ((Expected("nova-3"),), [])


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 0, "no model is named"),
        ("models:\n", 0, "no model is named"),
        ("models: nova-3\n", 1, "a list is expected"),
        ("nova-3\n", 1, "a list of models is expected"),
        ("modls:\n  - nova-3\n", 1, "did you mean models?"),
        ("models:\n  - nova-3\n  - nme: nova-2\n", 3, "did you mean name?"),
        ("models:\n  - mode: rest\n", 2, "needs `name:`"),
        ("models:\n  - name: x\n    mode: sometimes\n", 3, "none of both, rest, streaming"),
        ("models:\n  - name: x\n    formatted: perhaps\n", 3, "neither true nor false"),
        ("models:\n  - name: [x]\n", 2, "one value is expected"),
        ("models:\n  - name: x\n    languages: {en: 1}\n", 3, "a list is expected"),
        ("models:\n  - name: x\n    language: en\n    languages: [es]\n", 4, "two words for one thing"),
        ("models:\n  - [nova-3]\n", 2, "a model is a name"),
        ("models: [\n", 2, "no YAML"),
        ('{"schema": "dgcheck/report/v1", "models": []}', 1, "dgcheck/models/v1"),
    ],
)
def test_a_mistake_is_said_with_its_line(text: str, line: int, words: str) -> None:
    _, mistakes = read(text)
    assert mistakes
    assert mistakes[0].line == line
    assert words in str(mistakes[0])


def test_more_models_than_any_deployment_has() -> None:
    _, mistakes = read("models:\n" + "".join(f"  - nova-{number}\n" for number in range(MOST + 1)))
    assert "more than" in str(mistakes[0])


def test_what_another_deployment_listed_may_be_expected() -> None:
    written = document.render(table(report(listed([NOVA_3, MEDICAL, VOICE]))), ())
    assert read(written) == (
        (Expected("nova-3-general", ("en", "en-US", "es")), Expected("nova-3-medical", ("en",), mode="rest")),
        [],
    )
