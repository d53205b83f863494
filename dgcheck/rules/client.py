"""DG0013, DG1007, DG3018, DG3019: what only a client meets, or only its words tell; dgcheck learns it from pasted text.

A live run sees more than such a text: it names the resolver's answer, the phase that stalled, or finds nothing wrong.
"""

from __future__ import annotations

from dgcheck.model.catalogue import Cause, Heals, Remedy

FAMILY = (
    Cause(
        code="DG0013",
        cause="browser_mixed_content",
        title="A page served over https may not call http:// or ws://",
        explanation=(
            "Browsers do not let a page that came over https open a plain ws:// socket or fetch a plain http:// "
            "address; the request is stopped inside the browser, and nothing arrives at the deployment. Only "
            "localhost and 127.0.0.1 are spared. Phones are alike: iOS and macOS (App Transport Security) and Android "
            "9 and newer refuse plain text to other hosts unless the app declares them.\n\n"
            "Every other client reaches the deployment at the same address, which is why it looks healthy from a shell."
        ),
        told_apart=(
            "The browser's console says so in plain words (“Mixed Content”, “may not be initiated from a page loaded "
            "over HTTPS”, “The operation is insecure”). Without them, compare the scheme of the page with that of the "
            "URL it calls."
        ),
        remedies=(
            Remedy(
                "Put a proxy with a certificate that browsers trust in front of the deployment, and use https:// and "
                "wss:// in the page; then see that it passes upgrades",
                "dgcheck run https://HOST",
            ),
            Remedy(
                "Let the page talk to its own server, which forwards to the deployment; the key then stays out of "
                "the page as well"
            ),
            Remedy(
                "While developing, serve the page itself over http://, or from localhost to a deployment on localhost"
            ),
            Remedy(
                "In an app, name the host in Info.plist (NSAppTransportSecurity, NSExceptionDomains) or in Android's "
                "network security configuration (cleartextTrafficPermitted)"
            ),
        ),
        explains=("ws_closed_early", "ws_upgrade_rejected", "cors_blocked", "tcp_refused"),
        heals=Heals.NEVER,
        source="W3C Mixed Content, Level 2; the consoles of Chromium, Firefox and Safari",
    ),
    Cause(
        code="DG1007",
        cause="dns_temporary",
        title="The name could not be looked up now",
        explanation=(
            "The system's resolver gave up without an answer: no DNS server was reached, or the one that was could "
            "not ask further (EAI_AGAIN, “Temporary failure in name resolution”, “Try again”). Whether the name "
            "exists is not known.\n\n"
            "In containers this is the usual word for a short service name that the container's resolver passes on to "
            "a server outside, for a network without a DNS server, and for a cluster's DNS that is not up yet."
        ),
        told_apart=(
            "Only pasted text is called by this name. A live run asks each DNS server and says what it answered: "
            "dns_servfail, dns_timeout, or that the name does not exist."
        ),
        remedies=(
            Remedy("See what each DNS server answers, from the same machine or container", "dgcheck run {base}"),
            Remedy(
                "For the name of a Compose service: put both containers on one network, where Docker's own DNS "
                "(127.0.0.11) knows it",
                "docker network inspect NETWORK",
                place="compose",
            ),
            Remedy(
                "For the name of a Service in another namespace: write it in full",
                "dgcheck run http://deepgram-api-external.dg-self-hosted.svc.cluster.local:8080",
                place="kubernetes",
            ),
            Remedy("See which servers are asked, and whether port 53 of them can be reached", "cat /etc/resolv.conf"),
            Remedy("If it comes and goes, look at the DNS server's own load and at how many queries ndots multiplies"),
        ),
        explains=("dns_nxdomain",),
        heals=Heals.SOON,
        source="getaddrinfo(3): EAI_AGAIN",
    ),
    Cause(
        code="DG3018",
        cause="client_timeout",
        title="The client's own time limit ended it",
        explanation=(
            "The client waited as long as it was told to, and gave up. Its words do not say for what: it may not have "
            "been connected at all, have hung in the TLS handshake, or have sent everything and got no answer.\n\n"
            "Limits that SDKs set by themselves: .NET 4 to 7 give a WebSocket 5 s to connect and a request 30 s with "
            "all its retries; JavaScript 5 and LiveKit give 10 s to connect; Java gives a WebSocket 4 s and a call "
            "60 s; Go gives a handshake 15 s, three times over. A long recording takes longer than some of these."
        ),
        told_apart=(
            "Where the client says what it waited for, that is named instead: tcp_timeout, tls_handshake_stalled, or "
            "http_stalled. A live run measures every phase, and names the one that stalls."
        ),
        remedies=(
            Remedy("Ask the same address and see which phase stalls, if any does", "dgcheck run {base}"),
            Remedy(
                "If everything passes and only long recordings fail, raise the limit in the client: a request may "
                "take as long as the deployment needs for the whole recording"
            ),
            Remedy(
                "Look whether the deployment is busy: requests then wait for their turn",
                "curl -s {base}/v1/status",
            ),
            Remedy("If nothing is reached, look for a firewall or an https:// that the port does not speak"),
        ),
        source="measured: the limits of the SDKs, per version",
    ),
    Cause(
        code="DG3019",
        cause="cors_blocked",
        title="A browser may not read the answers",
        explanation=(
            "A page may only read answers of another origin that allow it: they need the header "
            "Access-Control-Allow-Origin, and a request with an Authorization header is first asked for with OPTIONS, "
            "which has to be answered 200 or 204 with Access-Control-Allow-Headers: authorization. A self-hosted API "
            "need not do that, and an answer of a proxy (a 502, a 413) never carries these headers, so that any error "
            "of a proxy looks like this to a page.\n\n"
            "It concerns REST from a page alone. WebSockets know no such check, and no other client has it. A page's "
            "own Content-Security-Policy can forbid the connection as well: then connect-src is to be mended."
        ),
        told_apart=(
            "The browser's console names CORS, the same-origin policy or the Content Security Policy. The same request "
            "made with curl succeeds; where it does not, its own fault is the cause and the console's words are its "
            "effect."
        ),
        remedies=(
            Remedy("See that the address works for every other client", "dgcheck run {base}"),
            Remedy(
                "Ask as the browser does, and look for Access-Control-Allow-Origin in the answer",
                "curl -i -X OPTIONS {base}/v1/listen -H 'Origin: https://PAGE' "
                "-H 'Access-Control-Request-Method: POST' -H 'Access-Control-Request-Headers: authorization'",
            ),
            Remedy("Let the page talk to its own server, which forwards to the deployment"),
            Remedy(
                "Answer for the deployment in the proxy before it: OPTIONS with 204, and these headers on every "
                "answer, errors too",
                "add_header Access-Control-Allow-Origin https://PAGE always;\n"
                'add_header Access-Control-Allow-Headers "authorization, content-type" always;',
                place="nginx",
            ),
            Remedy("If the console names the Content Security Policy, add the address to connect-src of the page"),
        ),
        source="WHATWG Fetch; the consoles of Chromium, Firefox and Safari",
    ),
)
