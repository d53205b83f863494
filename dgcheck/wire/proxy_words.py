"""What proxies say in bodies and logs, word for word, where only they say it. Lower case where case does not matter.

`dgcheck.wire.who` tells by these words who answered, `dgcheck.rules.said` what the words mean.
"""

from __future__ import annotations

# Envoy, and what is built on it: Istio, Contour, Envoy Gateway, Google's newer load balancers.
NO_HEALTHY_UPSTREAM = "no healthy upstream"
CONNECT_ERROR = "upstream connect error or disconnect/reset before headers"
REQUEST_TIMEOUT = "upstream request timeout"
# ingress-nginx, where no rule fits the host or path.
DEFAULT_BACKEND = "default backend - 404"
# Go's net/http, so Traefik too.
GO_NOT_FOUND = "404 page not found"
# Google's load balancer, on its page for 502.
GOOGLE_TEMPORARY = "The server encountered a temporary error and could not complete your request"
# AWS API Gateway: the message of a JSON body that has nothing else.
API_GATEWAY = ("Forbidden", "Missing Authentication Token", "Unauthorized", "Internal server error")
