"""Writes down what arrives, byte for byte, and answers as a healthy deployment would.

`python -m tests.real_sdks.recorder LOG CERTIFICATE PORT...` listens on every address of its network. One line of JSON
per connection goes to LOG before the answer does, so whoever got an answer finds its line there:

    {"address": "10.77.0.1", "port": 8080, "tls": false, "line": "POST /v1/listen HTTP/1.1", "headers": [[name, value]]}

`line` is '' where no request came; `trouble` then says why. A TLS handshake is answered on every port, so that the
request in it can be read too. It ends when its standard input does.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import socket
import ssl
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PATIENCE = 20.0  # seconds that a connection may be silent
MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3
GOODBYE = b"\x88\x02\x03\xe8"  # a close frame, code 1000
WORDS = "recorded"
REQUEST_ID = "00000000-0000-4000-8000-000000000000"
TRANSCRIPT = {
    "metadata": {
        "transaction_key": "deprecated",
        "request_id": REQUEST_ID,
        "sha256": "0" * 64,
        "created": "2026-01-01T00:00:00.000Z",
        "duration": 1.0,
        "channels": 1,
        "models": ["00000000-0000-4000-8000-000000000001"],
        "model_info": {
            "00000000-0000-4000-8000-000000000001": {"name": "recorded", "version": "2026-01-01.0", "arch": "nova-3"}
        },
    },
    "results": {
        "channels": [{"alternatives": [{"transcript": WORDS, "confidence": 1.0, "words": []}]}],
    },
}


class Recorder:
    """Listens on several ports of its network and keeps one log."""

    def __init__(self, log: Path, certificate: Path) -> None:
        self._log = log.open("a", encoding="utf-8")
        self._lock = threading.Lock()
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(certificate)
        # A ticket that one thread reads while another writes has stopped Python's clients for good.
        self._tls.num_tickets = 0

    def listen(self, port: int) -> None:
        """Serve a port of every address, in threads of its own, until the program ends."""
        listener = socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=64)
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            client, _ = listener.accept()
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        client.settimeout(PATIENCE)
        address, port = client.getsockname()[:2]
        seen: dict[str, Any] = {"address": address.removeprefix("::ffff:"), "port": port, "tls": False, "line": ""}
        with contextlib.suppress(OSError), client:
            stream: socket.socket = client
            try:
                if client.recv(1, socket.MSG_PEEK) == b"\x16":
                    seen["tls"] = True
                    stream = self._tls.wrap_socket(client, server_side=True)
                self._converse(stream, seen)
            except OSError as error:
                self._write({**seen, "trouble": str(error) or type(error).__name__})
            finally:
                stream.close()

    def _converse(self, stream: socket.socket, seen: dict[str, Any]) -> None:
        head, _, rest = _until(stream, b"", b"\r\n\r\n")
        line, *lines = head.decode("latin-1").split("\r\n")
        headers = [[name, value.strip()] for name, _, value in (one.partition(":") for one in lines)]
        if not line:
            self._write({**seen, "trouble": "nothing was sent"})
            return
        known = {name.lower(): value for name, value in headers}
        if "sec-websocket-key" in known:
            self._write({**seen, "line": line, "headers": headers})
            stream.sendall(_switch(known) + GOODBYE)
            stream.recv(65536)  # its own close frame, mostly; from now on it waits for the end of the connection
        else:
            _body(stream, known, rest)
            self._write({**seen, "line": line, "headers": headers})
            body = json.dumps(TRANSCRIPT).encode()
            stream.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
                + f"dg-request-id: {REQUEST_ID}\r\n".encode()
                + f"Content-Length: {len(body)}\r\n\r\n".encode()
                + body
            )
        stream.settimeout(1)
        stream.shutdown(socket.SHUT_WR)
        while stream.recv(65536):
            pass

    def _write(self, seen: dict[str, Any]) -> None:
        with self._lock:
            self._log.write(json.dumps(seen) + "\n")
            self._log.flush()


def _until(stream: socket.socket, data: bytes, mark: bytes) -> tuple[bytes, bytes, bytes]:
    """Read up to a mark: what stood before it, the mark ('' when it never came), what was read behind it."""
    while mark not in data and (more := stream.recv(65536)):
        data += more
    return data.partition(mark)


def _body(stream: socket.socket, headers: dict[str, str], data: bytes) -> None:
    """Swallow a request's body."""
    if "chunked" in headers.get("transfer-encoding", ""):
        while not data.endswith(b"0\r\n\r\n") and (more := stream.recv(65536)):
            data += more
        return
    left = int(headers.get("content-length") or 0) - len(data)
    while left > 0 and (more := stream.recv(65536)):
        left -= len(more)


def _switch(headers: dict[str, str]) -> bytes:
    accept = base64.b64encode(hashlib.sha1(headers["sec-websocket-key"].encode() + MAGIC).digest())
    offered = [one.strip() for one in headers.get("sec-websocket-protocol", "").split(",") if one.strip()]
    chosen = f"Sec-WebSocket-Protocol: {offered[0]}\r\n".encode() if offered else b""
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"dg-request-id: " + REQUEST_ID.encode() + b"\r\n"
        b"Sec-WebSocket-Accept: " + accept + b"\r\n" + chosen + b"\r\n"
    )


def read(log: Path) -> Iterator[dict[str, Any]]:
    """What was written down so far. A line without its end is being written: it is of an SDK that is still asking, for
    each request stands there before it is answered."""
    for line in log.read_text("utf-8").splitlines(keepends=True):
        if line.endswith("\n"):
            yield json.loads(line)


def main() -> None:
    """Listen, say so, and wait for the end of standard input."""
    log, certificate, *ports = sys.argv[1:]
    recorder = Recorder(Path(log), Path(certificate))
    for port in ports:
        recorder.listen(int(port))
    print("ready", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
