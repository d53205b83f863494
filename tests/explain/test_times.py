"""The times of logs, in one form that sorts."""

from __future__ import annotations

import pytest

from dgcheck.explain.times import time_of


@pytest.mark.parametrize(
    ("line", "time"),
    [
        pytest.param("2024-05-30T18:23:01.557190Z  INFO x", "2024-05-30 18:23:01.557", id="a container"),
        pytest.param("2024-05-20 20:00:29,659 - app", "2024-05-20 20:00:29.659", id="Python"),
        pytest.param("2026/07/15 12:00:00 [error] 29#29", "2026-07-15 12:00:00", id="nginx"),
        pytest.param("[2024/05/21 17:44:57:5382] W:", "2024-05-21 17:44:57.538", id="libwebsockets"),
        pytest.param(
            '1.2.3.4 - - [24/Sep/2024:13:40:46 +0200] "GET', "2024-09-24 11:40:46", id="an access log, in UTC"
        ),
        pytest.param("2024-05-30T01:23:01+05:30 x", "2024-05-29 19:53:01", id="another zone"),
        pytest.param("Nov  6 02:13:24 node1 app[1]: x", "0000-11-06 02:13:24", id="syslog, without a year"),
        pytest.param("E1126 02:13:24.123456       1 main.go:55] x", "0000-11-26 02:13:24.123", id="klog"),
        pytest.param('{"ts":1718000000.25,"msg":"x"}', "2024-06-10 06:13:20.250", id="seconds"),
        pytest.param('{"time":1718000000250,"msg":"x"}', "2024-06-10 06:13:20.250", id="milliseconds"),
        pytest.param("connection refused", "", id="none"),
        pytest.param("9999-99-99T99:99:99+01:00", "", id="an impossible one"),
    ],
)
def test_time_of(line: str, time: str) -> None:
    assert time_of(line) == time
