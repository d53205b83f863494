"""DG2012 to DG2025 and DG2027: TLS, from the first greeting to the certificate's dates."""

from dgcheck.rules.tls.dates import DATES
from dgcheck.rules.tls.handshake import HANDSHAKE
from dgcheck.rules.tls.names import NAMES
from dgcheck.rules.tls.terms import TERMS
from dgcheck.rules.tls.trust import TRUST

FAMILY = (*TRUST, *DATES, *NAMES, *TERMS, *HANDSHAKE)
