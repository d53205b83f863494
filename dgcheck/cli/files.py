"""Files that a person names: read with limits, and looked at before a run depends on them."""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import sys
import threading
from collections.abc import Iterator
from typing import Any

from dgcheck.model.errors import UsageError
from dgcheck.model.target import Audio, Settings

SETTINGS_LIMIT = 64 * 1024  # of a settings file or a key; YAML of more takes seconds to read
TEXT_LIMIT = 256 * 1024
AUDIO_LIMIT = 100 * 1024 * 1024
REPORT_LIMIT = 64 * 1024 * 1024
_TYPED_KEY = (
    "--key is the file of a client certificate's private key; an API key goes to DGCHECK_API_KEY or --api-key-file"
)


def read_text(path: str) -> str:
    """A small text file, `-` for standard input. Raises OSError for what cannot be read, UsageError for no text."""
    data = read_bytes(path, SETTINGS_LIMIT)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{_name(path)} is no text in UTF-8; was another file meant?") from None


def read_bytes(path: str, limit: int) -> bytes:
    """All bytes of a file, `-` for standard input. Raises OSError, or UsageError for more than `limit` bytes."""
    if path == "-":
        if sys.stdin is None:
            raise UsageError("standard input is closed")
        with _killable():
            data = sys.stdin.buffer.read(limit + 1)
    else:
        mode = os.stat(path).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(21, "it is a directory", path)
        with contextlib.nullcontext() if stat.S_ISREG(mode) else _killable(), open(path, "rb") as file:
            data = file.read(limit + 1)
    if len(data) > limit:
        size = f"{limit // 1024} KB" if limit < 1024 * 1024 else f"{limit // 1024 // 1024} MB"
        raise UsageError(f"{_name(path)} is larger than {size}; was another file meant?")
    return data


@contextlib.contextmanager
def _killable() -> Iterator[None]:
    """While somebody's typing or another program's output is waited for, a signal ends dgcheck as it ends others."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    usual: dict[int, Any] = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL}
    before = {number: signal.signal(number, handler) for number, handler in usual.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _name(path: str) -> str:
    return "standard input" if path == "-" else path


def named(option: str, path: str, limit: int) -> bytes:
    """The bytes of a file that an option names. Raises UsageError that says which option and why."""
    try:
        return read_bytes(path, limit)
    except OSError as error:
        raise UsageError(f"{option} {path} cannot be read: {_why(error)}") from None
    except ValueError:
        raise UsageError(f"{option}: this is no file name") from None
    except UsageError as error:
        raise UsageError(f"{option}: {error}") from None


def _why(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    return (error.strerror or type(error).__name__).lower()


def not_hiding(settings: Settings, command: str, why: str) -> None:
    """Raise UsageError where names were to be hidden and this command does not do it."""
    if settings.redact or settings.redact_hosts:
        raise UsageError(
            f"dgcheck {command} hides no names ({why}), and --redact or --redact-hosts was set, by DGCHECK_REDACT,"
            " DGCHECK_REDACT_HOSTS or a settings file: take it out there, or use dgcheck run"
        )


def look_at(settings: Settings) -> None:
    """Raise UsageError for a certificate or key file that is not there or plainly something else. Cheap."""
    if settings.ca_file and b"-----BEGIN " not in named("--ca-file", settings.ca_file, AUDIO_LIMIT):
        raise UsageError(f"--ca-file {settings.ca_file} holds no PEM certificate (-----BEGIN CERTIFICATE-----)")
    if settings.key and not os.path.exists(settings.key):
        # What was typed may be an API key: it is not repeated.
        raise UsageError(f"the file given to --key does not exist; {_TYPED_KEY}")
    if settings.cert:
        named("--cert", settings.cert, AUDIO_LIMIT)
    if settings.key:
        named("--key", settings.key, AUDIO_LIMIT)


def recording(settings: Settings) -> Audio:
    """The person's own recording, `settings.audio_file`. Raises UsageError for what is none."""
    from dgcheck.wire import audio

    data = named("--audio", settings.audio_file, audio.LARGEST)
    try:
        return audio.read(
            settings.audio_file,
            data,
            encoding=settings.encoding,
            sample_rate=settings.sample_rate,
            words=settings.expect,
        )
    except UsageError as error:
        raise UsageError(f"--audio: {error}") from None


def check_certificates(settings: Settings) -> None:
    """Raise UsageError for a CA, certificate or key file that TLS could not use. Loads the TLS library for it."""
    if not (settings.ca_file or settings.cert):
        return
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if settings.ca_file:
        try:
            context.load_verify_locations(cafile=settings.ca_file)
        except (ssl.SSLError, OSError, ValueError):
            raise UsageError(f"--ca-file {settings.ca_file} holds no certificate that can be read") from None
    if settings.cert:
        try:
            context.load_cert_chain(settings.cert, settings.key or None, password=_no_password)
        except _Encrypted:
            raise UsageError(
                "the client certificate's key is encrypted; dgcheck needs one without a password"
            ) from None
        except ssl.SSLError as error:
            raise UsageError(_pair_problem(settings, error.reason or "")) from None
        except (OSError, ValueError):
            raise UsageError(f"--cert {settings.cert} cannot be used") from None


class _Encrypted(Exception):
    pass


def _no_password() -> str:
    raise _Encrypted


def _pair_problem(settings: Settings, reason: str) -> str:
    if "MISMATCH" in reason:
        return f"--key {settings.key} is not the key of --cert {settings.cert}"
    if not settings.key:
        return f"--cert {settings.cert} holds no certificate with its key; give the key with --key FILE"
    return f"--cert {settings.cert} or --key {settings.key} holds nothing that can be used (PEM is needed)"
