"""Settings for showing."""

from __future__ import annotations

import json

from dgcheck.model.target import Settings
from dgcheck.settings.load import load
from dgcheck.settings.options import BY_KEY
from dgcheck.settings.shown import shown
from dgcheck.wire.redact import Redactor

FLAGS = {
    "target": "http://user:CANARY-1@dg:8080/v1/listen?token=CANARY-1",
    "models": ["nova-3=streaming", "nova-2"],
    "features": ["diarize=true", "tag=a", "tag=b"],
    "headers": ["X-Team: CANARY-1"],
    "resolve": ["dg=10.0.0.5"],
    "timeout": "1m30s",
    "only": ["dns", "tcp"],
    "outputs": ["json=a.json", "text"],
    "proxy": "http://u:CANARY-1@p:1",
    "insecure": True,
}


def settings() -> Settings:
    return load(FLAGS, {"DGCHECK_API_KEY": "CANARY-1", "DGCHECK_CONFIG": "none"}, lambda path: "")


def test_every_setting_is_shown_with_its_origin_and_no_secret() -> None:
    found = shown(settings(), Redactor(["CANARY-1"]))
    assert set(found) == {*BY_KEY, "api_key"}
    assert found["timeout"] == {"value": 90.0, "origin": "flag"}
    assert found["models"]["value"] == [{"name": "nova-3", "mode": "streaming"}, "nova-2"]
    assert found["language"] == {"value": "", "origin": "default"}
    assert found["api_key"] == {"value": "<redacted>", "origin": "DGCHECK_API_KEY"}
    assert "CANARY" not in json.dumps(found)
