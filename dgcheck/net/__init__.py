"""Every client socket: resolve, dial, handshake, exchange, upgrade. Returns evidence, never judges."""
