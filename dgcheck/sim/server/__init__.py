"""The loopback shell of the simulator: sockets, TLS, frames, threads. What is answered is decided in `core`.

    async with Simulator(faults=("model_missing",)) as simulator:
        simulator.url, simulator.port, simulator.log

    with running(faults=("tls_expired",)) as simulator:
        ...                      # the same in a thread of its own

The kernel accepts connections, so `latency` delays every answer and every step of a TLS handshake, not the connect.
"""

from dgcheck.sim.server.simulator import Simulator, running

__all__ = ["Simulator", "running"]
