"""One request and its answer on an open connection, by h11; what came is kept even when it breaks the rules."""

from __future__ import annotations

import zlib
from time import monotonic, time

import h11

from dgcheck.model.evidence import Ending, Phase, Response
from dgcheck.net.connection import Connection
from dgcheck.net.endings import ending_of_exception, escaped

HEAD_LIMIT = 128 * 1024
BODY_LIMIT = 8 * 1024 * 1024
WIRE_LIMIT = 2 * BODY_LIMIT  # bytes of one answer, whatever they are: chunk heads and trailers too
MOST_INTERIM = 100  # answers 1xx before the final one
MOST_PIECES = 4096  # chunks of one body; each costs time to read, however small it is


class Talk:
    """One exchange on one connection.

    `send` writes the request, `listen` reads the answer; both leave in the fields whatever was learnt, also when
    they are cancelled or time out. `kept` is the decoded beginning of the body, `limit` characters at most.
    """

    def __init__(self, connection: Connection, began: float, *, keep: int) -> None:
        self.connection = connection
        self.ending = Ending.CUT_SHORT
        self.problem = ""
        self.reached = "request"
        self.response: Response | None = None
        self.phases: list[Phase] = []
        self.kept = b""
        self.body_bytes = 0
        self.body_sent = 0
        self.interim: list[int] = []
        self.local_time = 0.0
        self.reusable = False
        self.switched = False
        self.bytes_before = connection.bytes_in
        self.raw = b""
        self.cut = False  # there was more of the body than `kept` has
        self._began = began
        self._keep = keep
        self._wire = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD_LIMIT)
        self._head: h11.Response | h11.InformationalResponse | None = None
        self._body = bytearray()
        self._pieces = 0
        self._sent_at = self._first_at = 0.0
        self._body_at = self._body_to = 0.0  # when the first and the last of the body came
        self._encoded = False

    def request_bytes(
        self, method: str, target: str, headers: list[tuple[str, str]], body: bytes, *, exact: bool = False
    ) -> bytes:
        """The request as it goes on the wire; headers keep their case, and but for Host, which goes first, their order.

        With `exact` they go out as they are given, Host where it stands, and none is added.
        """
        pairs = [(name.encode("latin-1"), value.strip().encode("latin-1", "replace")) for name, value in headers]
        if (method in ("POST", "PUT") or body) and not exact:
            pairs.append((b"Content-Length", str(len(body)).encode()))
        data = self._wire.send(h11.Request(method=method, target=target, headers=pairs)) or b""
        if exact:
            line = f"{method} {target} HTTP/1.1\r\n".encode("latin-1", "replace")
            data = line + b"".join(name + b": " + value + b"\r\n" for name, value in pairs) + b"\r\n"
        data += (self._wire.send(h11.Data(data=body)) or b"") if body else b""
        return data + (self._wire.send(h11.EndOfMessage()) or b"")

    def head_bytes(self, method: str, target: str, headers: list[tuple[str, str]], length: int) -> bytes:
        """The head of a request whose body of that length is written by somebody else; the connection is not reusable
        after it.
        """
        pairs = [(name.encode("latin-1"), value.strip().encode("latin-1", "replace")) for name, value in headers]
        pairs.append((b"Content-Length", str(length).encode()))
        return self._wire.send(h11.Request(method=method, target=target, headers=pairs)) or b""

    async def send(self, data: bytes, body_length: int = 0) -> None:
        """Write a request; a failure is kept as the ending and raised again."""
        begun = monotonic()
        try:
            await self.connection.write(data)
        except BaseException as error:
            self._fail(error)
            raise
        finally:
            self._sent_at = monotonic()
            self._phase("request", begun, self._sent_at)
        self.body_sent = body_length

    def sent(self, begun: float) -> None:
        """Note that the request went out together with another one."""
        self._sent_at = monotonic()
        self._phase("request", begun, self._sent_at)

    async def listen(self) -> None:
        """Read until the answer is complete, broken, too long, or the connection ends."""
        self.reached = "first_byte"
        try:
            while not self._step():
                data = await self.connection.read()
                if data and not self._first_at:
                    self._first_at = max(self.connection.arrived, self._sent_at)  # it may answer while we still send
                    self._phase("first_byte", self._sent_at or self._first_at, self._first_at)
                    self.reached = "head"
                self.raw += data[: max(0, 256 - len(self.raw))]
                if self.connection.bytes_in - self.bytes_before > WIRE_LIMIT:
                    self.ending, self.problem = Ending.TOO_MUCH, f"more than {WIRE_LIMIT} bytes"
                    return
                self._wire.receive_data(data)
                if self._head is None and not self.interim and not _begins_http(self.raw):
                    # h11 waits for a blank line, which a server of another protocol may never send.
                    raise h11.RemoteProtocolError("illegal status line: it does not begin with HTTP/")
        except BaseException as error:
            self._fail(error)
            if not isinstance(error, (OSError, EOFError, h11.ProtocolError)):
                raise
        finally:
            self._finish()

    def _step(self) -> bool:
        while True:
            event = self._wire.next_event()
            if event is h11.NEED_DATA:
                return False
            if event is h11.PAUSED or isinstance(event, (h11.ConnectionClosed, h11.EndOfMessage)):
                return self._end(event)
            if isinstance(event, h11.InformationalResponse):
                if event.status_code == 101:
                    self._head, self.switched = event, True
                    self.ending, self.reached = Ending.ANSWERED, "done"
                    return True
                self.interim.append(event.status_code)
                if len(self.interim) >= MOST_INTERIM:
                    self.ending, self.problem = Ending.TOO_MUCH, f"{MOST_INTERIM} interim answers and no final one"
                    return True
            elif isinstance(event, h11.Response):
                self._head, self.reached = event, "transfer"
                self.local_time = time()
            elif isinstance(event, h11.Data):
                self._pieces += 1
                self._body_to = self.connection.arrived
                self._body_at = self._body_at or self._body_to
                self.body_bytes += len(event.data)
                self._body += event.data[: max(0, 4 * self._keep + 65536 - len(self._body))]
                if self.body_bytes > BODY_LIMIT:
                    self.ending, self.problem = Ending.TOO_MUCH, f"more than {BODY_LIMIT} bytes"
                    return True
                if self._pieces > MOST_PIECES:
                    self.ending, self.problem = Ending.TOO_MUCH, f"a body in more than {MOST_PIECES} pieces"
                    return True

    def _end(self, event: object) -> bool:
        if isinstance(event, h11.EndOfMessage):
            self.ending, self.reached = Ending.ANSWERED, "done"
            self.reusable = self._wire.their_state is h11.DONE and self._wire.our_state is h11.DONE
        elif self._head is None:
            self.ending = Ending.CLOSED
        return True

    def _fail(self, error: BaseException) -> None:
        if isinstance(error, h11.ProtocolError):
            words = str(error)
            if "without sending complete message body" in words or "without response" in words:
                self.ending, self.problem = Ending.CLOSED, "the connection ended before the body was complete"
            elif "too long" in words.lower() or "too many" in words.lower():
                self.ending, self.problem = Ending.TOO_MUCH, words
            else:
                self.ending, self.problem = Ending.BROKEN, words
            if self._first_at == 0.0 and not self.raw:
                self.ending, self.problem = Ending.CLOSED, ""
        else:
            self.ending, self.problem = ending_of_exception(error)

    def _finish(self) -> None:
        now = self.connection.arrived if self.ending is Ending.ANSWERED else monotonic()
        if self._first_at and now > self._first_at and self.reached in ("transfer", "done") and not self.switched:
            self._phase("transfer", self._first_at, now)
        if self._head is not None:
            self.response = self._read_head(self._head)
        if self.switched or self.reusable:
            self.connection.pending = bytes(self._wire.trailing_data[0])
        self.connection.used += 1

    def _read_head(self, head: h11.Response | h11.InformationalResponse) -> Response:
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers.raw_items()]
        self.kept = self._decode({name.lower(): value.lower() for name, value in headers}.get("content-encoding", ""))
        return Response(
            status=head.status_code,
            reason=bytes(head.reason).decode("latin-1"),
            version=bytes(head.http_version).decode("latin-1"),
            headers=tuple(headers),
            body_bytes=self.body_bytes,
            complete=self.ending is Ending.ANSWERED,
            interim=tuple(self.interim),
        )

    def _decode(self, encoding: str) -> bytes:
        data = bytes(self._body)
        self.cut = len(data) < self.body_bytes or self.ending is not Ending.ANSWERED
        if encoding not in ("gzip", "x-gzip", "deflate") or not data:
            self.cut |= len(data) > self._keep * 4
            return data[: self._keep * 4]
        inflate = zlib.decompressobj(zlib.MAX_WBITS | 32)
        try:
            text = inflate.decompress(data, self._keep * 4)
        except zlib.error as error:
            self.ending, self.problem = Ending.BROKEN, f"the body is declared as {encoding} and is not: {error}"
            self.cut = True
            return data[:512]
        if inflate.unconsumed_tail:
            self.cut = True
            self.ending, self.problem = Ending.TOO_MUCH, f"the body unpacks to more than {self._keep * 4} bytes"
        return text

    @property
    def silent(self) -> bool:
        """Whether not one byte of an answer came."""
        return self.connection.bytes_in == self.bytes_before

    def body_times(self) -> tuple[float, float]:
        """How many seconds after the question had been sent the first and the last byte of the body came."""
        sent = self._sent_at or self._body_at
        return max(0.0, self._body_at - sent), max(0.0, self._body_to - sent)

    def _phase(self, name: str, begun: float, ended: float) -> None:
        self.phases.append(Phase(name, round(begun - self._began, 6), round(ended - begun, 6)))


def _begins_http(raw: bytes) -> bool:
    """Whether what came so far can still become an HTTP status line."""
    return not raw or raw[:5].upper() == b"HTTP/"[: len(raw)]


def raw_text(talk: Talk) -> str:
    """What came first, escaped, when it was no HTTP head; a head that had only begun is none of that."""
    begun = b"HTTP/".startswith(talk.raw[:5]) and talk.ending not in (Ending.BROKEN, Ending.TOO_MUCH)
    return "" if talk.response is not None or begun else escaped(talk.raw)
