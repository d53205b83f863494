"""Pages of devices that answer in a server's place: web filters, firewalls, captive portals."""

from __future__ import annotations

import re

from dgcheck.model.evidence import Response
from dgcheck.model.pattern import pattern

DEVICES = (
    ("Zscaler", r"zscaler"),
    ("Fortinet FortiGate", r"fortiguard|fortigate|fortinet"),
    ("Palo Alto Networks", r"palo ?alto networks|pan_form|<title>Web Page Blocked"),
    ("Symantec Blue Coat", r"blue ?coat|proxysg|notified:? network error \(dns"),
    ("Netskope", r"netskope|goskope"),
    ("Cisco Umbrella", r"umbrella\.com|opendns|cisco umbrella"),
    ("Cisco Web Security", r"ironport|cisco web security"),
    ("Forcepoint", r"forcepoint|websense"),
    ("Check Point", r"check point (?:usercheck|software)|usercheck"),
    ("Skyhigh (McAfee) Web Gateway", r"mcafee web gateway|skyhigh"),
    ("Sophos", r"sophos (?:utm|firewall|web)|<title>[^<]{0,60}sophos"),
    ("Barracuda", r"barracuda"),
    ("SonicWall", r"sonicwall"),
    ("WatchGuard", r"watchguard"),
    ("iboss", r"\biboss\b"),
    ("Cloudflare Gateway", r"cloudflare gateway"),
)
_PORTAL = pattern(
    r"captive ?portal|wi-?fi (?:login|access)|guest wi-?fi|guest network|hotspot login|network authentication "
    r"required|web authentication redirect|"
    r"<wispaccessgatewayparam|(?:web|internet) (?:site|page)? ?(?:has been|is|was) blocked|blocked by (?:your|the) "
    r"(?:administrator|organi[sz]ation|network|web filter)",
    re.IGNORECASE,
)
_PORTAL_HOST = pattern(r"(?i)^https?://[^/]*(?:captive|hotspot|wi-?fi|guest)")
NETWORK_AUTHENTICATION_REQUIRED = 511


def device(response: Response) -> str:
    """The device that wrote this page in place of the server, `a captive portal or web filter` where its maker does not
    show, '' when nothing tells. Only pages and the headers `Server`, `Via` and `Location` are read.
    """
    heads = " ".join(response.header(name) for name in ("server", "via", "location", "x-blocked-by", "proxy-agent"))
    page = response.body[:4096] if _is_page(response) else ""
    for name, words in DEVICES if page or heads.strip() else ():
        if re.search(words, heads, re.IGNORECASE) or (page and re.search(words, page, re.IGNORECASE)):
            return name
    portal = (
        response.status == NETWORK_AUTHENTICATION_REQUIRED
        or bool(page and _PORTAL.search(page))
        or bool(_PORTAL_HOST.search(response.header("location")))
    )
    return "a captive portal or web filter" if portal else ""


def _is_page(response: Response) -> bool:
    head = response.body[:200].lstrip().lower()
    return "html" in response.header("content-type").lower() or head.startswith(("<!doctype", "<html", "<head"))
