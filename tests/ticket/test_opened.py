"""Reports and bundles from anybody: opened, or refused in a line that says why, in bounded memory."""

from __future__ import annotations

import io
import json
import struct
import tracemalloc
import zipfile
from hashlib import sha256
from typing import Any

import pytest

from dgcheck.model.errors import UsageError
from dgcheck.report import render
from dgcheck.report.plain import report_to_plain
from dgcheck.ticket import opened as module
from dgcheck.ticket.opened import opened
from tests.report import canonical

REPORT = render("json", canonical.failing()).encode()


def zipped(*members: tuple[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these members, with names exactly as given."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packing) as archive:
        for name, data in members:
            info = zipfile.ZipInfo("placeholder")
            info.filename = info.orig_filename = name
            info.compress_type = packing
            archive.writestr(info, data)
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(REPORT, id="JSON"),
        pytest.param(render("yaml", canonical.failing()).encode(), id="YAML"),
        pytest.param(zipped(("report.json", REPORT)), id="a bundle"),
        pytest.param(zipped(("report.json", REPORT), packing=zipfile.ZIP_STORED), id="not compressed"),
        pytest.param(zipped(("ticket/", b""), ("ticket/report.json", REPORT)), id="packed again with its folder"),
        pytest.param(zipped(("ticket\\report.json", REPORT)), id="packed again by an old Windows"),
        pytest.param(zipped(("report.json", REPORT), ("attached/report.json", b"other")), id="a report was attached"),
        pytest.param(zipped(("report.json", REPORT)) + b'pod "dgcheck" deleted\n', id="something was said after it"),
        pytest.param(zipped(("__MACOSX/report.json", b"x"), ("a/report.json", REPORT)), id="packed again by macOS"),
    ],
)
def test_the_report_that_was_saved(data: bytes) -> None:
    assert report_to_plain(opened(io.BytesIO(data))) == report_to_plain(canonical.failing())


def locked() -> bytes:
    data = bytearray(zipped(("report.json", REPORT)))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def methods(number: int) -> bytes:
    data = bytearray(zipped(("report.json", REPORT)))
    struct.pack_into("<H", data, 8, number)
    struct.pack_into("<H", data, data.index(b"PK\x01\x02") + 10, number)
    return bytes(data)


def flipped() -> bytes:
    data = bytearray(zipped(("report.json", REPORT), packing=zipfile.ZIP_STORED))
    data[200] ^= 0x20
    return bytes(data)


def lying_size() -> bytes:
    """A list of names that says 100 bytes where megabytes are packed."""
    data = bytearray(zipped(("report.json", bytes(30 << 20))))
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, 100)
    return bytes(data)


BUNDLE = zipped(("report.json", REPORT), ("a", bytes(50)))
POINTING_ELSEWHERE = ("../x", "a/../../x", "/etc/passwd", "C:\\x", "a\x1b]0;x\x07", "a\u202egnp", "..", "a//b")
REFUSED = [
    pytest.param(b"", "is empty", id="nothing"),
    pytest.param(b"PK", "neither", id="two bytes"),
    pytest.param(b"PK\x03\x04", "ends in the middle", id="four bytes"),
    pytest.param(BUNDLE[:-30], "ends in the middle", id="cut at the end"),
    pytest.param(BUNDLE[:300], "ends in the middle", id="cut early"),
    pytest.param(BUNDLE[:100] + BUNDLE[200:], "damaged", id="a piece is missing"),
    pytest.param(flipped(), "damaged", id="a bit is flipped"),
    pytest.param(lying_size(), "damaged", id="a size that lies"),
    pytest.param(zipped(), "holds no report.json", id="an empty zip"),
    pytest.param(zipped(("a.txt", b"x")), "holds no report.json", id="a foreign zip"),
    pytest.param(zipped(("report.json", b"{}")), "no `schema`", id="a foreign report.json"),
    pytest.param(zipped(("report.json", REPORT[:900])), "ends in the middle", id="a report that was cut"),
    pytest.param(zipped(("a/report.json", REPORT), ("b/report.json", REPORT)), "2 files", id="two reports"),
    pytest.param(locked(), "locked with a password", id="encrypted"),
    pytest.param(methods(14), "packed in a way", id="LZMA"),
    pytest.param(methods(99), "packed in a way", id="a method that nobody knows"),
    pytest.param(zipped(("report.json", bytes(65 << 20))), "would unpack to 65 MB", id="a zip bomb"),
    pytest.param(b"\x1f\x8b\x08\0" + bytes(20), "compressed with gzip", id="gzip"),
    pytest.param(b"7z\xbc\xaf" + bytes(20), "compressed with 7-Zip", id="7-Zip"),
    *(
        pytest.param(zipped(("report.json", REPORT), (name, b"x")), "points outside", id=f"a name: {name!r}")
        for name in (
            "../evil",
            "a/../../evil",
            "/etc/passwd",
            "C:\\evil",
            "a\x1b]0;evil\x07",
            "a\u202egnp",
            "..",
            "a//b",
        )
    ),
]


@pytest.mark.parametrize(("data", "said"), REFUSED)
def test_what_is_refused_and_why(data: bytes, said: str) -> None:
    with pytest.raises(UsageError) as refusal:
        opened(io.BytesIO(data))
    text = str(refusal.value)
    assert said in text
    assert text.isprintable()
    assert len(text) <= 500


def many_names() -> bytes:
    return zipped(*((f"{number:0200d}", b"") for number in range(9000)), packing=zipfile.ZIP_STORED)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(zipped(("report.json", bytes(200 << 20))), id="200 MB in 200 KB"),
        pytest.param(many_names(), id="a list of names without end"),
        pytest.param(lying_size(), id="a size that lies"),
    ],
)
def test_a_bomb_costs_no_memory(data: bytes) -> None:
    file = io.BytesIO(data)
    tracemalloc.start()
    try:
        with pytest.raises(UsageError):
            opened(file)
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


def test_every_beginning_of_a_bundle_is_refused_and_none_breaks_it() -> None:
    for length in range(0, len(BUNDLE), max(1, len(BUNDLE) // 200)):
        with pytest.raises(UsageError):
            opened(io.BytesIO(BUNDLE[:length]))


def test_a_member_by_its_name() -> None:
    data: Any = zipped(("report.json", REPORT), ("manifest.json", b'{"files": []}'))
    assert json.loads(module.member(io.BytesIO(data), "manifest.json", 1000)) == {"files": []}


@pytest.mark.parametrize(
    ("manifest", "changed"),
    [
        pytest.param({"files": [{"name": "report.json", "sha256": sha256(REPORT).hexdigest()}]}, False, id="the same"),
        pytest.param({"files": [{"name": "report.json", "sha256": "0" * 64}]}, True, id="another"),
        pytest.param({"files": []}, False, id="not listed"),
        pytest.param({"files": 3}, False, id="no list"),
        pytest.param([], False, id="no manifest of ours"),
        pytest.param(None, False, id="none at all"),
    ],
)
def test_a_report_that_was_changed_is_known(manifest: object, changed: bool) -> None:
    members = [("report.json", REPORT)]
    members += [("manifest.json", json.dumps(manifest).encode())] if manifest is not None else []
    assert module.changed(io.BytesIO(zipped(*members))) is changed
