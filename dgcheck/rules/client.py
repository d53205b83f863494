"""DG1007, DG3018: what only a client meets, or only its words tell; dgcheck learns it from pasted text.

A live run sees more than such a text: it names the resolver's answer, the phase that stalled, or finds nothing wrong.
"""

from __future__ import annotations

from dgcheck.model.catalogue import Cause, Heals, Remedy

FAMILY = (
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
)
