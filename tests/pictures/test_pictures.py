"""The pictures of the README are there, small, and harmless to whoever looks at them."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from tests.layers import ROOT

PICTURES = ROOT / "fixtures" / "pictures"


@pytest.mark.parametrize("name", ["page-light.png", "page-dark.png"])
def test_a_picture_of_the_page_is_small(name: str) -> None:
    picture = (PICTURES / name).read_bytes()
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(picture) < 250_000


def test_the_picture_of_a_run_is_text_and_no_more() -> None:
    text = (PICTURES / "run.svg").read_text(encoding="utf-8")
    assert len(text) < 30_000
    kinds = {element.tag.rpartition("}")[2] for element in ET.fromstring(text).iter()}
    assert kinds == {"svg", "style", "rect", "text", "tspan"}
    assert "A proxy does not pass the WebSocket upgrade on" in text
    assert not re.search(r"href|url\(|@import", text)
