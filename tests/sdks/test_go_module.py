"""The released Go module itself, asked for a few hundred values: it must say what is foretold of it.

Skipped where there is no Go, or where the modules are not in its cache (`go mod download`): nothing is fetched here.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from dgcheck.model.sdk import Outcome
from tests.sdks.compiled import dial

_MODULE = "github.com/deepgram/deepgram-go-sdk/v3"
_VERSION = "3.5.0"
_PROGRAM = """package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"os"
	"strings"

	"github.com/deepgram/deepgram-go-sdk/v3/pkg/api/version"
	"github.com/deepgram/deepgram-go-sdk/v3/pkg/client/interfaces"
	"github.com/dvonthenen/websocket"
)

// stop ends every connection before it begins, and keeps the address that was wanted.
func stop(seen *string) func(context.Context, string, string) (net.Conn, error) {
	return func(_ context.Context, _, address string) (net.Conn, error) {
		if host, port, err := net.SplitHostPort(address); err != nil {
			return nil, errors.New("dial tcp: " + err.Error())
		} else if _, err := net.LookupPort("tcp", port); err != nil {
			return nil, errors.New("dial tcp: " + err.Error())
		} else {
			*seen = host + " " + port
		}
		return nil, errors.New("stopped")
	}
}

func ask(kind, host string) (seen string, url string, err error) {
	ctx := context.Background()
	switch kind {
	case "live":
		url, err = version.GetLiveAPI(ctx, host, "", "", &interfaces.LiveTranscriptionOptions{})
	case "rest":
		url, err = version.GetPrerecordedAPI(ctx, host, "", "", &interfaces.PreRecordedTranscriptionOptions{})
	case "speak":
		url, err = version.GetSpeakStreamAPI(ctx, host, "", "", &interfaces.WSSpeakOptions{})
	case "agent":
		url, err = version.GetAgentAPI(ctx, host, "", "")
	}
	if err != nil {
		return "", "", err
	}
	if kind != "rest" {
		dialer := websocket.Dialer{NetDialContext: stop(&seen)}
		_, _, err = dialer.DialContext(ctx, url, http.Header{"Host": {"h"}})
		return seen, url, err
	}
	request, err := http.NewRequest("POST", url, strings.NewReader("x"))
	if err != nil {
		return "", "", err
	}
	url = request.URL.Scheme + "://" + request.URL.Host + request.URL.Path
	_, err = (&http.Client{Transport: &http.Transport{DialContext: stop(&seen)}}).Do(request)
	return seen, url, err
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var asked [2]string
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			panic(err)
		}
		seen, url, err := ask(asked[0], asked[1])
		said := ""
		if seen == "" && err != nil {
			said = err.Error()
		}
		answer, _ := json.Marshal([3]string{seen, url, said})
		os.Stdout.Write(append(answer, '\\n'))
	}
}
"""


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program that asks the released module what it would dial."""
    go = shutil.which("go")
    if go is None:
        pytest.skip("no Go on this machine")
    folder = tmp_path_factory.mktemp("go")
    (folder / "main.go").write_text(_PROGRAM, encoding="utf-8")
    # go 1.19, as the SDK's own go.mod says: a newer one makes net/url stricter.
    (folder / "go.mod").write_text(f"module asks\n\ngo 1.19\n\nrequire {_MODULE} v{_VERSION}\n", encoding="utf-8")
    environment = {
        **os.environ,
        "GOPROXY": "off",
        "GOFLAGS": "-mod=mod",
        "GONOSUMDB": "*",
        "GONOSUMCHECK": "1",
        "GOTOOLCHAIN": "local",
    }
    built = subprocess.run(
        [go, "build", "-o", "asks", "."], cwd=folder, env=environment, capture_output=True, text=True, timeout=300
    )
    if built.returncode:
        pytest.skip(f"{_MODULE} v{_VERSION} is not in the module cache: {built.stderr.strip()[-200:]}")
    return folder / "asks"


def _values() -> list[str]:
    chosen = random.Random(4)
    schemes = ("", "", "http://", "https://", "ws://", "wss://", "HTTP://", "tcp://", "http:/", "//", " http://")
    hosts = (
        *("h", "DG.Example.com", "127.0.0.1", "localhost", "[::1]", "::1", "dg-ws.internal", "h h", "", "user:pw@h"),
        *("h%20x", "a_b", "api.deepgram.com", "h\\x", 'h"x', "h|x", "\u00fc.example", "[fe80::1%eth0]", "h\n"),
    )
    ports = ("", "", ":8080", ":0", ":99999", ":80", ":8080 ", ":abc", ":80:80")
    tails = ("", "", "/", "/v1", "/v1/", "/deepgram/v1", "?x=1", "#f", " ", "/a b", "%2F")
    return sorted({"".join(map(chosen.choice, (schemes, hosts, ports, tails))) for _ in range(400)})


def test_the_module_does_what_is_foretold(module: Path) -> None:
    asked = [(kind, value) for value in _values() for kind in ("live", "rest", "speak", "agent")]
    answers = subprocess.run(
        [str(module)],
        input="".join(f"{json.dumps(one)}\n" for one in asked),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    ).stdout.splitlines()
    assert len(answers) == len(asked)
    wrong = []
    for (kind, value), answer in zip(asked, answers, strict=True):
        seen, url, said = json.loads(answer)
        transport = "rest" if kind == "rest" else "ws"
        extra = {"product": kind} if kind in ("speak", "agent") else {}
        found = dial(f"go@{_VERSION}", transport, "Host", value, "a", extra)
        if said:
            # Go 1.26 refuses brackets after the first sign in its own words, whatever go.mod says.
            right = found.outcome is Outcome.ERROR and (
                said == found.error or "IP-literal" in said or "invalid host" in said
            )
        else:
            # A name that holds a colon is asked for, and never found.
            right = found.url == url or "no such host" in (found.error or "") or (transport == "ws" and "%" in url)
            # The module's dialler is ours and speaks no TLS, which wants a name.
            right |= not seen.split(" ")[0] and "ServerName" in (found.error or "")
        if not right:
            wrong.append((kind, value, seen, url, said, found))
    assert not wrong, wrong[:5]
