"""Finds secrets in the settings of proxies (nginx, HAProxy, Caddy, Apache), where a space stands between a name and its
value: headers that are set or compared, and the passwords of HAProxy's users."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dgcheck.model.pattern import pattern
from dgcheck.ticket.values import is_none, looks_secret
from dgcheck.wire.secret_names import may_be_secret, says_secret

_VALUE = r"(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s;\"')}]+))"
_SHAPES = (
    # nginx, HAProxy, Caddy, Apache: a header or a variable is set
    pattern(
        r"(?i)(?:proxy_set_header|grpc_set_header|add_header|more_set_(?:input_)?headers|fastcgi_param|uwsgi_param|"
        r"(?:set|add)-header|header_up|header_down|(?:Request)?Header[ \t]+(?:always[ \t]+)?(?:set|add))"
        rf"[ \t]+(?P<name>[\w\-]+)[ \t]+{_VALUE}"
    ),
    # nginx: if ($http_x_api_key != "...")
    pattern(rf"\$(?:http|arg|cookie)_(?P<name>\w+)[ \t]*(?:!?=|!?~\*?)[ \t]*{_VALUE}"),
    # HAProxy: req.hdr(x-api-key) -m str ...
    pattern(rf"(?i)(?:hdr|cook|url_param|urlp)\((?P<name>[\w\-]+)\)(?:[ \t]+-[im](?:[ \t]+str)?)*[ \t]+{_VALUE}"),
    # HAProxy: user admin insecure-password ...
    pattern(rf"(?i)(?:\A|[ \t])(?P<name>insecure-password|password)[ \t]+{_VALUE}"),
)
_VARIABLE = pattern(r"\$\{|\$[A-Za-z_]|%\[|%\{")


def places(line: str) -> Iterator[tuple[int, int]]:
    """From where to where the secrets of a line stand, without their quotes, in no order."""
    for shape in _SHAPES:
        for found in shape.finditer(line):
            value = _value_of(found)
            if value and _is_secret(found.group("name"), found.group(value)):
                yield found.span(value)


def _value_of(found: re.Match[str]) -> str:
    return next((name for name in ("double", "single", "bare") if found.group(name)), "")


def _is_secret(name: str, value: str) -> bool:
    # A variable or a fetch is no secret, a hash (`$5$...`) is; what follows `Authorization` is found by its scheme.
    if _VARIABLE.match(value) or name.lower().endswith("authorization"):
        return False
    return (says_secret(name) and not is_none(value)) or (may_be_secret(name) and looks_secret(value))
