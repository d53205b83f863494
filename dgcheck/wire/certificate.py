"""Facts of a certificate chain: names, dates, order, and issuers that are known for what they are.

OpenSSL reports one fault at a time; a chain may have several, and these functions see them all.
Nothing here verifies a signature, but that of a leaf by its issuer where a chain leads nowhere.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from functools import lru_cache
from time import gmtime, strftime

from dgcheck.model.evidence import Certificate
from dgcheck.model.pattern import pattern

DAY = 86400.0
# Certificates that a proxy shows while it has none for the host: words of the subject or issuer -> who shows them.
_PLACEHOLDERS = (
    ("kubernetes ingress controller fake certificate", "ingress-nginx"),
    ("traefik default cert", "traefik"),
    ("cert-manager.local", "cert-manager"),
)
# Issuers that only devices in the middle have. The word has to stand in the issuer of the chain.
_INSPECTORS = (
    (r"zscaler", "Zscaler"),
    (r"fortinet|fortigate|^FGT[0-9A-Z]{8,}", "Fortinet FortiGate"),
    (r"palo alto networks|globalprotect", "Palo Alto Networks"),
    (r"blue ?coat|symantec web security|proxysg", "Symantec Blue Coat"),
    (r"netskope|goskope", "Netskope"),
    (r"cisco umbrella|opendns", "Cisco Umbrella"),
    (r"cisco (?:ironport|web security)|ironport", "Cisco Web Security"),
    (r"forcepoint|websense", "Forcepoint"),
    (r"check ?point (?:software|https|gateway)", "Check Point"),
    (r"mcafee web gateway|skyhigh secure web", "Skyhigh (McAfee) Web Gateway"),
    (r"sophos", "Sophos"),
    (r"watchguard|fireware", "WatchGuard"),
    (r"barracuda", "Barracuda"),
    (r"sonicwall", "SonicWall"),
    (r"trend ?micro", "Trend Micro"),
    (r"kaspersky", "Kaspersky"),
    (r"\beset\b", "ESET"),
    (r"avast|avg (?:web|mail)", "Avast"),
    (r"bitdefender", "Bitdefender"),
    (r"cloudflare for teams|gateway ca - cloudflare", "Cloudflare Gateway"),
    (r"iboss", "iboss"),
    (r"untangle", "Untangle"),
    (r"mitmproxy", "mitmproxy"),
    (r"charles proxy", "Charles Proxy"),
    (r"portswigger|burp", "Burp"),
    (r"do_not_trust_fiddler|fiddler", "Fiddler"),
    (r"\b(?:tls|ssl|https|deep packet) (?:inspection|interception|decryption|forward proxy)", "an unnamed maker"),
)
# Certificate authorities that every public trust store holds, by words of their names.
_PUBLIC = pattern(
    r"(?i)let's encrypt|internet security research group|digicert|sectigo|comodo|google trust "
    r"services|amazon|globalsign|"
    r"godaddy|starfield|zerossl|entrust|microsoft azure (?:rsa )?tls|geotrust|thawte|rapidssl|buypass|gandi|ssl\.com|"
    r"actalis|certum|harica|quovadis|identrust|d-trust|telesec|swisssign"
)
_MESHES = (("linkerd", "Linkerd"), ("cluster.local", "Istio"), ("istio", "Istio"), ("consul", "Consul Connect"))
_LOWER_CA = pattern(r"(?i)intermediate|issuing|\bsub(?:ordinate)?[ -]?ca\b|\bint[ -]?ca\b|\bTLS\b|zwischen|\bica\b")


def field(name: str, wanted: str) -> str:
    """One field (`CN`, `O`...) of a distinguished name, written `CN=a,O=b` or `/CN=a/O=b`; '' when absent."""
    spaced = name.replace("/", ",") if name.startswith("/") else name
    found = re.search(rf"(?:^|[,+;])\s*{wanted}\s*=\s*((?:\\.|[^,+;\\])*)", spaced)
    return re.sub(r"\\(.)", r"\1", found.group(1)).strip() if found else ""


def shown(name: str) -> str:
    """A distinguished name as a person says it: its common name, else organisation, else all of it."""
    return field(name, "CN") or field(name, "O") or field(name, "OU") or name.strip() or "(no name)"


def alternatives(certificate: Certificate) -> tuple[str, ...]:
    """The names a certificate is for: its alternative names, or its common name where it has none."""
    common = field(certificate.subject, "CN")
    return certificate.names or ((common,) if common else ())


def matches(certificate: Certificate, host: str) -> bool:
    """Whether a certificate is for `host`: by address, by name, or by a wildcard for one label.

    As OpenSSL does, the common name counts only where there are no alternative names.
    """
    address = _address(host)
    if address is not None:
        return any(_address(name) == address for name in certificate.names)
    return any(_same_name(name, host) for name in alternatives(certificate))


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return None


def _same_name(pattern: str, host: str) -> bool:
    pattern, host = pattern.rstrip(".").lower(), host.rstrip(".").lower()
    if not pattern.startswith("*."):
        return pattern == host
    label, _, rest = host.partition(".")
    return bool(label) and rest == pattern[2:] and "." in rest


def nearest(names: Sequence[str], host: str) -> str:
    """The name most like `host`, '' when none is like it."""
    from difflib import get_close_matches  # only where a name does not fit

    found = get_close_matches(host.lower(), [name.lower() for name in names], n=1, cutoff=0.6)
    return next((name for name in names if found and name.lower() == found[0]), "")


def listed(names: Sequence[str], most: int = 6) -> str:
    """Names for a sentence; after `most` of them only how many more."""
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")


def path(chain: Sequence[Certificate]) -> tuple[Certificate, ...]:
    """The leaf and, of what was sent, the issuers above it, in order; servers may send them unordered."""
    if not chain:
        return ()
    found = [chain[0]]
    while not found[-1].self_issued:
        above = next((one for one in chain if one.subject == found[-1].issuer and one not in found), None)
        if above is None:
            break
        found.append(above)
    return tuple(found)


def issuer_is_absent(chain: Sequence[Certificate]) -> bool:
    """Whether the server sent its own certificate without the one that issued it, or with a namesake of that one."""
    return bool(chain) and not chain[0].self_issued and (len(path(chain)) == 1 or bool(namesakes(chain)))


def namesakes(chain: Sequence[Certificate]) -> tuple[Certificate, ...]:
    """What was sent under the name of the issuer of the server's certificate, where none of it signed that; else ()."""
    named = [one for one in chain[1:] if one.subject == chain[0].issuer] if chain else []
    return tuple(named) if named and all(_signed(chain[0], one) is False for one in named) else ()


def _signed(leaf: Certificate, issuer: Certificate) -> bool | None:
    """Whether the key of `issuer` made the signature of `leaf`; None where that cannot be told."""
    if not leaf.pem or not issuer.pem:
        return None
    from cryptography import x509  # only where a chain leads nowhere
    from cryptography.exceptions import InvalidSignature

    try:
        x509.load_pem_x509_certificate(leaf.pem.encode()).verify_directly_issued_by(
            x509.load_pem_x509_certificate(issuer.pem.encode())
        )
    except InvalidSignature:
        return False
    except (ValueError, TypeError):
        return None
    return True


def public_issuer(certificate: Certificate) -> bool:
    """Whether the issuer bears the name of an authority that public trust stores hold."""
    return bool(_PUBLIC.search(certificate.issuer))


def lower_issuer(certificate: Certificate) -> bool:
    """Whether the issuer's name says that it is no root: Intermediate, Issuing, Sub CA."""
    return bool(_LOWER_CA.search(shown(certificate.issuer))) and "root" not in shown(certificate.issuer).lower()


def placeholder(chain: Sequence[Certificate]) -> str:
    """Which ingress shows its dummy certificate (ingress-nginx, traefik, cert-manager); '' when none does."""
    texts = f"{chain[0].subject}\n{chain[0].issuer}\n{' '.join(chain[0].names)}".lower() if chain else ""
    return next((who for words, who in _PLACEHOLDERS if words in texts), "")


def inspector(chain: Sequence[Certificate]) -> str:
    """The maker of the device whose CA issued the chain; '' when no issuer is known for that."""
    return _maker((*(shown(one.issuer) for one in chain), *(field(one.issuer, "O") for one in chain)))


@lru_cache(256)
def _maker(issuers: tuple[str, ...]) -> str:
    return next(
        (who for words, who in _INSPECTORS if any(re.search(words, issuer, re.IGNORECASE) for issuer in issuers)), ""
    )


def mesh(chain: Sequence[Certificate]) -> str:
    """The service mesh whose workload certificate this is; '' when it is none.

    Istio issues with `O=cluster.local` and names the workload by a `spiffe://` URI only; Linkerd's names end
    in `identity.linkerd.cluster.local`.
    """
    if not chain:
        return ""
    leaf = chain[0]
    if any(name.startswith("spiffe://") for name in leaf.names):
        return next(
            (who for word, who in _MESHES if word in " ".join((leaf.issuer, *leaf.names)).lower()), "a service mesh"
        )
    words = f"{leaf.subject} {leaf.issuer} {' '.join(leaf.names)}".lower()
    if "identity.linkerd." in words:
        return "Linkerd"
    return "Istio" if field(leaf.issuer, "O") == "cluster.local" and not field(leaf.issuer, "CN") else ""


def day(moment: float) -> str:
    """A date for a sentence: `2026-03-01 14:05 UTC`; far-off times do not raise."""
    try:
        return strftime("%Y-%m-%d %H:%M UTC", gmtime(moment))
    except (ValueError, OverflowError, OSError):
        return "a date out of range"


def span(seconds: float) -> str:
    """A stretch of time in its largest fitting unit: `3 days`, `5 hours`, `40 minutes`."""
    seconds = abs(seconds)
    for unit, size in (("day", DAY), ("hour", 3600.0), ("minute", 60.0)):
        if seconds >= 2 * size or (seconds >= size and unit == "minute"):
            count = round(seconds / size)
            return f"{count} {unit}" + ("" if count == 1 else "s")
    return "less than a minute"
