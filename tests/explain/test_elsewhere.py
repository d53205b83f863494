"""What was said of another service than the deployment carries no claim, and what was said of it keeps its own."""

from __future__ import annotations

import io

import pytest

from dgcheck.explain.read import Reader
from dgcheck.explain.weigh import weigh
from tests.explain.reading import HEALTHY, answered, kept, named

ELSEWHERE = [
    ("redis.exceptions.ConnectionError: Error 111 connecting to cache:6379. Connection refused.", "tcp_refused"),
    ("dial tcp 10.1.2.3:5432: connect: connection refused", "tcp_refused"),
    ("Error: connect ETIMEDOUT 10.1.2.3:3306", "tcp_timeout"),
    ("ssh: connect to host 10.1.2.3 port 22: Connection refused", "tcp_refused"),
    (
        "fatal: unable to access 'https://git.example.com/a.git/': Could not resolve host: git.example.com",
        "dns_nxdomain",
    ),
    ('access forbidden by rule, client: 10.1.2.3, server: _, request: "GET /.env.php HTTP/1.1"', "http_forbidden"),
    ("mount failed: exit status 32 mount.nfs: Connection refused", "tcp_refused"),
    ("[Errno 111] Connection refused (http://localhost:11434/api/generate)", "tcp_refused"),
    ("Unable to connect to the server: dial tcp 10.1.2.3:443: i/o timeout", "tcp_timeout"),
    ("npm ERR! code ECONNREFUSED\nnpm ERR! request to https://registry.npmjs.org/a failed", "tcp_refused"),
    ("elevenlabs.core.api_error.ApiError: status_code: 401, body: {}", "http_unauthorized"),
    ("OSError: [Errno 111] Connect call failed ('10.1.2.3', 6379)", "tcp_refused"),
    ("OSError: [Errno 111] Connect call failed ('::1', 5432, 0, 0)", "tcp_refused"),
    (
        'ConnectionRefusedError: [Errno 111] Connection refused\n  File "smtplib.py", line 312, in connect',
        "tcp_refused",
    ),
    (
        "Npgsql.NpgsqlException: Failed\n ---> System.Net.Sockets.SocketException (111): Connection refused",
        "tcp_refused",
    ),
    (
        "AxiosError: Request failed with status code 404\n  config: { url: 'https://slack.com/api/a', method: 'post' }",
        "http_not_found",
    ),
]
OWN = [
    ("dial tcp 10.1.2.3:8080: connect: connection refused", "tcp_refused"),
    ("redis.py says: dial tcp 10.1.2.3:8080: connect: connection refused, for /v1/listen", "tcp_refused"),
    ('Post "http://10.1.2.3:5432/v1/listen": dial tcp 10.1.2.3:5432: connect: connection refused', "tcp_refused"),
    ("read tcp 10.1.2.4:27017->10.1.2.3:8080: read: connection reset by peer", "tcp_reset"),
    ("[postgres-exporter] deepgram: connect ECONNREFUSED 10.1.2.3:8080", "tcp_refused"),
    ("Error: connect ECONNREFUSED 10.1.2.3:8080\n    at connect (/srv/redis/queue.js:6379:5)", "tcp_refused"),
    ("Error: connect ECONNREFUSED 10.1.2.3:8080\nINFO redis is up", "tcp_refused"),
    ("INFO redis is up\nError: connect ECONNREFUSED 10.1.2.3:8080", "tcp_refused"),
    ('access forbidden by rule, client: 10.1.2.3, server: _, request: "GET /stt/v2.0/ws HTTP/1.1"', "http_forbidden"),
    ("OSError: [Errno 111] Connect call failed ('10.1.2.3', 8080)", "tcp_refused"),
    ("redis job 17 failed: connect ECONNREFUSED 10.1.2.3:8080", "tcp_refused"),
    ("[/srv/kafka/stt.js] Error: connect ECONNREFUSED 10.1.2.3:8080", "tcp_refused"),
    ("2026-01-01 | ERROR | app.stt:connect:5432 - [Errno 111] Connection refused", "tcp_refused"),
    ("[pid:5432] ConnectionRefusedError: [Errno 111] Connection refused", "tcp_refused"),
    ("12:00:22 ConnectionRefusedError: [Errno 111] Connection refused", "tcp_refused"),
    ("(see https://github.com/psf/requests) [Errno 111] Connection refused", "tcp_refused"),
]


@pytest.mark.parametrize(("text", "cause"), ELSEWHERE)
def test_what_another_service_did_is_no_claim(text: str, cause: str) -> None:
    assert named(text) == (cause, "possible")


@pytest.mark.parametrize(("text", "cause"), OWN)
def test_what_the_deployment_did_is_one(text: str, cause: str) -> None:
    lead, confidence = named(text)
    assert lead == cause
    assert confidence != "possible" or cause == "tcp_reset"


def test_only_what_every_program_meets_can_be_of_another() -> None:
    """A deployment's own words are its own, whatever stands beside them."""
    assert named("redis worker 3: No such model/language/tier combination found.")[1] == "likely"


def test_the_deployment_leads_in_a_log_of_both() -> None:
    both = (
        "2026-01-01T00:00:01Z redis: dial tcp 10.1.2.4:6379: connect: connection refused\n"
        "2026-01-01T00:00:02Z api: lookup dg.example.com: no such host\n"
    )
    assert named(both * 5)[0] == "dns_nxdomain"


def test_what_another_service_met_hides_nothing_that_the_deployment_s_client_says() -> None:
    assert named("redis: connect ECONNREFUSED 10.1.2.4:6379\nwebsocket: bad handshake")[0] == "ws_upgrade_rejected"


def test_what_another_service_met_often_leads_nothing() -> None:
    """Of 503s nearly all are another vendor's, so the names that were not found lead."""
    log = (
        "openai.APIError: Request failed with status code 503\n" * 500
        + "Error: Request failed with status code 503\n"
        + "lookup dg.example.com: no such host\n" * 5
    )
    assert named(log)[0] == "dns_nxdomain"


@pytest.mark.parametrize(("other", "own"), [(6379, 8080), (27017, 30080)])
@pytest.mark.parametrize("first", [True, False])
def test_the_same_words_of_both_are_told_apart_in_a_long_log(other: int, own: int, first: bool) -> None:
    """Lines of one shape differ by their ports, so each is judged for itself."""
    reader = Reader(kept())
    of_both = "".join(
        f"2026-01-01T00:00:0{number}Z WARN no connection to 10.1.2.3:{port}, connection refused\n"
        for number in range(9)
        for port in ((other, own) if first else (own, other))
    )
    reader.stream(io.BytesIO((HEALTHY * 200 + of_both).encode()).read, "a.log")
    heard = [(one.elsewhere, one.count) for one in reader.heard()]
    assert sorted(heard) == [("", 9), (f"port {other}", 9)]
    lead = weigh(reader.heard(), {})[0]
    assert (lead.confidence, lead.count) == ("certain", 18)


def test_the_answer_says_by_which_words_it_is_known() -> None:
    says = answered("redis.exceptions.ConnectionError: Error 111 connecting to cache:6379. Connection refused.")
    assert "“redis”" in says["matches"][0]["says"]
    assert "another service" in says["matches"][0]["says"]
    assert "another service" not in answered("Error: connect ECONNREFUSED 10.1.2.3:8080")["matches"][0]["says"]
