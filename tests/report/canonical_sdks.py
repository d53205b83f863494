"""What the canonical report tells for the programs beside it."""

from __future__ import annotations

from dgcheck.model.evidence import Ending, Foretold
from dgcheck.model.report import SdkSettings, TrustStore

HOST = "dg.example.com"
BASE = f"https://{HOST}"
FORETOLD = Foretold(
    id="s1",
    check="sdk",
    ending=Ending.ANSWERED,
    sdk="go",
    title="Deepgram SDK for Go",
    version="3.5.0",
    transport="ws",
    option="Host",
    value=BASE,
    outcome="error",
    meant=f"wss://{HOST}/v1/listen",
    error=f'parse "wss://https:%2F%2F{HOST}/v1/listen": invalid port ":%2F%2F{HOST}" after host',
    traps=("the live client knows only ws:// and wss://",),
    right=f'&interfaces.ClientOptions{{Host: "{HOST}"}}',
    trust="system",
    ca_variable="SSL_CERT_FILE",
    source="deepgram-go-sdk v3.5.0: pkg/api/version",
)
SDK_SETTINGS = (
    SdkSettings(
        sdk="python",
        title="Deepgram SDK for Python",
        version="7.17.0",
        language="python",
        code=f'environment = DeepgramClientEnvironment(\n    base="{BASE}",\n    production="wss://{HOST}",\n)',
        notes=("the container checks no key, yet the SDK wants one: any text will do",),
        environment=(("SSL_CERT_FILE", "/etc/ssl/ca.pem"),),
        trust="certifi",
        ca_variable="SSL_CERT_FILE",
    ),
    SdkSettings("dotnet", "Deepgram SDK for .NET", "1.10.0", "csharp", "", ("it always speaks TLS to port 443",)),
)
TRUST_STORES = (
    TrustStore("certifi", False, "Python's httpx and requests", "SSL_CERT_FILE"),
    TrustStore("system", True, "Go, .NET, curl", "SSL_CERT_FILE"),
    TrustStore("java", None, "programs in Java", "-Djavax.net.ssl.trustStore", "which dgcheck does not read"),
)
