"""Tells by the name of a setting, a variable or a field whether its value is a secret.

`DEEPGRAM_API_KEY`, `apiKey`, `db.password` and `X-Team-Token` are; `api_key_file`, `secretName`, `max_tokens` and
`partition_key` are not: they say where a secret is, or something else altogether.
"""

from __future__ import annotations

from functools import lru_cache

from dgcheck.model.pattern import pattern

_WORDS = pattern(r"[A-Z]{2,}s?(?![a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_ENDS = frozenset(
    "password passwd pwd passphrase secret token credential credentials jwt authorization cookie apikey accesskey "
    "secretkey privatekey authkey licensekey signature sig bearer pat passcode authtoken accesstoken "
    "refreshtoken idtoken clientsecret apitoken sessionid dockerconfigjson connectionstring kubeconfig "
    "pgpass dbpass".split()
)
_PAIRS = frozenset(
    "api:key access:key secret:key private:key auth:key signing:key encryption:key license:key session:key master:key "
    "account:key shared:key service:key client:key hmac:key ssh:key encrypted:key subscription:key session:id "
    "connection:string user:pass db:pass database:pass admin:pass root:pass auth:pass smtp:pass http:pass basic:auth "
    "tls:key ssl:key key:base license:id secret:access deepgram:key dg:key openai:key docker:auth".split()
)
# Words behind a name that leave it the name of a secret.
_PASSED_OVER = frozenset(
    "value b64 base64 plain plaintext raw string str text default old new current previous".split()
)
# Names that may be of a secret: the value decides.
_PERHAPS = frozenset("key keys auth pass pw session tokens secrets passwords apikeys code nonce creds login".split())


@lru_cache(2048)
def says_secret(name: str) -> bool:
    """Whether the value of what is called so is a secret, whatever it looks like."""
    words = _words(name)
    if len(words) > 1 and words[-1] == "pass" and name.isupper():
        return True  # `DG_PASS` is a variable's; `proxy_pass` and `first_pass` are something else
    return bool(words) and (words[-1] in _ENDS or ":".join(words[-2:]) in _PAIRS)


@lru_cache(2048)
def may_be_secret(name: str) -> bool:
    """Whether the value of what is called so is a secret if it looks like one: `key`, `auth`, `tokens`."""
    words = _words(name)
    return bool(words) and words[-1] in _PERHAPS and not (len(words) > 1 and words[-1] == "key")


def _words(name: str) -> list[str]:
    words = [word.lower() for word in _WORDS.findall(name[-200:])]
    while len(words) > 1 and (words[-1] in _PASSED_OVER or words[-1].isdigit()):
        words.pop()
    return words
