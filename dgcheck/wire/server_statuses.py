"""Statuses of servers and proxies that fail for a reason which has a cause of its own in the catalogue."""

from __future__ import annotations

# RFC 9110, WebDAV and their like; Cloudflare's 520 to 526 and 530. Others, as 509, 529, 561 or 599, mean what their
# sender made of them.
KNOWN = frozenset({*range(500, 509), 510, 511, *range(520, 527), 530})
