"""Silence of any length, as audio that can be decoded."""

from __future__ import annotations

RATE, WIDTH = 16_000, 2  # 16 kHz linear16, mono: what most recordings for speech recognition are
HEAD = 44


def of_kind(body: bytes, size: int, encoding: str = "") -> bytes:
    """Silence of the kind of `body`, `size` bytes in all: a WAV file keeps its head, with the lengths put right; of
    other containers the head is kept as it is.
    """
    if body[:4] == b"RIFF":
        place = body.find(b"data", 12, 512) + 8
        if 20 <= place < size:
            left = size - place
            head = b"RIFF" + (size - 8).to_bytes(4, "little") + body[8 : place - 4] + left.to_bytes(4, "little")
            tag = int.from_bytes(body[20:22], "little")  # of the chunk `fmt `, first by custom: 6 A-law, 7 mu-law
            return head + {6: b"\xd5", 7: b"\xff"}.get(tag, b"\0") * left
    head = body[: min(64, size)] if body[:4] in (b"OggS", b"fLaC") else b""
    return head + {"mulaw": b"\xff", "alaw": b"\xd5"}.get(encoding, b"\0") * (size - len(head))


def wav_head(size: int) -> bytes:
    """The head of a WAV file of silence that has `size` bytes in all, and its first sample: the rest is zeros."""
    body = max(0, size - HEAD)
    form = (16).to_bytes(4, "little") + (1).to_bytes(2, "little") + (1).to_bytes(2, "little")
    form += RATE.to_bytes(4, "little") + (RATE * WIDTH).to_bytes(4, "little")
    form += WIDTH.to_bytes(2, "little") + (8 * WIDTH).to_bytes(2, "little")
    lengths = min(size - 8, 2**32 - 1).to_bytes(4, "little"), min(body, 2**32 - 1).to_bytes(4, "little")
    return b"RIFF" + lengths[0] + b"WAVEfmt " + form + b"data" + lengths[1] + b"\0" * WIDTH
