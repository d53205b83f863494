"""Files that are attached: found, named, cleaned, and what is left out and why."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pytest

from dgcheck.model.errors import UsageError
from dgcheck.ticket import attachments
from dgcheck.ticket.attachments import Attached, Attachment, attach, found
from dgcheck.ticket.bundle import Bundle
from dgcheck.wire.last_look import LastLook, SecretSeen
from dgcheck.wire.redact import Redactor

KEY = "canary-0123456789"


@contextmanager
def opened(path: str) -> Iterator[BinaryIO]:
    with open(path, "rb") as file:
        yield file


def attached(path: Path, *, secrets: tuple[str, ...] = (), most: int = 1 << 20) -> tuple[Attached, dict[str, bytes]]:
    """What became of one file, and what the zip holds of it."""
    file = io.BytesIO()
    bundle = Bundle(file, LastLook(secrets), (2026, 1, 1, 0, 0, 0))
    (one,), _ = found([str(path)])
    done = attach(bundle, one, opened, Redactor(secrets), most)
    bundle.close()
    archive = zipfile.ZipFile(file)
    return done, {name: archive.read(name) for name in archive.namelist() if name != "manifest.json"}


def names(*files: Attachment) -> list[str]:
    return [one.name for one in files]


def test_a_folder_with_all_that_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "logs" / "old").mkdir(parents=True)
    for name in ("api.log", "old/api.log", "old/engine.log"):
        (tmp_path / "logs" / name).write_text("x")
    files, left = found([str(tmp_path / "logs")])
    assert names(*files) == ["logs/api.log", "logs/old/api.log", "logs/old/engine.log"]
    assert left == ()


def test_links_and_pipes_of_a_folder_stay_out(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "outside").write_text("secret")
    (tmp_path / "logs" / "link").symlink_to(tmp_path / "outside")
    (tmp_path / "logs" / "folder").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "logs" / "pipe")
    files, left = found([str(tmp_path / "logs")])
    assert files == ()
    assert [(one.name, one.problem.split(",")[0]) for one in left] == [
        ("attached/logs/folder", "a link is not followed; attach what it points to"),
        ("attached/logs/link", "a link is not followed; attach what it points to"),
        ("attached/logs/pipe", "no file"),
    ]


def test_files_of_one_name_keep_apart(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "api.log").write_text(folder)
    (tmp_path / "API.log").write_text("c")
    given = [str(tmp_path / name) for name in ("a/api.log", "b/api.log", "API.log", "a/api.log")]
    assert names(*found(given)[0]) == ["api.log", "api-2.log", "API-3.log"]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        pytest.param("a b\x1b[31m.log", "a_b__31m.log", id="escape codes"),
        pytest.param("a\u202egnp.exe", "a_gnp.exe", id="turned around"),
        pytest.param("..hidden", "hidden", id="dots"),
        pytest.param("-rf", "_-rf", id="an option"),
        pytest.param("=cmd()", "_cmd__", id="a formula"),
        pytest.param("C:evil", "C_evil", id="a drive"),
        pytest.param("ü", "_", id="no ASCII"),
    ],
)
def test_a_name_in_the_zip_is_harmless(name: str, wanted: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("x")
    assert names(*found([str(tmp_path / name)])[0]) == [wanted]


def test_a_secret_in_a_name_is_taken_out(tmp_path: Path) -> None:
    path = tmp_path / f"{KEY}.log"
    path.write_text("x")
    (one,), _ = found([str(path)], Redactor([KEY]).text)
    assert one.name.startswith("_redacted_")
    assert KEY not in one.name


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param("nowhere.log", "no such file", id="not there"),
        pytest.param("a\0b", "no file name", id="a zero byte"),
    ],
)
def test_what_cannot_be_attached_is_said_at_once(given: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        found([given])


def test_a_folder_with_too_much_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "MOST_FILES", 3)
    for number in range(4):
        (tmp_path / str(number)).write_text("x")
    with pytest.raises(UsageError, match="more than 3 files"):
        found([str(tmp_path)])


@pytest.mark.parametrize(
    ("name", "content", "hidden"),
    [
        pytest.param("app.log", f"GET /?token=abc-{KEY} 401\n", KEY, id="a log"),
        pytest.param("values.yaml", "api:\n  password: hunter2\n", "hunter2", id="values of a chart"),
        pytest.param(
            "compose.yaml", "services:\n  a:\n    environment:\n      DB_PASSWORD: hunter2\n", "hunter2", id="Compose"
        ),
        pytest.param("api.toml", '[license]\nkey = "hunter2"\n', "hunter2", id="TOML"),
    ],
)
def test_secrets_of_every_kind_of_file_are_replaced(name: str, content: str, hidden: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content)
    done, there = attached(tmp_path / name, secrets=(KEY,))
    assert done.name == f"attached/{name}"
    assert done.hidden >= 1
    assert hidden.encode() not in there[done.name]
    assert b"<redacted:" in there[done.name]


def test_what_cannot_be_cleaned_is_left_out_and_named(tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0" + bytes(100))
    (tmp_path / "empty.log").write_bytes(b"")
    done, there = attached(tmp_path / "picture.png")
    assert (there, done.bytes) == ({}, 0)
    assert "picture" in done.problem
    done, there = attached(tmp_path / "empty.log")
    assert (there, done.problem) == ({}, "it is empty")


def test_a_file_without_end_is_cut_and_said_to_be(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("a line of it\n" * 10_000)
    done, there = attached(tmp_path / "a.log", most=50_000)
    assert len(there["attached/a.log"]) <= 50_000
    assert done.problem.startswith("only its first")


def test_a_file_that_is_gone_when_it_is_read(tmp_path: Path) -> None:
    bundle = Bundle(io.BytesIO(), LastLook(()), (2026, 1, 1, 0, 0, 0))
    done = attach(bundle, Attachment(str(tmp_path / "gone"), "gone"), opened, Redactor())
    assert done.problem == "cannot be read: no such file or directory"


def test_the_last_look_is_behind_the_cleaning(tmp_path: Path) -> None:
    """What the cleaning would let through, were it to fail, is stopped."""
    (tmp_path / "a.log").write_text(f"x {KEY}\n")
    bundle = Bundle(io.BytesIO(), LastLook((KEY,)), (2026, 1, 1, 0, 0, 0))
    with pytest.raises(SecretSeen):
        attach(bundle, Attachment(str(tmp_path / "a.log"), "a.log"), opened, Redactor())
