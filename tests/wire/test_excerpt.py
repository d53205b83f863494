"""The lines of a program that name an address."""

from __future__ import annotations

import pytest

from dgcheck.wire.excerpt import MOST, excerpt

GO = """package main

import (
\t"fmt"
)

func main() {
\trest := client.NewREST("a", &interfaces.ClientOptions{Host: "http://h:8080"})
\tfmt.Println(rest)
}
"""
PYTHON = """from deepgram import DeepgramClient

client = DeepgramClient(
    api_key="a",
    environment=DeepgramClientEnvironment(
        base="http://h:8080",
        production="ws://h:8080",
    ),
)
print(client)
"""


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        pytest.param(
            GO, ['rest := client.NewREST("a", &interfaces.ClientOptions{Host: "http://h:8080"})'], id="one line"
        ),
        pytest.param(PYTHON, PYTHON.split("\n")[2:9], id="a call of several lines"),
        pytest.param("a(h:8080)\nb()\nc(h:8080)", ["a(h:8080)", "c(h:8080)"], id="two calls"),
        pytest.param("a()\nb()", ["a()", "b()"], id="no line has it"),
        pytest.param("", [""], id="no program"),
        pytest.param("x(\nh:8080", ["x(", "h:8080"], id="never closed"),
        pytest.param(")\nh:8080", ["h:8080"], id="never opened"),
    ],
)
def test_excerpt(code: str, lines: list[str]) -> None:
    assert excerpt(code, "h:8080").split("\n") == lines


def test_it_is_short() -> None:
    assert len(excerpt("x(\n" + "h:8080\n" * 100, "h:8080").split("\n")) == MOST
