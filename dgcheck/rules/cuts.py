"""DG4005, DG4006 and DG4011: an open stream was cut: early, for its silence, or for its age."""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Confidence, Match, Remedy
from dgcheck.model.evidence import Ending, Stream
from dgcheck.readings.fate import SILENT_SOCKET, cut_in_silence, fate, lived, results, silence, too_large_by_trial
from dgcheck.readings.groups import group
from dgcheck.readings.telling import seconds
from dgcheck.rules.shared import held
from dgcheck.rules.shared.also import also
from dgcheck.rules.shared.devices import known, told
from dgcheck.rules.shared.streamed import fated, how, streamed
from dgcheck.wire.close import read_close


def _idle(case: Case) -> tuple[list[Stream], Stream | None, Confidence] | None:
    """The streams that were cut for their silence, the silent socket that proves it, and how sure that is."""
    cut = [stream for stream in case.streams if cut_in_silence(stream)]
    if not cut or group(case, (504, 524)) is not None:
        return None
    quiet = silence(cut[0])
    proof = case.first(Stream, "ws.stream", SILENT_SOCKET)
    if proof is not None and proof.ending is not Ending.CUT_SHORT:
        gone = (
            proof.closed_by in ("fin", "reset", "server")
            and not read_close(proof.close_code, proof.close_reason).deepgram
        )
        same = abs(silence(proof) - quiet) <= max(0.25, 0.05 * quiet)
        return (cut, proof, Confidence.CERTAIN) if gone and same else None
    if abs(quiet - round(quiet)) > 0.12 or quiet < 1.9:
        return None
    agree = len(cut) > 1 and all(abs(silence(one) - quiet) <= 0.2 for one in cut)
    return cut, None, Confidence.LIKELY if agree or known(quiet) else Confidence.POSSIBLE


def _deepgram(stream: Stream) -> bool:
    """Whether the close is in Deepgram's own words."""
    return read_close(stream.close_code, stream.close_reason).deepgram


def _idle_cut(case: Case) -> Iterator[Match]:
    found = _idle(case)
    if found is None:
        yield from held.silence_cut(case, _often)
        return
    cut, proof, sure = found
    quiet = seconds(silence(cut[0]))
    also = " A socket on which nothing at all was sent was cut after the same time." if proof else ""
    who = told(known(silence(cut[0])))
    says = (
        f"While a result was awaited, the stream {how(cut[0])} after {quiet} in which neither side said anything."
        f"{also} Something between here and the deployment ends connections that are silent for {quiet}.{who}"
    )
    yield streamed(cut, says, sure, *([proof] if proof else []), silence=quiet, often=_often(silence(cut[0])))


def _often(quiet: float) -> str:
    """How often a client has to speak so that it is never silent for so long."""
    return "3 to 5 s" if quiet > 6 else seconds(max(0.5, quiet / 2))


def _closed_early(case: Case) -> Iterator[Match]:
    yield from held.ended(case)
    idle = _idle(case)
    found = [one for one in fated(case, "dropped", "broken") if not (idle and one in idle[0])]
    if not found or too_large_by_trial(case) is not None:
        return
    stream = found[0]
    interims = len(results(stream))
    some = f"after {interims} interim result{'s' if interims > 1 else ''} and before a final one"
    heard = some if interims else "before any result"
    if fate(stream) == "broken":
        what = stream.problem or "more came than dgcheck is willing to read"
        says = f"After {seconds(lived(stream))} what came on the open stream could not be used: {what}."
        yield streamed(found, says, detail="broken frames", check="ws.stream")
        return
    says = f"The stream opened and {how(stream)} after {seconds(lived(stream))}, {heard}."
    others = [one for one in case.streams if one not in found and not fate(one)]
    also = " Another stream beside it went well." if others else ""
    whose = (
        ""
        if stream.close_code is not None
        else " No close frame means that a proxy, or a crash, ended it; the API says goodbye."
    )
    yield streamed(
        found,
        f"{says}{'' if _deepgram(stream) else whose}{also}",
        close=str(stream.close_code or "none"),
        check="ws.stream",
    )


_IDLE_REMEDIES = (
    Remedy(
        "Give silent connections more time than {silence}, and a stream of speech an hour",
        "proxy_read_timeout 3600s;\nproxy_send_timeout 3600s;",
        place="nginx",
    ),
    Remedy(
        "Give silent connections more time than {silence}",
        'kubectl annotate ingress INGRESS nginx.ingress.kubernetes.io/proxy-read-timeout="3600" '
        'nginx.ingress.kubernetes.io/proxy-send-timeout="3600" --overwrite',
        place="ingress-nginx",
    ),
    Remedy(
        "Give tunnels (that is what an open WebSocket is) more time than {silence}",
        "timeout tunnel 1h",
        place="haproxy",
    ),
    Remedy(
        "Give silent streams more time than {silence}, in the http_connection_manager and in the route",
        "stream_idle_timeout: 3600s\nidle_timeout: 3600s",
        place="envoy",
    ),
    Remedy(
        "Give silent streams more time than {silence}, in a ClientTrafficPolicy",
        "timeout:\n  http:\n    streamIdleTimeout: 3600s",
        place="envoy-gateway",
    ),
    Remedy(
        "Give the route of the HTTPProxy more time than {silence}", "timeoutPolicy:\n  idle: 3600s", place="contour"
    ),
    Remedy(
        "Look at the entry point's respondingTimeouts: readTimeout is 60 s unless set, 0 is no limit",
        "--entryPoints.web.transport.respondingTimeouts.readTimeout=0s",
        place="traefik",
    ),
    Remedy("Look for stream_timeout in reverse_proxy: it ends WebSockets", "stream_timeout 24h", place="caddy"),
    Remedy(
        "Raise the idle timeout of the load balancer, 60 s unless set",
        "aws elbv2 modify-load-balancer-attributes --load-balancer-arn LOAD_BALANCER_ARN "
        "--attributes Key=idle_timeout.timeout_seconds,Value=3600",
        place="alb",
    ),
    Remedy(
        "Raise the idle timeout of the TCP listener, 350 s unless set",
        "aws elbv2 modify-listener-attributes --listener-arn LISTENER_ARN --attributes "
        "Key=tcp.idle_timeout.seconds,Value=6000",
        place="nlb",
    ),
    Remedy(
        "Raise the timeout of the backend service, 30 s unless set: it ends WebSockets",
        "gcloud compute backend-services update BACKEND_SERVICE --global --timeout=86400",
        place="gce",
    ),
    Remedy(
        "Raise the idle timeout of the load balancer's rule, 4 minutes unless set",
        "az network lb rule update -g GROUP --lb-name BALANCER -n RULE --idle-timeout 30",
        place="azure",
    ),
    Remedy("Cloudflare ends connections that are silent for 100 s: let the client send KeepAlive", place="cloudflare"),
)

FAMILY = (
    Cause(
        code="DG4005",
        cause="ws_closed_early",
        title="The stream was cut before its end",
        explanation=(
            "The WebSocket opened, and ended before the words came back, or later before its time, neither for its "
            "silence nor for its age. With a close frame somebody said goodbye: "
            "its code and reason tell who and why. Without one the connection was simply dropped: a proxy that was "
            "reloaded, a pod that was killed, a device that lets the handshake through and nothing else, or a "
            "crash.\n\n"
            "SDKs report a connection without a close frame as 1006, a number that is never on the wire."
        ),
        told_apart=(
            "Reasons with NET-, DATA- or dpgr.am are Deepgram's own and have causes of their own; a cut after a "
            "fixed time of silence is ws_idle_cut; 1009 is ws_frame_too_large."
        ),
        remedies=(
            Remedy("See whether it happens every time", "dgcheck run {base} --only {check}"),
            Remedy(
                "Look for a restart or an error at that moment",
                "docker compose ps\ndocker compose logs --since 5m api engine",
                place="compose",
            ),
            Remedy(
                "Look for a restart or an error at that moment",
                "kubectl -n dg-self-hosted get pods -l app.kubernetes.io/name=deepgram-self-hosted\n"
                "kubectl -n dg-self-hosted logs deployment/deepgram-api --since=5m",
                place="helm",
            ),
            Remedy(
                "Ask the deployment past the proxy: if that works, it is the proxy", "dgcheck run http://API_HOST:8080"
            ),
            Remedy(
                "Read the error log: `upstream prematurely closed` blames the deployment, `client … closed` this side",
                "tail -n 20 /var/log/nginx/error.log",
                place="nginx",
            ),
            Remedy(
                "Look at the termination state in HAProxy's log: CD is the client, SD the server, sD a timeout",
                "journalctl -u haproxy --since -10min",
                place="haproxy",
            ),
            Remedy("Exempt the deployment from devices that inspect WebSockets"),
        ),
        explains=("ws_no_results",),
        when=also(_closed_early, "closed_early"),
        source="RFC 6455 section 7; self-hosted failure catalogue: proxies and roll-outs",
    ),
    Cause(
        code="DG4006",
        cause="ws_idle_cut",
        title="Silent streams are cut after a fixed time",
        explanation=(
            "A stream in which nobody speaks for a while is ended, not by the deployment, which would say so with "
            "1011 and a reason, but by something in between that takes it for dead. Pauses in the audio and long "
            "waits for a result are silence to a proxy.\n\n"
            "Times that are known: 30 s Google Cloud's load balancers, 60 s nginx and AWS's application load "
            "balancer, 100 s Cloudflare, 240 s Azure, 300 s Envoy, 350 s AWS's network load balancer. Clients that "
            "send "
            '{"type":"KeepAlive"} as text every 3 to 5 s are not affected by any of them.\n\n'
            "Proxies end the connection, and both sides see it. A NAT or a firewall only forgets it: its packets "
            "vanish from then on, the client waits for an answer that never comes, and its program learns of it after "
            "minutes or when it writes again. A device that counts only what the deployment says is not impressed by "
            "KeepAlives, which are not answered."
        ),
        told_apart=(
            "By the time, which is the same again and again, and by a second socket on which nothing was sent: it "
            "is cut after the same time. `--hold 75s` holds three streams side by side, one silent, one with "
            "KeepAlives, one with audio: only the silent one is cut. Where all are cut at one age it is "
            "ws_age_limit. Deepgram's own limit, 10 to 12 s, ends with 1011 and NET-0001."
        ),
        remedies=(
            Remedy("Let the client send a KeepAlive as a text message, at least every {often}", '{"type":"KeepAlive"}'),
            *_IDLE_REMEDIES,
        ),
        explains=("ws_closed_early", "ws_no_results"),
        when=_idle_cut,
        source="the vendors' documentation of their limits; nginx and HAProxy, measured",
    ),
    Cause(
        code="DG4011",
        cause="ws_age_limit",
        title="Streams are cut at a fixed age, whatever they carry",
        explanation=(
            "A stream is ended when it has been open for a certain time, also while audio flows: something in between "
            "bounds the age of a connection. Load balancers do it by a time-out of the back-end service or a maximum "
            "duration of a stream, proxies when they are reloaded and old workers are ended, and meshes by a maximum "
            "age of connections.\n\n"
            "KeepAlive does not help, since silence is not the reason."
        ),
        told_apart=(
            "By streams side by side, one silent, one with KeepAlives, one with audio all along (`--hold 75s`), opened "
            "one after the other: all are cut at the same age. Where only the silent one is cut, it is ws_idle_cut; "
            "where all end at the same moment and so at different ages, something was restarted."
        ),
        remedies=(
            Remedy("Raise the limit of the back-end service; it bounds a WebSocket's whole life", place="gce"),
            Remedy(
                "Raise the maximum duration of a stream (max_stream_duration, max_connection_duration), or take it "
                "away from the route that carries streams",
                place="envoy",
            ),
            Remedy("Give old workers as long as the longest stream", "worker_shutdown_timeout 4h;", place="nginx"),
            Remedy("Let old processes end by themselves after a reload", "hard-stop-after 4h", place="haproxy"),
            Remedy("Let the client open a new stream before that age, and move over to it between two utterances"),
        ),
        explains=("ws_closed_early", "ws_no_results"),
        when=held.age_cut,
        source="the vendors' documentation of their limits; Envoy, measured",
    ),
)
