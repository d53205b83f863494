"""The zip itself: a manifest of everything, and nothing written that the last look stops."""

from __future__ import annotations

import io
import json
import zipfile
from hashlib import sha256

import pytest

from dgcheck.ticket.bundle import Bundle
from dgcheck.wire.last_look import LastLook, SecretSeen

MOMENT = (2026, 9, 20, 10, 15, 2)
SECRET = "canary-0123456789"


def begun(*secrets: str) -> tuple[io.BytesIO, Bundle]:
    file = io.BytesIO()
    return file, Bundle(file, LastLook(secrets), MOMENT)


def test_the_manifest_is_the_last_file_and_lists_the_others() -> None:
    file, bundle = begun()
    bundle.add("a.txt", "grüße\n", "words")
    with bundle.stream("attached/b.log") as sink:
        sink.write(b"one\n")
        sink.write(b"two\n")
    bundle.close(run_id="x")
    archive = zipfile.ZipFile(file)
    assert archive.testzip() is None
    assert archive.namelist() == ["a.txt", "attached/b.log", "manifest.json"]
    manifest = json.loads(archive.read("manifest.json"))
    assert (manifest["schema"], manifest["run_id"]) == ("dgcheck/bundle/v1", "x")
    for one in manifest["files"]:
        data = archive.read(one["name"])
        assert (one["size"], one["sha256"]) == (len(data), sha256(data).hexdigest())
    assert [info.date_time for info in archive.infolist()] == [MOMENT] * 3


def test_a_text_with_a_secret_is_not_written() -> None:
    _, bundle = begun(SECRET)
    with pytest.raises(SecretSeen, match=r"in a\.txt"):
        bundle.add("a.txt", f"so {SECRET}")
    assert bundle.members == []


def test_nor_is_a_name_with_one() -> None:
    _, bundle = begun(SECRET)
    with pytest.raises(SecretSeen), bundle.stream(f"attached/{SECRET}.log") as sink:
        sink.write(b"x")


@pytest.mark.parametrize("cut", range(1, len(SECRET)))
def test_a_secret_across_two_pieces_is_seen(cut: int) -> None:
    _, bundle = begun(SECRET)

    def write() -> None:
        with bundle.stream("attached/a.log") as sink:
            sink.write(b"x " + SECRET[:cut].encode())
            sink.write(SECRET[cut:].encode() + b" y")

    with pytest.raises(SecretSeen):
        write()


def test_where_nothing_is_written_there_is_no_file() -> None:
    file, bundle = begun()
    with bundle.stream("attached/none"):
        pass
    bundle.close()
    assert zipfile.ZipFile(file).namelist() == ["manifest.json"]


def test_what_was_written_can_be_read_and_more_be_written() -> None:
    file, bundle = begun()
    with bundle.stream("a") as sink:
        sink.write(b"one")
    with bundle.read("a") as again:
        assert again.read() == b"one"
    bundle.add("b", "two")
    bundle.close()
    archive = zipfile.ZipFile(file)
    assert (archive.read("a"), archive.read("b"), archive.testzip()) == (b"one", b"two", None)
