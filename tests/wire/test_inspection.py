"""Pages of devices in the server's place."""

from __future__ import annotations

import pytest

from dgcheck.model.evidence import Response
from dgcheck.wire.inspection import device

HTML = (("Content-Type", "text/html"),)


@pytest.mark.parametrize(
    ("response", "name"),
    [
        (Response(status=200, headers=HTML, body="<p>Blocked by Zscaler</p>"), "Zscaler"),
        (Response(status=403, body="<!DOCTYPE html><title>Web Page Blocked</title>"), "Palo Alto Networks"),
        (Response(status=302, headers=(("Location", "https://block.opendns.com/x"),)), "Cisco Umbrella"),
        (Response(status=511), "a captive portal or web filter"),
        (Response(status=200, body="<html>This web site has been blocked"), "a captive portal or web filter"),
        (
            Response(status=302, headers=(("Location", "http://captive.example.test/"),)),
            "a captive portal or web filter",
        ),
        (Response(status=200, body='{"note":"zscaler"}'), ""),
        (Response(status=200, headers=HTML, body="<p>Welcome</p>"), ""),
        (Response(status=302, headers=(("Location", "https://login.example.test/"),)), ""),
        (Response(status=404), ""),
    ],
)
def test_devices(response: Response, name: str) -> None:
    assert device(response) == name
