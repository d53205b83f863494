"""The status of an answer in the words of many clients: each wording with each status that it may hold."""

from __future__ import annotations

import re

import pytest

from dgcheck.model.catalogue import Confidence
from dgcheck.model.message import Message
from dgcheck.rules.said.statuses import MESSAGES
from dgcheck.rules.shared.meanings import REQUEST, UPGRADE, Meaning
from tests.rules.said.reading import NOTHING, each, fires, leads, named

# What clients print, with ### for the number.
UPGRADES = (
    "Error: Unexpected server response: ###",
    "Error: unexpected server response (###)",
    "WebSocketException: The server returned status code '###' when status code '101' was expected.",
    "The server returned status code '###' when status\n code '101' was expected.",
    "websockets.exceptions.InvalidStatus: server rejected WebSocket connection: HTTP ###",
    "headers: {}, status_code: ###, body: Unexpected error when initializing websocket connection.",
    "WebSocket connection to 'ws://dg' failed: Error during WebSocket handshake: Unexpected response code: ###",
    "java.net.ProtocolException: Expected HTTP 101 response but was '### Whatever'",
    "Caused by: jdk.internal.net.http.websocket.CheckFailedException: Unexpected HTTP response status code ###",
    "Something went wrong with WS: HTTP error: ### Whatever",
    "Http(Response { status: ###, version: HTTP/1.1, headers: {}, body: Some([]) })",
    "aiohttp.client_exceptions.WSServerHandshakeError: ###, message='Invalid response status', url='ws://dg/v1/listen'",
    "websocket._exceptions.WebSocketBadStatusException: Handshake status ### Whatever -+-+- {} -+-+- b''",
    "Invalid handshake response getStatus: ### Whatever",
    "HTTP Response: ### Whatever\nDialer failed. Err: websocket: bad handshake",
    "lws_client_ws_upgrade: got bad HTTP response '###'",
    "unexpected HTTP response status: ###",
    "LWS_CALLBACK_CLIENT_CONNECTION_ERROR: HS: ws upgrade response not 101, response status ###",
    "The status code of the opening handshake response is not '101'. The status line is: HTTP/1.1 ### ",
    "onClose code: 1002 reason: Invalid status code received: ### Status line: HTTP/1.1 ### Whatever",
    "WebSocket connection attempt returned HTTP status code ###",
    "The server returned status code '###' when the expected status code was '101'.",
    "Le serveur a retourné le code d'état '###' alors que le code d'état '101' était attendu.",
    "notAnUpgrade(###)",
    "websockets.exceptions.InvalidStatusCode: Status code not 101: ###",
    'Error Domain=SRWebSocketErrorDomain Code=2132 "received bad response code from server ###"',
    "Error: Server responded with a non-101 status: ### Whatever",
    '{:error, %WebSockex.RequestError{code: ###, message: "Whatever"}}',
    "failed to WebSocket dial: expected handshake response status code 101 but got ###",
    "io.ktor.client.plugins.websocket.WebSocketException: Handshake exception, expected status code 101 but was ###",
    "websocat: WebSocketError: Received unexpected status code (### Whatever)",
    "NetworkError: failed to connect to WebSocket: Invalid status code: ###",
    "io.vertx.core.http.UpgradeRejectedException: WebSocket upgrade failure: ###",
    "org.glassfish.tyrus.core.HandshakeException: Response code was not 101: ###.",
    "call.in-progress.error-providerfault-deepgram-returning-###-whatever",
)
REQUESTS = (
    "ApiError: headers: {'content-length': '0'}, status_code: ###, body: ",
    "DeepgramUnknownApiError: Expecting value (Status: ###)",
    "urllib.error.HTTPError: HTTP Error ###: Whatever",
    "DeepgramApiError: Request `bf4937b3-193b-4aac-a323-39abc2367114` returned ###: Whatever",
    "System.Net.Http.HttpRequestException: Response status code does not indicate success: ### (Whatever).",
    "DeepgramError: Status code: ###\nBody: {}",
    "POST http://dg:8080/v1/listen?model=nova-3: ### Whatever",
    "Error with status code ###",
    "AxiosError: Request failed with status code ###",
    "requests.exceptions.HTTPError: ### Client Error: Whatever for url: http://dg:8080/v1/listen",
    "httpx.HTTPStatusError: Client error '### Whatever' for url 'http://dg:8080/v1/listen'",
    "HTTP status client error (### Whatever) for url (http://dg:8080/v1/listen)",
    'reqwest::Error { kind: Status(###, None), url: "http://dg:8080/v1/listen" }',
    "curl: (22) The requested URL returned error: ###",
    "aiohttp.client_exceptions.ClientResponseError: ###, message='Whatever', url='http://dg:8080/v1/listen'",
    "HTTPError: Response code ### (Whatever)",
    "java.io.IOException: Server returned HTTP response code: ### for URL: http://dg:8080/v1/listen",
    "HTTP request sent, awaiting response... ### Whatever",
    "System.Net.WebException: The remote server returned an error: (###) Whatever.",
    "Failed to load resource: the server responded with a status of ### (Whatever)",
    "DioException: the status code of ### has the following meaning",
    "ASR request failed with status ###",
    'The server returned the status ### with message "Whatever" in response to the request to URL http://dg:8080/v1.',
    "<title>HTTP Status ### – Whatever</title>",
    "tornado.httpclient.HTTPClientError: HTTP ###: Whatever",
    "{ aborted: false, statusCode: ###, statusMessage: 'Whatever' }",
    'DeepgramApiError: {"message":"Whatever"}\n  at AbstractRestClient.js:68 {\n  __dgError: true,\n  status: ###\n}',
    "I1126 19:55:42.702292   27333 client.go:158] HTTPClient.Do() failed. Err: ### Whatever: ",
)


def _numbers(meaning: Meaning) -> list[str]:
    """Every status of a meaning: its alternation, with `[0-6]` written out."""
    found = []
    for one in meaning.statuses.split("|"):
        span = re.fullmatch(r"(\d\d)\[(\d)-(\d)\]", one)
        ends = range(int(span[2]), int(span[3]) + 1) if span else ()
        found += [f"{span[1]}{end}" for end in ends] if span else [one]
    return found


def _filled(texts: tuple[str, ...], meanings: tuple[Meaning, ...]) -> list[tuple[str, str]]:
    return [
        (text.replace("###", number), meaning.cause)
        for text in texts
        for meaning in meanings
        if not meaning.near
        for number in _numbers(meaning)
    ]


KNOWN = [*_filled(UPGRADES, UPGRADE), *_filled(REQUESTS, REQUEST)]
ENVOY = [
    (f"{text}\nheaders: {{'content-length': '0', 'server': 'envoy'}}", cause) for text, cause in KNOWN if "403" in text
]
TERMS = [(f"{text} url='ws://dg/v1/listen?keyterm=a'", "bad_parameter") for text, cause in KNOWN if "400" in text]


def _id(case: tuple[str, str]) -> str:
    return f"{case[1]} {case[0][:60]!r}"


def test_a_405_of_an_upgrade_is_no_claim() -> None:
    """Proxies that drop the headers of the upgrade get it, and so does a model that is for batch alone."""
    for text in UPGRADES:
        found = named(text.replace("###", "405"))
        assert (found[0].confidence, found[1].cause) == ("possible", "ws_upgrade_not_forwarded"), text


def test_the_answer_that_the_go_sdk_writes_down_is_no_failure() -> None:
    log = "I1126 19:57:25.760299   14347 websocket.go:{} HTTP Response: 101 Switching Protocols"
    assert leads(log.format("226]")) == NOTHING
    failed = "HTTP Response: 101 Switching Protocols\nDialer failed. Err: websocket: bad handshake"
    assert leads(failed) == "ws_bad_accept"


@pytest.mark.parametrize("case", KNOWN, ids=_id)
def test_the_cause_that_a_status_names(case: tuple[str, str]) -> None:
    assert leads(case[0]) == case[1]


@pytest.mark.parametrize("message", each(MESSAGES))
def test_every_message_has_a_text_it_was_met_in(message: Message) -> None:
    assert any(fires(message, text) for text, _ in (*KNOWN, *TERMS, *ENVOY))


def test_a_refusal_that_says_no_more_than_its_number_is_no_claim() -> None:
    assert all(named(text)[0].confidence == "possible" for text, _ in KNOWN if re.search(r"\b400\b", text))


def test_what_the_body_says_leads_before_the_number() -> None:
    text = "status_code: 400, body: {'err_msg': 'Bad Request: No such model/language/tier combination found.'}"
    lead = named(text)[0]
    assert lead.cause == "model_missing"
    assert lead.confidence != Confidence.POSSIBLE


@pytest.mark.parametrize(
    "text",
    [
        "Response status code does not indicate success: 200 (OK).",
        "POST http://dg:8080/v1/listen?model=nova-3: 200 OK",
        "status_code: 4040, body: a number of another kind",
        "the server answered 404 letters this year",
        "fatal: unable to access 'https://github.com/x/y.git/': The requested URL returned error: 403",
    ],
)
def test_numbers_that_are_no_failure_name_nothing(text: str) -> None:
    assert leads(text) == NOTHING
