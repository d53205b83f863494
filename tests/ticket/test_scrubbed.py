"""No secret of an attached file comes through, whatever the file; what a support engineer needs to read does."""

from __future__ import annotations

import base64
import gzip
import io
import json
import tracemalloc
import zlib
from collections.abc import Sequence
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgcheck.ticket import scrubbed
from dgcheck.ticket.scrubbed import Scrubbed, scrub
from dgcheck.wire.redact import Redactor

S = "Zq9Secret"  # stands in every secret of this file


def clean(text: str | bytes, name: str = "", known: Sequence[str] = ()) -> tuple[str, Scrubbed]:
    data = text.encode() if isinstance(text, str) else text
    out = io.BytesIO()
    result = scrub(io.BytesIO(data), out, Redactor(known), name=name)
    assert result.bytes_out == len(out.getvalue())
    return out.getvalue().decode(), result


LOG = [
    f"INFO Authorization: Token {S}",
    f'{{"Authorization":"Bearer {S}S3"}}',
    f"{{'Authorization': 'Token {S}'}}",
    f'headers=[("Authorization", "Token {S}")]',
    f"[(b'authorization', b'Token {S}')]",
    f"Authorization: Digest username={S}, response={S}",
    "Authorization: Basic " + base64.b64encode(f"u:{S}".encode()).decode(),
    "sent Basic " + base64.b64encode(b"u:pw").decode(),
    f"sent bearer {S}0123",
    f"curl -s -u user:{S} http://host/",
    f"dgcheck run --api-key {S} --password={S}",
    f"GET /v1/listen?token={S}&model=nova-3&code={S} HTTP/1.1",
    f"GET /x?X-Amz-Signature={S}&X-Amz-Credential={S}%2F2025&sig={S}",
    f'{{"log":"{{\\"api_key\\":\\"{S}\\",\\"model\\":\\"nova-3\\"}}\\n"}}',
    f"DEEPGRAM_API_KEY={S}",
    f'apiKey: "{S}"',
    f'Config {{ api_key: Some("{S}"), host: "x" }}',
    f"{{APIKey:{S} Host:h}}",
    f"\x1b[2mtoken\x1b[0m\x1b[2m=\x1b[0m{S}",
    f"Sec-WebSocket-Protocol: token, {S}S0123",
    f'protocols=["token", "{S}S0123"]',
    f"Cookie: sid={S}; theme=dark",
    f"set-cookie: sid={S}; Path=/",
    f'"cookie": "sid={S}; b=c"',
    f"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.{S}",
    f"HTTPS_PROXY=http://user:{S}@proxy:3128",
    f"HTTPS_PROXY=http://user:pa/{S}@proxy:3128",
    f"postgres://{S}@db/x",
    f"<password>{S}</password>",
    f"X-Team-Token: {S}",
    f'password="a b {S} c" next',
    f'"x-api-key": ["{S}"]',
    f"AccountKey={S};EndpointSuffix=core",
    f"-----BEGIN RSA PRIVATE KEY-----\nMII{S}\nabc{S}\n-----END RSA PRIVATE KEY-----",
    f"-----BEGIN PRIVATE KEY-----\\nMII{S}\\n-----END PRIVATE KEY-----",
    f"12:00 -----BEGIN PRIVATE KEY-----\n12:01 MIIabcdefabcdef{S}\n12:02 abcdefabcdef{S}",
    f"sk-{S}{S}",
    f"password_hash_secret={S}",
    f"db.password: {S}",
    f"docker run -e DG_PASS={S} image",
    f"user:$apr1$salt${S}",
    f"- users=test:$$apr1$$salt$${S}",
    f"password $6$rounds=5000$salt${S}0123456789abcdef",
    f"htpasswd bob:$2y$05${S}0123456789abcdef",
    f"posts to https://hooks.slack.com/services/T0123456/B0123456/{S}",
    f"connecting with token: '{S}'",
    f"?access_token%3D{S}",
]


@pytest.mark.parametrize("line", LOG)
def test_a_secret_of_a_log_is_hidden_by_its_pattern(line: str) -> None:
    shown, result = clean(f"before\n{line}\nafter\n")
    assert S not in shown
    assert base64.b64encode(f"u:{S}".encode()).decode() not in shown
    assert shown.startswith("before\n")
    assert shown.endswith("after\n")
    assert result.hidden


@pytest.mark.parametrize("size", [7, 64, 1000])
def test_it_is_the_same_however_the_file_is_read(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces end within secrets, names, characters and escapes."""
    text = "\n".join([*LOG, "plain ü words"] * 2)
    monkeypatch.setattr(scrubbed, "PIECE", size)
    shown, _ = clean(text)
    assert S not in shown
    assert shown.endswith("plain ü words")


@pytest.mark.parametrize("line", [line for line in LOG if "\n" not in line])
def test_a_secret_in_a_line_without_end_is_hidden(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scrubbed, "PIECE", 4096)
    monkeypatch.setattr(scrubbed, "HELD", 1024)
    for before in (4000, 4096 - len(line) // 2, 3 * 4096 - len(line) + 4):
        shown, _ = clean("x " * (before // 2) + line + " y" * 5000)
        assert S not in shown


def test_a_secret_longer_than_all_that_is_held_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scrubbed, "_MOST_HELD", 1 << 17)
    shown, _ = clean('before password="' + S * 100_000 + '" after')
    assert S not in shown
    assert shown.startswith('before password="<redacted:')
    assert shown.endswith('" after')


KNOWN = "k3y/Of+certain=length&x"
SPELLED = {
    "as it is": KNOWN,
    "capitals": KNOWN.upper(),
    "URL-encoded": quote(KNOWN, safe=""),
    "wholly URL-encoded": "".join(f"%{ord(char):02x}" for char in KNOWN),
    "hex": KNOWN.encode().hex(),
    "escaped in JSON": "".join(f"\\u{ord(char):04x}" for char in KNOWN),
    "numbers in HTML": "".join(f"&#{ord(char)};" for char in KNOWN),
    **{f"Base64 {at}": base64.b64encode(b"x" * at + KNOWN.encode() + b"tail").decode() for at in range(3)},
    "URL-safe Base64": base64.urlsafe_b64encode(b"ab" + KNOWN.encode()).decode(),
    "its beginning": KNOWN[:16],
}


@pytest.mark.parametrize("how", SPELLED)
def test_a_known_secret_is_hidden_in_every_spelling(how: str) -> None:
    shown, _ = clean(f"words {SPELLED[how]} words", known=[KNOWN])
    assert shown.startswith("words <redacted:")
    assert shown.endswith(" words")
    assert SPELLED[how].lower() not in shown.lower()


def test_a_secret_has_the_token_that_it_has_in_the_report() -> None:
    redactor = Redactor([KNOWN])
    out = io.BytesIO()
    scrub(io.BytesIO(f"Authorization: Token {KNOWN}\nfound {KNOWN}".encode()), out, redactor)
    assert out.getvalue().decode() == f"Authorization: Token {redactor.token(KNOWN)}\nfound {redactor.token(KNOWN)}"


ORDINARY = [
    "token expired; secret: not found; session established, authorization: required, author: bob, monkey=3",
    "request_id=4f3e7a9c-1111-4222-8333-444455556666 max_tokens=512 api_key_file=/run/secrets/key keyterm=hello",
    "proxy_pass http://127.0.0.1:8080; proxy_set_header Authorization $http_authorization;",
    "sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "key=nova-3 partition_key: abc public_key.pem password=${DB_PASSWORD} token: {{ .Values.token }}",
    "GET /v1/listen?model=nova-3&keyterm=deep HTTP/1.1 200 mail to ops@example.com",
    "Invalid token supplied. Bearer token required. Basic Plan. a design signal",
    "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUabcdefghijkl\n-----END CERTIFICATE-----",
    "secretKeyRef: {name: dg-keys}",
    "first_pass: done, checks_pass=12, by_pass: true, costs $5 and $25, $2 a month",
    "",
]


@pytest.mark.parametrize("line", ORDINARY)
def test_what_is_no_secret_stays(line: str) -> None:
    shown, result = clean(f"before\n{line}\nafter")
    assert shown == f"before\n{line}\nafter"
    assert result.hidden == 0


JUNK = ["token ", "key=", '"', "@", "://", "eyJ", "--", "\\", "<", "curl ", "-----BEGIN", "authorization:", "%", "&#"]


@given(st.lists(st.sampled_from([*LOG, *ORDINARY, *JUNK])))
def test_it_is_hidden_whatever_stands_beside_it(lines: list[str]) -> None:
    shown, _ = clean("\n".join(lines))
    assert S not in shown


# --- settings files --------------------------------------------------------------------------------------------------

COMPOSE = f"""
services:
  api:
    image: quay.io/deepgram/self-hosted-api:release-250101  # stays
    environment:
      DEEPGRAM_API_KEY: {S}   # the key
      DB_PASSWORD: "hunter {S}"
      DG_PASS: {S}
      SECRET_KEY_BASE: {S}
      LOG_LEVEL: info
    command: ["serve", "--api-key", "{S}", "--port=8080", "--token={S}"]
  engine:
    environment:
      - DEEPGRAM_API_KEY={S}
      - "PASSWORD={S} x"
      - MODEL=nova-3
    # api_key: {S}
secrets:
  dg_key:
    file: ./key.txt
"""
MANIFEST = f"""
apiVersion: v1
kind: Secret
metadata: {{name: dg}}
data:
  anything: {S}
stringData:
  other: |
    first {S}
    second {S}
---
kind: Deployment
spec:
  env:
    - name: DEEPGRAM_API_KEY
      value: {S}
    - {{name: PASSWORD, value: "{S}"}}
    - name: FROM
      valueFrom: {{secretKeyRef: {{name: dg-secret, key: api-key}}}}
  imagePullSecrets: [{{name: quay}}]
"""
TEMPLATE = f"""
{{{{- if .Values.x }}}}
kind: Secret
data:
  anything: {S}
{{{{- end }}}}
---
env:
  - name: DEEPGRAM_API_KEY
    value: {S}
  - name: LOG
    value: info
password: |
  {S}
  {S}
host: api
"""
TOML = f"""
[license]
key = "{S}"
server_url = ["https://license.deepgram.com"]
password = \"\"\"
{S}
{S}\"\"\"
[db]
url = "postgres://u:{S}@db/x"
api_key='{S}' # {S[:0]}comment
tokens = ["{S}0", "{S}1"]
workers = 4
"""
ENV = f"export DEEPGRAM_API_KEY={S}\nPASSWORD='a b {S}'\nLOG_LEVEL=info\nFALLBACK_TOKEN=${{TOKEN:-{S}}}\n"
JSON = json.dumps({"auths": {"quay.io": {"auth": base64.b64encode(f"{S}:x".encode()).decode()}}, "a": {"password": S}})
NGINX = f"""
location / {{
  proxy_pass http://upstream01;
  proxy_set_header X-Api-Key {S};
  proxy_set_header X-Team-Token "a {S}";
  proxy_set_header Authorization "Token {S}0123";
  proxy_set_header X-Token $http_x_token;
  proxy_set_header Upgrade $http_upgrade;
  add_header Set-Cookie 'sid={S}; Path=/';
  if ($http_x_api_key != "{S}") {{ return 403; }}
}}
"""
HAPROXY = f"""
userlist staff
  user bob insecure-password {S}
  user eve password {S}
backend api
  http-request set-header X-Token {S}
  http-request set-header X-Client-Token %[src]
  http-request deny unless {{ req.hdr(x-api-key) -m str {S} }}
"""
FILES = {
    "nginx.conf": (NGINX, "http://upstream01;|X-Token $http_x_token;|Upgrade $http_upgrade;|{ return 403; }"),
    "haproxy.cfg": (HAPROXY, "user eve password <redacted:|X-Client-Token %[src]|deny unless { req.hdr(x-api-key)"),
    "docker-compose.yml": (COMPOSE, "release-250101  # stays|LOG_LEVEL: info|--port=8080|MODEL=nova-3|file: ./key.txt"),
    "manifest.yaml": (MANIFEST, "name: dg-secret, key: api-key|name: quay|kind: Deployment"),
    "templates/secret.yaml": (TEMPLATE, "{{- if .Values.x }}|value: info|host: api"),
    "api.toml": (TOML, "https://license.deepgram.com|workers = 4|[license]"),
    ".env": (ENV, "LOG_LEVEL=info|${TOKEN:-<redacted:"),
    "config.json": (JSON, "quay.io"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_settings_file_is_masked_by_key(name: str) -> None:
    text, stays = FILES[name]
    shown, result = clean(text, name)
    assert S not in shown
    assert base64.b64encode(f"{S}:x".encode()).decode() not in shown
    assert result.kind == "settings"
    assert [part for part in stays.split("|") if part not in shown] == []


@pytest.mark.parametrize("name", ["docker-compose.yml", "manifest.yaml"])
def test_masked_yaml_is_yaml(name: str) -> None:
    import yaml

    assert list(yaml.safe_load_all(clean(FILES[name][0], name)[0]))


def test_a_secret_of_the_settings_is_hidden_in_the_logs_after_them() -> None:
    redactor, out = Redactor(), io.BytesIO()
    scrub(io.BytesIO(f"password: {S}0123".encode()), io.BytesIO(), redactor, name="values.yaml")
    scrub(io.BytesIO(f"no such user {S}0123".encode()), out, redactor, name="x.log")
    assert out.getvalue().decode() == f"no such user {redactor.token(f'{S}0123')}"


def test_a_settings_file_too_large_to_be_understood_is_cleaned_as_a_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scrubbed, "LARGEST", 1000)
    monkeypatch.setattr(scrubbed, "PIECE", 100)
    shown, result = clean(f"# comment\npassword: {S}\n" * 100, "values.yaml")
    assert S not in shown
    assert result.kind == "text"


# --- what is no plain text -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
def test_other_encodings_are_read(encoding: str) -> None:
    shown, result = clean(f"one ü\r\napi_key={S}\r\n".encode(encoding))
    assert shown.startswith("one ü\r\napi_key=<redacted:")
    assert S not in shown
    assert result.kind == "text"


def test_a_compressed_log_is_unpacked() -> None:
    packed = gzip.compress(f"api_key={S}\n".encode()) + gzip.compress(b"the second\n")
    shown, result = clean(packed, "api.log.gz")
    assert shown.endswith(">\nthe second\n")
    assert S not in shown
    assert result.encoding == "gzip+utf-8"


@pytest.mark.parametrize(
    ("data", "error"),
    [
        pytest.param(gzip.compress(b"word " * 200_000)[:-9], EOFError, id="cut off"),
        pytest.param(gzip.compress(b"word " * 900_000)[:-8] + bytes(8), zlib.error, id="damaged"),
        pytest.param(gzip.compress(bytes(32 << 20)), OSError, id="a bomb"),
    ],
)
def test_a_compressed_file_that_cannot_be_read_to_its_end_says_so(data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        clean(data)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"PK\x03\x04" + S.encode(), id="zip"),
        pytest.param(b"\x89PNG\r\n" + bytes(100), id="picture"),
        pytest.param(bytes(range(256)) * 20, id="bytes"),
        pytest.param(b"RIFF\x00\x00\x00\x00WAVE" + bytes(100), id="audio"),
        pytest.param(b"x" * 257 + b"ustar\x0000" + bytes(300), id="tar"),
    ],
)
def test_what_is_no_text_is_left_out_and_why(data: bytes) -> None:
    shown, result = clean(data)
    assert (shown, result.kind) == ("", "binary")
    assert "so secrets cannot be looked for in it" in result.problem


def test_nothing_gives_nothing() -> None:
    assert clean("") == ("", Scrubbed("empty"))


def test_a_log_is_harmless_to_look_at() -> None:
    """Colours go, the rest of what commands a terminal or hides text is made visible; other scripts stay."""
    text = "\x1b[1;31mred\x1b[0m \x1b]0;title\x07ok\x1b]8;;http://x\x1b\\link \u202e \x9b31m \x00 \u200b"
    text += " over\rwritten \u4e2d\u6587 e\u0301\tx\r\n"
    shown, _ = clean(text)
    assert shown == "red oklink \\u202e \\x9b31m \\x00 \\u200b over\\rwritten \u4e2d\u6587 e\u0301\tx\r\n"


def test_a_log_that_begins_with_nothing_is_a_log() -> None:
    """One that was cut while it was written to begins with a hole."""
    shown, result = clean(b"\0" * 100_000 + f"password={S}\n".encode())
    assert result.kind == "text"
    assert shown.startswith("\\x00 (")
    assert len(shown) < 200
    assert S not in shown


@pytest.mark.parametrize(
    "line", [f"GET /v1/{'x' * 400}?token={S} 200\n", f"{'x ' * 200}token={S} "], ids=["lines", "one line"]
)
def test_memory_is_bounded(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scrubbed, "PIECE", 1 << 15)
    monkeypatch.setattr(scrubbed, "HELD", 1 << 12)

    class Endless:
        left = 60

        def read(self, size: int) -> bytes:
            self.left -= 1
            return (line * (size // len(line)))[:size].encode() if self.left >= 0 else b""

    class Nowhere:
        def write(self, data: bytes) -> None:
            assert S.encode() not in data

    tracemalloc.start()
    try:
        scrub(Endless(), Nowhere(), Redactor())
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 1 << 20
