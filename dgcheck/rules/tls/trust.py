"""DG2012 to DG2014: a certificate that leads to nobody who is trusted here."""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Confidence, Match, Remedy, Severity
from dgcheck.model.evidence import Ending, Foretold, Handshake
from dgcheck.readings import contact, stores
from dgcheck.readings.as_sdk import foretold, name
from dgcheck.readings.telling import listed
from dgcheck.rules.tls.shown import Shown, faults, faulty, match, plainly_left_out, store, subject
from dgcheck.wire import certificate


def _self_signed(case: Case) -> Iterator[Match]:
    if it := faulty(case, "tls_self_signed"):
        why = "" if it.insecure else f", and {store(it)} does not hold it"
        yield match(it, f"{subject(it)} was signed by itself{why}.{_also(it, 'tls_self_signed')}")


def _also(it: Shown, word: str) -> str:
    """What is wrong with it besides, so that nobody trusts it in vain."""
    besides = {
        "tls_expired": "it has expired",
        "tls_not_yet_valid": "it is not valid yet",
        "tls_hostname_mismatch": f"it is not for {it.host}",
    }
    found = [besides[one] for one in faults(it) if one in besides and one != word]
    return f" To trust it would not be enough: {' and '.join(found)}." if found else ""


def _unknown(case: Case) -> Iterator[Match]:
    if it := faulty(case, "tls_unknown_ca"):
        others = contact.handshakes(case, "other_store")
        facts = {"ca_file": case.settings.ca_file} if it.handshake.trust == "ca_file" else {}
        if not it.chain:
            says, sure = _unread(it)
            yield match(it, f"{says}{_elsewhere(others)}", sure, extra=contact.ids(*others), facts=facts)
            return
        issuer = certificate.shown(certificate.path(it.chain)[-1].issuer)
        sure = Confidence.POSSIBLE if "tls_missing_intermediate" in faults(it) else Confidence.CERTAIN
        says = f"{subject(it)} was issued by “{issuer}”, {_not_held(it, issuer)}.{_elsewhere(others)}"
        facts |= {"issuer": issuer}
        yield match(it, says + _also(it, "tls_unknown_ca"), sure, extra=contact.ids(*others), facts=facts)


def _unread(it: Shown) -> tuple[str, Confidence]:
    """Of a chain that never came here, as when the server wants a client certificate before all: how it was judged.

    Without it nobody can tell an authority that is not known from an intermediate that was not sent.
    """
    says = f"{subject(it)} leads to nobody whom {store(it)} holds; what it sent could not be read here."
    if it.code == contact.ROOT_UNKNOWN:  # its root was sent along, so nothing is missing
        return says, Confidence.CERTAIN
    return (
        f"{says} Its CA is not known here, or it leaves its intermediate out (tls_missing_intermediate).",
        Confidence.LIKELY,
    )


def _not_held(it: Shown, issuer: str) -> str:
    """That the store does not hold the issuer; a CA of the same name with another key is another CA."""
    if issuer in map(certificate.shown, it.handshake.anchors):
        return (
            "and the CA of that name in the file given with --ca-file is another one: its key did not sign this chain"
        )
    return f"which {store(it)} does not hold"


def _elsewhere(others: tuple[Handshake, ...]) -> str:
    """What the other trust store says of the same chain."""
    other = next(iter(others), None)
    if other is None:
        return ""
    name = "certifi's list, which Python SDKs use," if other.trust == "certifi" else "this machine's own store"
    name = name[:1].upper() + name[1:]
    if other.ending is Ending.ANSWERED:
        return f" {name} does hold it, so some clients on this machine work and others do not."
    return f" {name} does not hold it either." if contact.not_verified(other) else ""


def _only_here(case: Case) -> Iterator[Match]:
    """Accepted by this machine's store or the file that was given, not by others: a private CA."""
    main = case.handshake
    other = next((one for one in contact.handshakes(case, "other_store") if contact.not_verified(one)), None)
    if (
        main is None
        or other is None
        or main.verify_code != 0
        or other.verify_code not in (*contact.NO_ISSUER, contact.SELF_SIGNED, contact.ROOT_UNKNOWN)
    ):
        return
    issuer = certificate.shown(main.chain[0].issuer) if main.chain else "its issuer"
    lacking = [one for one in foretold(case) if one.trust and stores.holds(case, one.trust) is False]
    if lacking:
        yield _sdk_lacks(case, main, issuer, lacking)
        return
    if main.trust == "ca_file" or stores.by_variable(case):
        return  # the person knows
    says = (
        f"This machine's trust store accepts the certificate (issued by “{issuer}”), certifi's list does not: "
        "clients that "
        "bring a list of their own (Python's httpx and requests, Node.js, Java) need the CA as a setting."
    )
    facts = {"issuer": issuer, "address": main.address, "server_name": case.target.host if case.target else ""}
    names = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
    remedies = _exports("Where httpx, requests or Node.js run, name the CA's file", *names)
    yield Match(says, contact.ids(main, other), ("tls",), facts=facts, severity=Severity.INFO, remedies=remedies)


def _sdk_lacks(case: Case, main: Handshake, issuer: str, lacking: list[Foretold]) -> Match:
    """The SDK that was named goes by a list that does not hold the issuer, so its program has to be told."""
    told = lacking[0]
    what = {"rest": "REST", "ws": "streaming"}
    ways = "" if len(lacking) > 1 else f" for {what[told.transport]}"
    variable = stores.by_variable(case)
    given = main.trust == "ca_file" or bool(variable)
    own = f"What {variable} names here" if variable else "This machine's trust store"
    accepted = "The file given with --ca-file" if main.trust == "ca_file" else own
    variables = dict.fromkeys(one.ca_variable for one in lacking if one.ca_variable)
    needs = (
        f"the program needs {listed(variables)} set to the CA's file where it runs"
        if variables
        else "and it has no setting that adds a CA"
    )
    sdk = name(told)[:1].upper() + name(told)[1:]
    says = (
        f"{accepted} vouches for the certificate (issued by “{issuer}”). {sdk} goes by "
        f"{stores.NAMES[told.trust]}{ways}, which does not: {needs}."
    )
    asked = contact.handshakes(case, "other_store")
    facts = {"issuer": issuer, "address": main.address, "server_name": case.target.host if case.target else ""}
    severity = Severity.INFO if given and variables else Severity.WARNING
    # Whether the program has its variable already cannot be seen from here.
    sure = Confidence.LIKELY if not given else Confidence.CERTAIN
    return Match(
        says,
        contact.ids(main, *asked, *lacking),
        ("tls",),
        sure,
        facts=facts,
        severity=severity,
        remedies=_exports("Set it where the program runs", *variables),
    )


def _exports(do: str, *variables: str) -> tuple[Remedy, ...]:
    """The variables as a person sets them, each on a line; () without one that a shell can set."""
    lines = [f"export {one}=/path/to/ca.pem" for one in variables if one.isupper()]
    return (Remedy(do, "\n".join(lines)),) if lines else ()


def _unknown_anywhere(case: Case) -> Iterator[Match]:
    yield from _unknown(case)
    yield from _only_here(case)


def _sends(it: Shown) -> str:
    if len(it.chain) == 1:
        return f"{it.host} sends its own certificate alone."
    if certificate.namesakes(it.chain):
        return (
            f"{it.host} sends its own certificate with one that bears its issuer's name and did not sign it, as when "
            f"the intermediate was renewed and one of the two stayed the old one. The true"
        )
    others = certificate.listed([f"“{certificate.shown(one.subject)}”" for one in it.chain[1:]], 3)
    return f"{it.host} sends its own certificate with {others}, which did not issue it."


def _missing(case: Case) -> Iterator[Match]:
    it = faulty(case, "tls_missing_intermediate")
    if it is None or it.leaf is None:
        return
    issuer = certificate.shown(it.leaf.issuer)
    where = f" The certificate says where its issuer can be had: {it.leaf.aia}." if it.leaf.aia else ""
    plain = plainly_left_out(it)
    doubt = "" if plain else f" If “{issuer}” is a root of your own, {_instead(it)}."
    says = (
        f"{_sends(it)} “{issuer}”, which issued it, is neither sent nor in {store(it)}, so "
        f"no chain to a root can be built.{where} Browsers may fetch it and hide the fault; SDKs do not.{doubt}"
    )
    sure = Confidence.CERTAIN if plain and (it.leaf.aia or certificate.public_issuer(it.leaf)) else Confidence.LIKELY
    facts = {"issuer": issuer} | ({"aia_url": it.leaf.aia} if it.leaf.aia else {})
    yield match(it, says + _also(it, "tls_missing_intermediate"), sure, facts=facts)


def _instead(it: Shown) -> str:
    if it.handshake.trust == "ca_file":
        return "the file given with --ca-file is of another CA (tls_unknown_ca)"
    return "it only has to be trusted (tls_unknown_ca)"


LOOK = Remedy(
    "See what the server sends",
    "openssl s_client -connect {host}:{port} -servername {server_name} -showcerts </dev/null",
)
_TRUST = (
    Remedy("Give dgcheck the CA's certificate and see that this is all", "dgcheck run {base} --ca-file ca.pem"),
    Remedy("Python SDKs (httpx): name the CA file in the environment", "export SSL_CERT_FILE=/path/to/ca.pem"),
    Remedy("Node.js: add the CA to the built-in list", "export NODE_EXTRA_CA_CERTS=/path/to/ca.pem"),
    Remedy(
        "Java: add the CA to the trust store",
        "keytool -importcert -cacerts -storepass changeit -noprompt -alias deepgram-ca -file ca.pem",
    ),
    Remedy(
        "Go, .NET and curl on Debian or Ubuntu: install the CA for the whole machine",
        "sudo cp ca.pem /usr/local/share/ca-certificates/deepgram-ca.crt && sudo update-ca-certificates",
    ),
)

TRUST = (
    Cause(
        code="DG2012",
        cause="tls_self_signed",
        title="The certificate signed itself",
        explanation=(
            "The server shows a certificate that no authority issued: it vouches for itself. Clients refuse it unless "
            "just this certificate was given to them as trusted.\n\n"
            "That is fine for a test, and a nuisance afterwards: every client and every language runtime needs "
            "the file, "
            "again at each renewal. A certificate of a private or public CA is needed once."
        ),
        told_apart=(
            "A chain of one whose issuer is its subject. A root of a private CA at the end of a longer chain is "
            "tls_unknown_ca; the dummy certificate of an ingress is ingress_default_certificate and must not be "
            "trusted."
        ),
        remedies=(
            Remedy("Replace it by a certificate that a CA issued for {server_name}"),
            Remedy(
                "Make it known: fetch it over a way you trust, and pass it",
                "dgcheck run {base} --ca-file server.pem",
            ),
            *_TRUST[1:],
            LOOK,
        ),
        when=_self_signed,
        source="OpenSSL: X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT (18)",
    ),
    Cause(
        code="DG2013",
        cause="tls_unknown_ca",
        title="Issued by a CA that is not trusted here",
        explanation=(
            "The chain is in order, and it ends in an authority that this client does not know: a private CA, or a "
            "device that opens TLS connections and signs them anew. The server is probably right; the client lacks the "
            "CA's certificate.\n\n"
            "Each runtime has a list of its own: Python's httpx uses certifi's, Node.js its built-in one, Java its "
            "trust store, Go, .NET and curl that of the machine. So one client may work where another fails."
        ),
        told_apart=(
            "The issuer is named, and the store that was used. If the certificate in between was not sent, it is "
            "tls_missing_intermediate; if the issuer is known for inspecting traffic, middlebox."
        ),
        remedies=(
            Remedy(
                "The file given with --ca-file ({ca_file}) holds another CA: find the one of “{issuer}”",
                "openssl x509 -in {ca_file} -noout -subject -issuer",
            ),
            *_TRUST,
            LOOK,
        ),
        when=_unknown_anywhere,
        source="OpenSSL: X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY (20), X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN (19)",
    ),
    Cause(
        code="DG2014",
        cause="tls_missing_intermediate",
        title="The server leaves its intermediate certificate out",
        explanation=(
            "A server has to send its own certificate and those between it and the root. This one sends its own alone, "
            "so a client cannot get from it to a root that it knows. Browsers often have the missing piece or "
            "fetch it; "
            "Python, Node.js, Go and curl do not, which is why “it works in the browser”.\n\n"
            "The usual reason is cert.pem configured where fullchain.pem belongs."
        ),
        told_apart=(
            "The issuer of the server's certificate was not sent, and the certificate names a URL for it (AIA) or the "
            "issuer is an intermediate by its name. If the issuer is itself the root of a private CA, it is "
            "tls_unknown_ca."
        ),
        remedies=(
            Remedy(
                "Configure the full chain: the server's certificate, then the intermediate, in one file",
                "cat server.pem intermediate.pem > fullchain.pem",
            ),
            Remedy(
                "In nginx name that file, then reload",
                "ssl_certificate /etc/nginx/tls/fullchain.pem;  # then: nginx -s reload",
                place="nginx",
            ),
            Remedy(
                "HAProxy wants certificate, intermediates and key in one file",
                "cat server.pem intermediate.pem server.key > /etc/haproxy/tls/site.pem",
                place="haproxy",
            ),
            Remedy(
                "In the ingress's secret, tls.crt has to hold the whole chain",
                "kubectl -n NAMESPACE create secret tls SECRET --cert=fullchain.pem --key=server.key "
                "--dry-run=client -o yaml "
                "| kubectl apply -f -",
                place="ingress-nginx",
            ),
            Remedy(
                "On a load balancer of AWS, import the certificate again with its chain",
                "aws acm import-certificate --certificate-arn ARN --certificate fileb://server.pem --private-key "
                "fileb://server.key "
                "--certificate-chain fileb://intermediate.pem",
                place="alb",
            ),
            Remedy("Fetch the intermediate", "curl -sO {aia_url}"),
            LOOK,
        ),
        explains=("tls_unknown_ca",),
        when=_missing,
        source="OpenSSL: X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY (20), X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE "
        "(21)",
    ),
)
