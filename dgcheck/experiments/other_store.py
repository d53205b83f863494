"""The store in use knew the issuer, or did not: do the lists of authorities that SDKs go by?"""

from __future__ import annotations

from dgcheck.model.asking import Asking, Experiment
from dgcheck.model.case import Case
from dgcheck.readings import contact
from dgcheck.wire import certificate


def issuer_unknown(case: Case) -> bool:
    """The store that was used did not know the issuer; or it did, and others may not.

    They are asked where somebody wants to know (the full profile, an SDK that was named), and where the issuer bears
    the name of no public authority, so that it was installed here.
    """
    seen = case.handshake
    if seen is None or seen.trust not in ("default", "ca_file"):
        return False
    if seen.verify_code == 0:
        private = seen.trust == "default" and bool(seen.chain) and not certificate.public_issuer(seen.chain[0])
        return private or case.settings.profile == "full" or bool(case.settings.sdk)
    unknown = seen.verify_code in (*contact.NO_ISSUER, contact.SELF_SIGNED, contact.ROOT_UNKNOWN)
    return seen.trust == "default" and unknown


async def ask_certifi(asking: Asking) -> None:
    """The same handshake, judged by certifi's list, and by this machine's where a file of the person's was used."""
    await asking.net.handshake(trust="certifi")
    if asking.case.handshake is not None and asking.case.handshake.trust == "ca_file":
        await asking.net.handshake(trust="default")


EXPERIMENT = Experiment(id="other_store", check="tls", when=issuer_unknown, ask=ask_certifi)
