"""The endpoints for probes and Prometheus: what asks, what is kept of an answer, and how it is told over HTTP."""
