"""How fast `dgcheck serve` answers 200 scrapes at once, beside a bare prometheus-client server in the same run.

    python tests/benchmarks/serve.py [--rounds 20] [--clients 200] [--targets 1]

Both servers give the same metrics: those that dgcheck's own answer held. A scrape is timed from its first byte to the
last of its answer; the 200 are sent together, on kept connections as Prometheus has them, and once more on new ones.
The limit is a p99 of 50 ms. It judges nothing: the exit code is 0 unless nothing could be measured.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from dgcheck.sim.server import running  # noqa: E402 - it is run as a script

REQUEST = (
    b"GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: Prometheus/2.42.0\r\n"
    b"Accept: application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1\r\n"
    b"Accept-Encoding: identity\r\nX-Prometheus-Scrape-Timeout-Seconds: 10\r\n\r\n"
)
# Its own backlog of 5 would let most of 200 connections wait for TCP's next try, a second or more.
BARE = """
import sys
from socketserver import TCPServer
TCPServer.request_queue_size = 1024
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.parser import text_fd_to_metric_families

known = list(text_fd_to_metric_families(open(sys.argv[1])))

class Known:
    def collect(self):
        return known

registry = CollectorRegistry(auto_describe=False)
registry.register(Known())
server, _ = start_http_server(0, addr="127.0.0.1", registry=registry)
print(server.server_port, flush=True)
sys.stdin.read()
"""


class Scrape(asyncio.Protocol):
    """One client: asks, and notes when the whole answer has come."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.done: asyncio.Future[float] | None = None
        self._got = bytearray()
        self._left = -1

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Connected."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """A piece of the answer."""
        self._got += data
        if self._left < 0 and (head := self._got.find(b"\r\n\r\n")) >= 0:
            lines = bytes(self._got[:head]).lower().split(b"\r\n")
            if b" 200 " not in lines[0]:
                raise SystemExit(f"refused: {lines[0]!r}")
            size = next((line.partition(b":")[2] for line in lines if line.startswith(b"content-length")), b"-1")
            self._left = head + 4 + int(size) if int(size) >= 0 else -1
        if 0 <= self._left <= len(self._got):
            self._over()

    def connection_lost(self, exc: Exception | None) -> None:
        """Without a length, the end of the connection is the end of the answer."""
        if self._got:
            self._over()

    def _over(self) -> None:
        self._got.clear()
        self._left = -1
        if self.done is not None and not self.done.done():
            self.done.set_result(perf_counter())


async def kept(port: int, path: bytes, clients: int, rounds: int) -> list[float]:
    """Milliseconds of every scrape, on connections that are kept."""
    loop = asyncio.get_running_loop()
    made = [(await loop.create_connection(Scrape, "127.0.0.1", port))[1] for _ in range(clients)]
    found: list[float] = []
    for _ in range(rounds):
        begun = []
        for one in made:
            one.done = loop.create_future()
            begun.append(perf_counter())
            assert one.transport is not None
            one.transport.write(REQUEST % path)
        ended = await asyncio.gather(*(one.done for one in made if one.done))
        found += [(end - start) * 1000 for start, end in zip(begun, ended, strict=True)]
    for one in made:
        assert one.transport is not None
        one.transport.close()
    return found


async def anew(port: int, path: bytes, clients: int, rounds: int) -> list[float]:
    """Milliseconds of every scrape, the connecting included."""
    loop = asyncio.get_running_loop()

    async def scrape() -> float:
        begun = perf_counter()
        transport, one = await loop.create_connection(Scrape, "127.0.0.1", port)
        one.done = loop.create_future()
        transport.write(REQUEST % path)
        ended = await one.done
        transport.close()
        return (ended - begun) * 1000

    found: list[float] = []
    for _ in range(rounds):
        found += await asyncio.gather(*(scrape() for _ in range(clients)))
    return found


@contextmanager
def serving(urls: list[str], *more: str) -> Iterator[int]:
    """The port of a `dgcheck serve` that has asked all its targets."""
    words = [word for url in urls for word in ("--target", url)]
    command = [sys.executable, "-m", "dgcheck", "serve", "--listen", "127.0.0.1:0", *words, *more]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stderr is not None
    try:
        port = int(process.stderr.readline().split("127.0.0.1:")[1].split()[0])
        told = 0
        while told < len(urls):
            told += ": pass: " in process.stderr.readline()
        yield port
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def bare(port: int, folder: Path) -> Iterator[int]:
    """The port of prometheus-client's own server with the metrics that dgcheck gives on `port`."""
    from urllib.request import urlopen

    known = folder / "metrics.txt"
    known.write_bytes(urlopen(f"http://127.0.0.1:{port}/metrics").read())
    process = subprocess.Popen(
        [sys.executable, "-c", BARE, str(known)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(10)


def percentile(found: list[float], share: float) -> float:
    """The value below which that share of the others lies."""
    return sorted(found)[min(len(found) - 1, int(len(found) * share))]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--targets", type=int, default=1)
    args = parser.parse_args()
    import tempfile

    with running(host="0.0.0.0") as simulator, tempfile.TemporaryDirectory() as folder:
        urls = [f"http://127.0.0.{1 + place}:{simulator.port}" for place in range(args.targets)]
        with serving(urls) as port, bare(port, Path(folder)) as plain:
            size = os.path.getsize(Path(folder) / "metrics.txt")
            print(f"{args.clients} scrapes at once, {args.rounds} rounds, {args.targets} targets, {size / 1000:.0f} kB")
            rows = [
                ("dgcheck /metrics, kept", asyncio.run(kept(port, b"/metrics", args.clients, args.rounds))),
                ("dgcheck /metrics, new", asyncio.run(anew(port, b"/metrics", args.clients, args.rounds))),
                (
                    "prometheus-client, new",
                    asyncio.run(anew(plain, b"/metrics", args.clients, max(2, args.rounds // 4))),
                ),
                ("dgcheck /readyz, kept", asyncio.run(kept(port, b"/readyz", args.clients, args.rounds))),
                ("dgcheck /healthz, kept", asyncio.run(kept(port, b"/healthz", args.clients, args.rounds))),
                (
                    "dgcheck /probe, kept",
                    asyncio.run(kept(port, b"/probe?target=" + urls[0].encode(), args.clients, args.rounds)),
                ),
            ]
    for name, found in rows:
        line = f"{name:26} median {statistics.median(found):7.1f} ms   p99 {percentile(found, 0.99):7.1f} ms"
        print(f"{line}   worst {max(found):7.1f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
