"""How to reach the deployment."""

from __future__ import annotations

from dgcheck.settings.options.option import REACH, Option

REACHING: tuple[Option, ...] = (
    Option(
        "ca_file",
        ("--ca-file",),
        "text",
        REACH,
        "trust the CA certificates of this PEM file, for a private CA",
        metavar="FILE",
        common=True,
    ),
    Option("cert", ("--cert",), "text", REACH, "client certificate, PEM", metavar="FILE"),
    Option("key", ("--key",), "text", REACH, "private key of the client certificate (no API key), PEM", metavar="FILE"),
    Option("insecure", ("--insecure",), "switch", REACH, "do not verify the server's certificate; the report says so"),
    Option(
        "resolve",
        ("--resolve",),
        "hosts",
        REACH,
        "dial IP for HOST instead of asking DNS; may be repeated",
        metavar="HOST=IP",
        common=True,
    ),
    Option(
        "proxy",
        ("--proxy",),
        "text",
        REACH,
        "go through this forward proxy; without it HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY count",
        metavar="URL",
        field="proxy_url",
        common=True,
    ),
    Option("no_proxy", ("--no-proxy",), "switch", REACH, "use no proxy, whatever the variables say"),
    Option(
        "headers",
        ("--header",),
        "headers",
        REACH,
        "header to send with every request; its value is treated as a secret; may be repeated",
        metavar="NAME:VALUE",
    ),
    Option(
        "api_key_file",
        ("--api-key-file",),
        "text",
        REACH,
        "file with the API key of a gateway in front, - for standard input (or set DGCHECK_API_KEY); never needed "
        "by the deployment itself",
        metavar="FILE",
        common=True,
    ),
    Option(
        "via",
        ("--via",),
        "addresses",
        REACH,
        "another address of the same deployment, as in pod=http://10.0.0.7:8080; name them in their order, the nearest "
        "to the deployment first, and dgcheck says between which two it breaks; may be repeated",
        metavar="NAME=URL",
    ),
    Option("family", ("-4", "-6"), "choice", REACH, "", choices=("ipv4", "ipv6"), env="DGCHECK_FAMILY"),
)
