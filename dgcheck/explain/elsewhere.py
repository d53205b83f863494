"""Tells what was said of another service than the deployment: a database, a registry, another vendor's API.

A refused connection is a refused connection, whoever met it; but where the words around it name Redis, git or the port
of PostgreSQL, it says nothing of a deployment. Such words stay, and carry no claim.
"""

from __future__ import annotations

import re

from dgcheck.model.pattern import pattern, stemmed

# Causes that every program meets. What only a deployment or its SDKs say is never of another service.
_OF_ANYBODY = ("tcp_", "dns_", "tls_", "http_", "host_", "address_", "plain_to_", "not_http", "client_", "ws_closed")
# Signs that it is the deployment after all: its paths, its own header, names that its parts are given.
_OWN = stemmed(
    r"/v[12]/(?:listen|speak|models|status|agent|read|certificates)\b|(?<!@)(?<!\.com/)(?<!simple/)deepgram(?!-(?:\w{1,9}-)?sdk|/deepgram-)|"
    r"dg-request-id|self-hosted-(?:api|engine|license)|aegis request",
    needs=("/v1/", "/v2/", "deepgram", "dg-request-id", "self-hosted-", "aegis"),
)
ABOVE, BELOW, WIDE = 12, 40, 400  # lines of one entry above and below the words, and characters, that count
# How a line goes on what the one above began.
_GOES_ON = pattern(r"\s+\S|at \S|caused by|-+>|\.\.\. \d|[})\]]|during handling|the above exception|traceback|npm err")
# Ports that are nobody else's, by their registration and by habit.
_PORTS = frozenset(
    "22 25 587 1433 1521 1883 2181 2379 3306 4222 5060 5061 5432 5671 5672 6379 6443 7880 8883 9092 9200 11211 11434 "
    "26379 27017".split()
)
OWN_PORT = "8080"  # of the API; none of the programs below answers there, so beside it they only met a failure
# A port behind a host, which a time of day is not, also as Python prints the two; and what is none: the number of a
# line in a file of source, or behind a function as loguru writes it, and that of a process.
_PORT = pattern(r"[\w\]]:(\d{4,5}|80|443)(?![\w]|[.:]\d)|\bport\W{1,4}(\d{2,5})\b|\('[\w.:%-]{1,253}', (\d{2,5})[,)]")
_FILE = pattern(
    r"\.(?:py|[cm]?[jt]sx?|go|rs|rb|php|cs|cc?|cpp|h|java|kt|ex|erl|swift|dart|lua):\d+|"
    r":[\w<>]{1,80}:\d+(?= - )|\b(?:pid|tid|thread|code|line):\d+"
)
# Programs and their clients, each a word of its own; and what only such a program writes.
_WORDS = (
    *("redis", "jedis", "postgres", "psycopg", "asyncpg", "npgsql", "psql", "pgx", "mysql", "mariadb", "sqlstate"),
    *("sqlalchemy", "activerecord", "sequelize", "prismaclient", "hikari", "jdbc", "sqlexception", "mongo", "kafka"),
    *("amqp", "rabbitmq", "pika", "elasticsearch", "elastic_transport", "memcached", "smtp", "nodemailer", "imap"),
    *("ldap", "mqtt", "etcd", "zookeeper", "ollama"),
)
_PHRASES = (
    *("kex_exchange_identification", "npm err", "yarn error", "kubernetes cluster unreachable", "leaderelection.go"),
    *("fatal: unable to connect to ", "unable to connect to the server: ", "unable to access 'http", "rpc failed; "),
    "ssh: connect to ",
    *("could not install packages", ": /simple/", "e: failed to fetch ", "failed to solve: ", "rtsp://", "rtmp://"),
    *("smb://", "sip:", "sips:", "[tcp @ 0x", "[rtsp @ 0x", "mount.nfs: ", "rsync: ", "ssh_exchange_identification"),
    *("failed on connection exception", "http-01 challenge", "starting kubernetes: "),
    "//testserver/",  # of a program's own tests, which leave no process
)
# An exception by the full name of another vendor's library; addresses of APIs and registries.
_VENDORS = (
    *("openai", "anthropic", "elevenlabs", "groq", "cohere", "cartesia", "botocore", "boto3", "google", "twilio"),
    *("stripe", "huggingface_hub", "assemblyai", "slack_sdk", "sentry_sdk", "discord"),
)
_HOSTS = (
    *(f"api.{name}." for name in ("openai", "anthropic", "elevenlabs", "groq", "cartesia", "assemblyai", "twilio")),
    *("api.stripe.com", "api.github.com", "slack.com", "registry-1.docker.io", "registry.npmjs.org"),
    *("pythonhosted.org", "pypi.org", "registry.terraform.io", "registry.yarnpkg.com", "huggingface.co"),
    *("api.nuget.org", "packagist.org", "rubygems.org", "crates.io", "repo.maven.apache.org", "conda.anaconda.org"),
    "api.snapcraft.io",
    *("ghcr.io", "deb.debian.org", "archive.ubuntu.com", "security.ubuntu.com", "dl-cdn.alpinelinux.org"),
    "proxy.golang.org",
    *(f"{before}git{name}.com" for before in ("host: ", "lookup ", "enotfound ", "host='") for name in ("hub", "lab")),
)
# A request for a file, as a browser or a scanner makes it of any site: no path of the API has a dot in its last part.
_FILES = stemmed(r"\"(?:get|head|post) (/[^\s\"?]{0,200}\.[a-z]{2,5})[ ?\"]", needs=('"get /', '"head /', '"post /'))
_PROGRAMS = stemmed(
    rf"(?P<program>(?<![\w-])(?!redist)(?:io|py)?(?:{'|'.join(_WORDS)})\w*(?![\w-]))|\berr:\d+ https?:|"
    rf"the connection to the server \S{{1,100}} was refused|"
    rf"(?<![\w/.-])(?:{'|'.join(_VENDORS)})\.[\w.]{{0,80}}(?:error|exception)|"
    rf"(?<![\w-])(?:{'|'.join(map(re.escape, (*_PHRASES, *_HOSTS)))})",
    needs=(*_WORDS, *_VENDORS, *_PHRASES, *_HOSTS, "err:", "the connection to the server "),
)


def elsewhere(cause: str, text: str, start: int, end: int) -> str:
    """The words by which what stands at a place of a text was said of another service; '' where there are none."""
    if not cause.startswith(_OF_ANYBODY):
        return ""
    begin, stop = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    stop = stop if stop >= 0 else len(text)
    line = text[max(begin, start - 2 * WIDE) : min(stop, end + 2 * WIDE)].lower()
    if _OWN.search(line):
        return ""
    if asked := _FILES.search(line):
        return asked.group(1)
    ports = _ports(line)
    if words := _said_in(line, ports):
        return words
    if ports:  # it names whom it speaks of
        return ""
    entry = "\n".join((*_above(text, begin, line), line, *_below(text, stop))).lower()
    return "" if len(entry) == len(line) or _OWN.search(entry) else _said_in(entry, _ports(entry))


def _said_in(text: str, ports: list[str]) -> str:
    if (found := _PROGRAMS.search(text)) and not (found["program"] and OWN_PORT in ports):
        return found.group().strip(" :'")
    return f"port {ports[0]}" if ports and _PORTS.issuperset(ports) else ""


def _ports(text: str) -> list[str]:
    """The ports that a text names, in order; line numbers of source files are none."""
    if ":" not in text and "port" not in text and "', " not in text:
        return []
    text = _FILE.sub("", text)
    return ["".join(found) for found in _PORT.findall(text)]


def _above(text: str, begin: int, line: str) -> list[str]:
    """The lines before one that belong to its entry: those that it, or the one before it, goes on."""
    found: list[str] = []
    inner = bool(_GOES_ON.match(line))
    while begin > 0 and len(found) < ABOVE:
        end = begin - 1
        begin = text.rfind("\n", 0, end) + 1
        above = text[begin:end][:WIDE]
        goes_on = bool(_GOES_ON.match(above.lower()))
        if not (inner or goes_on):
            break
        found.append(above)
        inner = goes_on
    return found[::-1]


def _below(text: str, stop: int) -> list[str]:
    """The lines behind one that go on with it."""
    found: list[str] = []
    while stop < len(text) and len(found) < BELOW:
        begin, stop = stop + 1, text.find("\n", stop + 1)
        stop = stop if stop >= 0 else len(text)
        below = text[begin:stop][:WIDE]
        if not _GOES_ON.match(below.lower()):
            break
        found.append(below)
    return found
