"""Files of the user's: what is sent of each, and which are refused with a sentence."""

from __future__ import annotations

import io
import struct
import wave

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dgcheck.model.errors import UsageError
from dgcheck.wire.audio import ENCODINGS, bundled, container, read


def _pcm(bits: int, frames: bytes, *, rate: int = 16000, channels: int = 1) -> bytes:
    """A WAV file as the standard library writes it: not our reader's idea of one."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(bits // 8)
        file.setframerate(rate)
        file.writeframes(frames)
    return out.getvalue()


def _wav(tag: int, bits: int, payload: bytes, *, rate: int = 8000, channels: int = 1, extra: bytes = b"") -> bytes:
    block = channels * bits // 8
    head = struct.pack("<HHIIHH", tag, channels, rate, rate * block, block, bits) + extra
    chunks = b"fmt " + struct.pack("<I", len(head)) + head + b"data" + struct.pack("<I", len(payload)) + payload
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


@pytest.mark.parametrize(
    ("data", "encoding", "frames", "rate"),
    [
        pytest.param(_pcm(16, b"\x01\x02\x03\x04"), "linear16", b"\x01\x02\x03\x04", 16000, id="16 bits"),
        pytest.param(_pcm(8, b"\x80\xff\x00"), "linear16", b"\x00\x00\x00\x7f\x00\x80", 16000, id="8 bits, unsigned"),
        pytest.param(_pcm(24, b"\x01\x02\x03\x04\x05\x06"), "linear16", b"\x02\x03\x05\x06", 16000, id="24 bits"),
        pytest.param(_pcm(32, b"\x01\x02\x03\x04"), "linear32", b"\x01\x02\x03\x04", 16000, id="32 bits"),
        pytest.param(_wav(7, 8, b"\xff\x7f"), "mulaw", b"\xff\x7f", 8000, id="mu-law"),
        pytest.param(_wav(6, 8, b"\xd5\x55"), "alaw", b"\xd5\x55", 8000, id="A-law"),
        pytest.param(
            _wav(3, 32, struct.pack("<3f", 1.0, -2.0, float("nan"))),
            "linear16",
            struct.pack("<3h", 32767, -32767, 0),
            8000,
            id="float",
        ),
        pytest.param(
            _wav(0xFFFE, 16, b"\x01\x02", extra=struct.pack("<HHIH14x", 22, 16, 4, 1)),
            "linear16",
            b"\x01\x02",
            8000,
            id="extensible",
        ),
        pytest.param(
            _pcm(16, b"\x01\x02").replace(b"data\x02\x00\x00\x00", b"data\xff\xff\xff\xff"),
            "linear16",
            b"\x01\x02",
            16000,
            id="length not known when it was written",
        ),
    ],
)
def test_a_wav_file_goes_whole_to_rest_and_bare_to_a_stream(
    data: bytes, encoding: str, frames: bytes, rate: int
) -> None:
    audio = read("x.wav", data, words="hello")
    assert (audio.data, audio.content_type, audio.encoding) == (data, "audio/wav", "")
    assert (audio.stream_data, audio.stream_encoding, audio.stream_rate) == (frames, encoding, rate)
    assert (audio.words, audio.name, audio.streamable, audio.language) == ("hello", "x.wav", True, "")
    assert audio.seconds > 0


def test_two_channels_are_told() -> None:
    audio = read("x.wav", _pcm(16, b"\0" * 64000, channels=2))
    assert (audio.channels, audio.seconds) == (2, 1.0)


def test_compressed_wav_goes_to_rest_alone() -> None:
    audio = read("x.wav", _wav(2, 4, b"\0" * 64))
    assert (audio.streamable, audio.stream_data, audio.stream_encoding) == (False, b"", "")


@pytest.mark.parametrize(
    ("data", "content_type", "streamable"),
    [
        pytest.param(b"OggS" + b"\0" * 40, "audio/ogg", True, id="Ogg"),
        pytest.param(b"\x1aE\xdf\xa3" + b"\0" * 40, "audio/webm", True, id="WebM"),
        pytest.param(b"fLaC" + b"\0" * 40, "audio/flac", False, id="FLAC"),
        pytest.param(b"ID3\x04" + b"\0" * 40, "audio/mpeg", False, id="MP3 with a tag"),
        pytest.param(b"\xff\xfb\x90\x00" + b"\0" * 40, "audio/mpeg", False, id="MP3 frame"),
        pytest.param(b"\xff\xf1\x50\x80" + b"\0" * 40, "audio/aac", False, id="AAC frame"),
        pytest.param(b"\0\0\0\x20ftypM4A " + b"\0" * 40, "audio/mp4", False, id="M4A"),
        pytest.param(b"#!AMR\n" + b"\0" * 40, "audio/amr", False, id="AMR"),
    ],
)
def test_other_containers_go_as_they_are(data: bytes, content_type: str, streamable: bool) -> None:
    audio = read("x", data)
    assert (audio.data, audio.content_type, audio.streamable) == (data, content_type, streamable)
    assert (audio.encoding, audio.stream_encoding) == ("", "")


def test_raw_audio_says_its_encoding() -> None:
    audio = read("x.raw", b"\xff\x7f" * 4000, encoding="mulaw", sample_rate=8000)
    assert (audio.encoding, audio.sample_rate, audio.seconds, audio.streamable) == ("mulaw", 8000, 1.0, True)


def test_an_encoding_may_be_declared_for_its_own_container() -> None:
    assert read("x", b"OggS" + b"\0" * 40, encoding="ogg-opus", sample_rate=48000).encoding == "ogg-opus"


@pytest.mark.parametrize(
    ("data", "options", "says"),
    [
        pytest.param(b"", {}, "empty", id="empty"),
        pytest.param(b"<!DOCTYPE html><html>Not found</html>", {}, "HTML", id="HTML"),
        pytest.param(b'{"err_code":"x"}', {}, "JSON", id="JSON"),
        pytest.param(b"hello, this is a note\n", {}, "text", id="text"),
        pytest.param(
            b"hello, this is a note\n" * 40, {"encoding": "mulaw", "sample_rate": 8000}, "text", id="raw text"
        ),
        pytest.param(b"PK\x03\x04" + b"\0" * 99, {}, "ZIP", id="zip"),
        pytest.param(b"version https://git-lfs.github.com/spec/v1\n", {}, "git lfs pull", id="LFS pointer"),
        pytest.param(b"RIFF", {}, "cut off", id="only the magic"),
        pytest.param(_pcm(16, b"\0" * 4000)[:2000], {}, "only 1956 are there", id="cut off"),
        pytest.param(_pcm(16, b""), {}, "no audio in it", id="no samples"),
        pytest.param(_wav(7, 8, b"\xff", rate=0), {}, "header is broken", id="no rate"),
        pytest.param(_wav(1, 13, b"\xff\xff"), {}, "13-bit", id="odd samples"),
        pytest.param(b"RIFF\0\0\0\0WAVEdata\x04\0\0\0abcd", {}, "without a format", id="no format"),
        pytest.param(b"\x00\x01\x02\x03" * 9, {}, "--encoding", id="raw without an encoding"),
        pytest.param(b"\x00\x01" * 9, {"encoding": "mulaw"}, "--sample-rate", id="raw without a rate"),
        pytest.param(b"\x00\x01" * 9, {"encoding": "mulaw", "sample_rate": 3}, "outside", id="raw with a silly rate"),
        pytest.param(b"\x00\x01" * 9, {"encoding": "ulaw", "sample_rate": 8000}, "mulaw", id="unknown encoding"),
        pytest.param(_pcm(16, b"\0\0"), {"encoding": "linear16"}, "leave it out", id="encoding for a container"),
    ],
)
def test_what_cannot_be_sent_is_refused_with_a_sentence(data: bytes, options: dict[str, object], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        read("that file", data, **options)  # type: ignore[arg-type]


STARTS = st.sampled_from(
    [b"", b"RIFF\x10\0\0\0WAVE", b"RIFF\x10\0\0\0WAVEfmt \x10\0\0\0\x01\0", b"OggS", b"ID3", b"\xff\xfb", b"<", b"{"]
)


@given(
    STARTS,
    st.binary(max_size=300),
    st.sampled_from(["", "wav", *ENCODINGS]),
    st.integers(min_value=-1, max_value=10**6),
)
@example(bundled().data, b"", "", 0)
def test_any_bytes_are_audio_or_refused(start: bytes, rest: bytes, encoding: str, rate: int) -> None:
    try:
        audio = read("x", start + rest, encoding=encoding, sample_rate=rate)
    except UsageError:
        return
    assert audio.data == start + rest
    assert audio.seconds >= 0
    assert bool(audio.content_type)


@given(st.integers(min_value=0, max_value=90))
def test_every_cut_of_a_wav_file_is_refused(cut: int) -> None:
    whole = _wav(7, 8, b"\xff\x7e" * 30, extra=b"\0\0")
    if cut >= len(whole):
        assert read("x", whole).seconds == 30 / 8000
        return
    with pytest.raises(UsageError):
        read("x", whole[:cut])


def test_the_first_bytes_tell_the_container() -> None:
    assert container(bundled().data) == "WAV"
    assert container(b"\xff\xff\xff\xff") == ""
