"""A container's own loopback refused: is the usual port of the API open there?"""

from __future__ import annotations

import pytest

from dgcheck.experiments.loopback_ports import worth_asking
from dgcheck.model.evidence import Ending, Seen
from tests.rules.built import around, case, dialled

DOCKER = around(container="docker", own_network=True)
REFUSED = dialled("127.0.0.1", Ending.REFUSED, port=9080)


@pytest.mark.parametrize(
    ("url", "evidence", "asks"),
    [
        pytest.param("http://localhost:9080", [DOCKER, REFUSED], True, id="another port, refused"),
        pytest.param(
            "http://localhost:8080", [DOCKER, dialled("127.0.0.1", Ending.REFUSED)], False, id="the usual port itself"
        ),
        pytest.param("http://localhost:9080", [DOCKER, dialled("127.0.0.1", port=9080)], False, id="accepted"),
        pytest.param("http://localhost:9080", [around(), REFUSED], False, id="no container"),
        pytest.param("http://localhost:9080", [around(container="kubernetes", pod="p"), REFUSED], False, id="a pod"),
        pytest.param(
            "http://10.0.0.7:9080", [DOCKER, dialled("10.0.0.7", Ending.REFUSED, port=9080)], False, id="no loopback"
        ),
        pytest.param("http://localhost:9080", [DOCKER], False, id="not dialled"),
    ],
)
def test_when_the_usual_port_is_tried(url: str, evidence: list[Seen], asks: bool) -> None:
    assert worth_asking(case(url, *evidence)) is asks
