"""A message means the same whatever stands around it, and no message means nothing."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.explain.reading import HEALTHY, answered, named, rows

# Texts of one line that stand for themselves; those that are only an address are read only when nothing else is there.
LINES = sorted(
    {
        row["text"]
        for row in rows()
        if "\n" not in row["text"] and "\r" not in row["text"] and " " in row["text"] and len(row["text"]) < 400
    }
)
SINGLE = [line for line in LINES if line != "Please try again later."]


def _each(before: str) -> Callable[[str], str]:
    return lambda text: "\n".join(before + line for line in text.split("\n"))


WRAPPED: dict[str, Callable[[str], str]] = {
    "colour": lambda text: f"\x1b[31m{text}\x1b[0m",
    "a JSON log": lambda text: json.dumps({"level": "error", "ts": "2026-01-01T00:00:00Z", "message": text}),
    "a container's JSON log": lambda text: json.dumps({"log": f"{text}\n", "stream": "stderr", "time": "2026-01-01"}),
    "times": _each("2026-01-01T00:00:02.123Z ERROR app: "),
    "syslog": _each("Nov 26 02:13:24 node1 myapp[123]: "),
    "klog": _each("E1126 02:13:24.123456       1 main.go:55] "),
    "docker compose": _each("myapp-1  | "),
    "docker compose -t": _each("\x1b[36mmyapp-1  | \x1b[0m2026-01-01T00:00:02.123456789Z "),
    "kubectl --prefix": _each("[pod/myapp-6d5f/myapp] "),
    "kubectl --prefix --timestamps": _each("[pod/myapp-6d5f/myapp] 2026-01-01T00:00:02.123456789Z "),
    "journald's JSON": lambda text: json.dumps({"__REALTIME_TIMESTAMP": "1767", "PRIORITY": "3", "MESSAGE": text}),
    "Sentry": lambda text: f"Issue: MYAPP-1A\nUnhandled exception\n\n{text}\n\nlevel: error\nsdk: sentry.python 1.40",
    "PowerShell": lambda text: (
        f"node.exe : {text}\nAt line:1 char:1\n+ node app.js\n+ ~~~~~~~~~~~\n"
        "    + CategoryInfo          : NotSpecified: (:String) [], RemoteException"
    ),
    "a browser's console": lambda text: f"client.js:42 Uncaught (in promise) {text}\n    at connect (client.js:42:11)",
    "pytest": lambda text: f">       raise Failed(str(error))\nE       client.Failed: {text}\n\nclient.py:30: Failed",
    "a quote in a ticket": _each("> "),
    "healthy lines": lambda text: f"{HEALTHY}{text}\n{HEALTHY}",
    "a long log": lambda text: f"{HEALTHY * 80}2026-01-01T00:00:02Z ERROR app: {text}\n{HEALTHY * 80}",
    "a ticket": lambda text: (
        f"Hi team,\n\nsince this morning our service logs this:\n\n{text}\n\nAny idea? Thanks, Anna"
    ),
    "HTML": lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&#39;").replace('"', "&quot;"),
    "line ends of Windows": lambda text: text.replace("\n", "\r\n") + "\r\n",
}


@pytest.mark.parametrize(
    "wrapped",
    [
        "level=error msg=\"x isn't a valid URI: scheme isn't ws or wss\" component=worker",
        "<pre class=\"log\">x isn't a valid URI: scheme isn't ws or wss</pre>",
        '{"errorMessage":"x isn\'t a valid URI: scheme isn\'t ws or wss"}',
    ],
    ids=["logfmt", "HTML", "JSON"],
)
def test_the_name_of_a_field_is_no_part_of_an_address(wrapped: str) -> None:
    address = "https://dg.example.com:8443/v1/listen"
    assert named(wrapped.replace("x", address, 1)) == named(f"{address} isn't a valid URI: scheme isn't ws or wss")


@pytest.mark.parametrize("how", WRAPPED)
def test_a_message_means_the_same_in(how: str) -> None:
    wrap = WRAPPED[how]
    assert len(SINGLE) > 100
    texts = SINGLE[::4] if how == "a long log" else SINGLE
    differs = [(text, named(text), named(wrap(text))) for text in texts if named(text) != named(wrap(text))]
    assert not differs


PREFIXES = st.sampled_from(
    ["", "ERROR ", "2026-01-01 10:00:00,123 - app - ERROR - ", "[error] ", "app-7d4f | ", "\t", "E  ", "stderr F "]
)
SUFFIXES = st.sampled_from(["", " ", "\r", "\x1b[0m"])
OTHERS = st.lists(st.sampled_from([*HEALTHY.splitlines(), "", "ok", "listening on 0.0.0.0:8080"]), max_size=5)


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(SINGLE), PREFIXES, SUFFIXES, OTHERS, OTHERS, st.integers(1, 3), st.booleans())
def test_generated_noise_changes_nothing(
    text: str, before: str, after: str, above: list[str], below: list[str], times: int, as_json: bool
) -> None:
    said = f"{before}{text}{after}"
    if as_json:
        said = json.dumps({"severity": "ERROR", "time": "2026-01-01T00:00:00Z", "msg": said})
    assert named("\n".join([*above, *[said] * times, *below])) == named(text)


# Letter by letter: of whole texts, some are strings of the code under test, and those are messages.
@settings(max_examples=200, deadline=None)
@given(st.lists(st.characters(), max_size=600).map("".join))
def test_random_text_is_unrecognised(text: str) -> None:
    found = answered(text)
    assert found["verdict"] == "unrecognised"
    assert found["matches"] == []


WORDS = (
    "the and of to a in is it you that he was for on are with as his they at be this from have or by one had not but "
    "what all were when we there can an your which their said if do will each about how up out them then she many some "
    "so these would other into has more her two like him see time could no make than first been its who now people my "
    "made over did down only way find use may water long little very after words called just where most know"
).split()


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(5, 120))
def test_ordinary_prose_is_unrecognised(chance: random.Random, length: int) -> None:
    text = " ".join(chance.choice(WORDS) for _ in range(length)).capitalize() + "."
    assert named(text)[0] == "unrecognised"


PROSE = """The museum was closed for a week. Visitors were refused at the door, and the line did not move until noon.
We lost the connection to the office and could not reach anybody, but the meeting was not cancelled.
She failed the exam twice, resolved to try again, and was granted an extension: the time limit was one hour.
The model was presented in Paris; its certificate of origin had expired and the license was not valid any more."""
CODE = '''
import ssl


def connect(host, port):
    """Connect to the server. Raises ConnectionError when the connection was refused."""
    try:
        return socket.create_connection((host, port), timeout=5)
    except ConnectionRefusedError as error:
        raise ConnectionError("Connection refused") from error
    except TimeoutError:
        log.error("connection timed out")
        raise
'''


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(PROSE, id="English"),
        pytest.param(CODE, id="source code"),
        pytest.param(HEALTHY * 50, id="a healthy log"),
        pytest.param(HEALTHY * 2000, id="a long healthy log"),
        pytest.param("KeyError: 'results'", id="a bug of somebody's own"),
        pytest.param("Error: listen EADDRINUSE: address already in use :::3000", id="a port of one's own"),
        pytest.param("[Errno 13] Permission denied: '/data/x'", id="a file that may not be read"),
    ],
)
def test_what_is_not_about_this_is_unrecognised(text: str) -> None:
    assert named(text)[0] == "unrecognised"
