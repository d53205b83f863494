"""DG10xx: what fires each cause, what must not. What the servers said is given; nobody is asked."""

from __future__ import annotations

from itertools import chain
from typing import Any

import pytest

from dgcheck.model.catalogue import Confidence
from dgcheck.model.evidence import Dial, DnsAnswer, Ending, Lookup, Seen
from tests.rules.built import around, case, dialled, dns, findings, got, looked, matches, proxied, roots, served

NAME = "dg.example.com"
URL = f"http://{NAME}:8080"
DOMAINS = ("app.svc.cluster.local", "svc.cluster.local", "cluster.local")
POD: dict[str, Any] = {"search": DOMAINS, "ndots": 5, "container": "kubernetes"}
SERVERS = {"nameservers": ("10.0.0.53",)}
DNS_CAUSES = (
    "dns_nxdomain",
    "dns_servfail",
    "dns_timeout",
    "dns_no_address",
    "dns_search_domain",
    "dns_hosts_override",
)


def flat(*groups: Any) -> list[Seen]:
    return list(chain.from_iterable(one if isinstance(one, list) else [one] for one in groups))


def searched(name: str, *domains: str, rcode: str = "NXDOMAIN", **fields: Any) -> list[DnsAnswer]:
    """The answers for a name with each of these search domains."""
    return [one for domain in domains for one in dns(f"{name}.{domain}", rcode, absolute=False, **fields)]


def failing(
    error: str, *answers: list[DnsAnswer], url: str = URL, place: dict[str, Any] | None = None, **settings: Any
) -> Any:
    """A case whose lookup failed so, with what the servers said when they were asked."""
    name = url.partition("://")[2].partition(":")[0]
    place = {**SERVERS, **(place or {})}
    return case(url, *flat(around(**place), looked(name, error=error), *answers), **settings)


@pytest.mark.parametrize(
    ("word", "error", "answers", "words"),
    [
        pytest.param("dns_nxdomain", "EAI_NONAME", dns(NAME, "NXDOMAIN"), "10.0.0.53 answered NXDOMAIN", id="NXDOMAIN"),
        pytest.param(
            "dns_nxdomain",
            "EAI_NONAME",
            dns(NAME, "NXDOMAIN", cname="lb.example.net"),
            f"{NAME} is an alias of lb.example.net, which does not exist",
            id="the alias leads nowhere",
        ),
        pytest.param(
            "dns_nxdomain",
            "EAI_NONAME",
            [*dns(NAME, "NOERROR", cname="lb.example.net"), *dns("lb.example.net", "NXDOMAIN")],
            "alias of lb.example.net, which does not exist",
            id="the alias leads nowhere, told in two answers",
        ),
        pytest.param("dns_servfail", "EAI_AGAIN", dns(NAME, "SERVFAIL"), "10.0.0.53 answered SERVFAIL", id="SERVFAIL"),
        pytest.param("dns_servfail", "EAI_AGAIN", dns(NAME, "REFUSED"), "10.0.0.53 answered REFUSED", id="REFUSED"),
        pytest.param(
            "dns_servfail",
            "EAI_AGAIN",
            [*dns(NAME, "", server="10.0.0.1"), *dns(NAME, "SERVFAIL", server="10.0.0.2")],
            "10.0.0.2 answered SERVFAIL; 10.0.0.1 did not answer",
            id="one fails, one is silent",
        ),
        pytest.param("dns_timeout", "EAI_AGAIN", dns(NAME, ""), "10.0.0.53 did not answer", id="silence"),
        pytest.param(
            "dns_timeout",
            "EAI_AGAIN",
            dns(NAME, "", ending=Ending.REFUSED),
            "nothing listens on port 53 of 10.0.0.53",
            id="nothing listens",
        ),
        pytest.param(
            "dns_no_address", "EAI_NODATA", dns(NAME, "NOERROR"), "gave neither an A nor an AAAA", id="no records"
        ),
        pytest.param(
            "dns_no_address",
            "EAI_NODATA",
            [*dns(NAME, "NOERROR", cname="lb.example.net"), *dns("lb.example.net", "NOERROR")],
            "(an alias of lb.example.net) exists, but has no address",
            id="an alias of a name without records",
        ),
    ],
)
def test_what_the_servers_said_is_named(word: str, error: str, answers: list[DnsAnswer], words: str) -> None:
    found = failing(error, answers)
    assert roots(found) == [word]
    assert words in findings(found)[word].says
    assert findings(found)[word].confidence is Confidence.CERTAIN


@pytest.mark.parametrize(
    ("word", "lookup"),
    [
        pytest.param(
            "dns_nxdomain", looked(NAME, error="EAI_NONAME", problem="Name or service not known"), id="EAI_NONAME"
        ),
        pytest.param("dns_no_address", looked(NAME, error="EAI_NODATA"), id="EAI_NODATA"),
        pytest.param("dns_servfail", looked(NAME, error="EAI_AGAIN"), id="EAI_AGAIN"),
        pytest.param("dns_servfail", looked(NAME, error="EAI_FAIL"), id="EAI_FAIL"),
        pytest.param("dns_timeout", looked(NAME, ending=Ending.TIMED_OUT), id="no answer in time"),
    ],
)
def test_where_no_server_could_be_asked_the_resolver_is_believed_but_not_fully(word: str, lookup: Lookup) -> None:
    found = case(URL, around(), lookup)
    assert roots(found) == [word]
    assert findings(found)[word].confidence is Confidence.LIKELY


@pytest.mark.parametrize("word", DNS_CAUSES)
@pytest.mark.parametrize(
    ("url", "lookup"),
    [
        pytest.param(URL, looked(NAME, "10.0.0.7"), id="it resolves"),
        pytest.param("http://10.0.0.7:8080", looked("10.0.0.7", "10.0.0.7", literal=True), id="an address"),
        pytest.param("http://10.0.0.7:8080", looked("10.0.0.7", literal=True), id="an address of no use"),
        pytest.param(URL, looked(NAME, "10.0.0.7", pinned=True), id="a pinned name"),
        pytest.param(URL, looked(NAME, ending=Ending.CUT_SHORT), id="interrupted"),
    ],
)
def test_names_that_were_not_looked_up_in_vain(word: str, url: str, lookup: Lookup) -> None:
    assert not matches(case(url, *flat(around(**SERVERS), lookup, dns(NAME, "NXDOMAIN"))), word)


def test_servers_that_disagree_are_both_named() -> None:
    """The first proper answer decides, as it does for the resolver."""
    answers = [*dns(NAME, "NXDOMAIN", server="10.0.0.1"), *dns(NAME, "NOERROR", "10.9.9.9", server="10.0.0.2")]
    says = findings(failing("EAI_NONAME", answers))["dns_nxdomain"].says
    assert "10.0.0.1 answered NXDOMAIN" in says
    assert "10.0.0.2 knows it as 10.9.9.9, but is asked only if 10.0.0.1 fails" in says


def test_a_silent_first_server_before_a_good_one_is_a_timeout() -> None:
    answers = [*dns(NAME, "", server="10.0.0.1"), *dns(NAME, "NOERROR", "10.9.9.9", server="10.0.0.2")]
    found = findings(failing("EAI_AGAIN", answers))["dns_timeout"]
    assert "10.0.0.1 did not answer. 10.0.0.2 did" in found.says
    assert found.confidence is Confidence.LIKELY


def test_a_server_that_leaves_one_of_the_two_questions_unanswered() -> None:
    """It answers, so it may not be called silent; resolvers wait for the second answer all the same."""
    answered, silent = dns(NAME, "NOERROR", "10.9.9.9")[:1], dns(NAME, "")[1:]
    found = failing("EAI_AGAIN", [*answered, *silent])
    assert roots(found) == ["dns_timeout"]
    one = findings(found)["dns_timeout"]
    assert one.confidence is Confidence.LIKELY
    assert (
        "10.0.0.53 answered the question for A records (10.9.9.9) and left that for AAAA records unanswered" in one.says
    )
    assert one.remedies[0].command == "options no-aaaa"


def test_silence_to_both_questions_gets_no_remedy_for_one() -> None:
    one = findings(failing("EAI_AGAIN", dns(NAME, "")))["dns_timeout"]
    assert all(remedy.command != "options no-aaaa" for remedy in one.remedies)


def test_the_family_that_was_not_asked_for() -> None:
    found = findings(failing("EAI_NONAME", dns(NAME, "NOERROR", "2001:db8::7"), family="ipv4"))
    assert "has no IPv4 address, only 2001:db8::7, and -4 asks for IPv4 alone" in found["dns_no_address"].says


def test_the_name_of_the_proxy_is_called_so() -> None:
    lookup = looked("proxy", error="EAI_NONAME")
    found = case(URL, *flat(around(**SERVERS), lookup, dns("proxy", "NXDOMAIN")), proxy=proxied())
    assert "The name of the proxy, proxy, does not exist" in matches(found, "dns_nxdomain")[0].says


# --- names that are known only inside -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "words"),
    [
        pytest.param(
            "http://deepgram-api-external.speech.svc.cluster.local:8080",
            "kubectl -n speech port-forward svc/deepgram-api-external 8080:8080",
            id="a Service in full",
        ),
        pytest.param(
            "http://deepgram-api-external:8080",
            "kubectl -n dg-self-hosted port-forward svc/deepgram-api-external 8080:8080",
            id="a Service of the chart",
        ),
        pytest.param("http://api:8080", "dgcheck run http://localhost:8080", id="a Compose service"),
        pytest.param("http://engine:8080", "docker network connect NETWORK CONTAINER", id="another Compose service"),
    ],
)
def test_an_inside_name_used_from_outside_gets_its_remedy(url: str, words: str) -> None:
    name = url.partition("://")[2].partition(":")[0]
    found = failing("EAI_NONAME", dns(name, "NXDOMAIN"), url=url)
    assert roots(found) == ["dns_nxdomain"]
    assert words in " ".join(one.command for one in findings(found)["dns_nxdomain"].remedies)


def test_an_ordinary_name_gets_no_remedy_for_inside_names() -> None:
    commands = " ".join(
        one.command for one in findings(failing("EAI_NONAME", dns(NAME, "NXDOMAIN")))["dns_nxdomain"].remedies
    )
    assert "kubectl" not in commands
    assert "docker" not in commands
    assert f"dig {NAME}" in commands


# --- the search list ----------------------------------------------------------------------------------------------


def test_a_short_name_of_another_namespace() -> None:
    short = "deepgram-api-external"
    right = f"{short}.dg-self-hosted.svc.cluster.local"
    answers = [
        dns(short, "NXDOMAIN"),
        searched(short, *DOMAINS),
        dns(right, "NOERROR", "10.96.0.7", absolute=False),
    ]
    found = failing("EAI_NONAME", *answers, url=f"http://{short}:8080", place=POD)
    assert roots(found) == ["dns_search_domain"]
    one = findings(found)["dns_search_domain"]
    assert "looked up in namespace app alone" in one.says
    assert f"It exists as {right} (10.96.0.7)" in one.says
    assert one.remedies[0].command == f"dgcheck run http://{right}:8080"
    assert "dns_nxdomain" not in findings(found)


def test_a_short_name_of_the_chart_that_is_nowhere_near() -> None:
    short = "deepgram-api-external"
    found = failing(
        "EAI_NONAME", dns(short, "NXDOMAIN"), searched(short, *DOMAINS), url=f"http://{short}:8080", place=POD
    )
    one = findings(found)["dns_search_domain"]
    assert one.confidence is Confidence.LIKELY
    assert f"reached only as {short}.NAMESPACE" in one.says


def test_a_name_that_needs_a_search_domain_and_did_not_get_it() -> None:
    """A name with a dot, a resolver that completes only names without one."""
    name = "deepgram-api-external.speech"
    right = f"{name}.svc.cluster.local"
    answers = [dns(name, "NXDOMAIN"), dns(right, "NOERROR", "10.96.0.7", absolute=False)]
    found = failing("EAI_NONAME", *answers, url=f"http://{name}:8080", place=POD)
    assert roots(found) == ["dns_search_domain"]
    assert f"{name} is not found as it stands, but {right} is (10.96.0.7)" in findings(found)["dns_search_domain"].says


def test_a_name_that_exists_and_was_lost_among_the_search_domains() -> None:
    place = {"search": ("corp.example",), "ndots": 5}
    answers = [dns(NAME, "NOERROR", "10.0.0.7"), searched(NAME, "corp.example", rcode="NOERROR")]
    found = failing("EAI_NODATA", *answers, place=place)
    assert roots(found) == ["dns_search_domain"]
    assert (
        "with ndots:5 it tried the search list (corp.example) and stopped" in findings(found)["dns_search_domain"].says
    )


def captured(*, own: list[DnsAnswer], wildcard: list[DnsAnswer], used: str = "10.66.66.66", works: bool = False) -> Any:
    """A lookup that gave what the search domain `corp.example` says of the name."""
    place = around(search=("corp.example",), ndots=5, **SERVERS)
    longer = dns(f"{NAME}.corp.example", "NOERROR", "10.66.66.66", absolute=False)
    wires = served() if works else [dialled(used, Ending.REFUSED)]
    return case(URL, *flat(place, looked(NAME, used), *wires, own, longer, wildcard))


WILDCARD = dns("dgcheck-no-such-name.corp.example", "NOERROR", "10.66.66.66", absolute=False)
NO_WILDCARD = dns("dgcheck-no-such-name.corp.example", "NXDOMAIN", absolute=False)


@pytest.mark.parametrize(
    ("own", "wildcard", "words"),
    [
        pytest.param(dns(NAME, "NOERROR", "10.0.0.7"), WILDCARD, "is tried first", id="it exists as it stands too"),
        pytest.param(dns(NAME, "NOERROR", "10.0.0.7"), NO_WILDCARD, "is tried first", id="one record, no wildcard"),
        pytest.param(
            dns(NAME, "NXDOMAIN"), WILDCARD, "answers every name", id="a wildcard for a name that is not there"
        ),
    ],
)
def test_a_search_domain_that_caught_the_name(own: list[DnsAnswer], wildcard: list[DnsAnswer], words: str) -> None:
    found = captured(own=own, wildcard=wildcard)
    assert roots(found) == ["dns_search_domain"]
    says = findings(found)["dns_search_domain"].says
    assert f"{NAME} led to 10.66.66.66, which is the address of {NAME}.corp.example" in says
    assert words in says
    assert findings(found)["tcp_refused"].caused_by == "DG1005"


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(captured(own=dns(NAME, "NXDOMAIN"), wildcard=NO_WILDCARD), id="a Service meant by its short name"),
        pytest.param(captured(own=dns(NAME, "NOERROR", "10.0.0.7"), wildcard=WILDCARD, works=True), id="it works"),
        pytest.param(
            captured(own=dns(NAME, "NOERROR", "10.0.0.7"), wildcard=WILDCARD, used="10.0.0.7"),
            id="the right address was used",
        ),
        pytest.param(
            failing("EAI_NONAME", dns(NAME, "NXDOMAIN"), searched(NAME, "x.org"), place={"search": ("x.org",)}),
            id="none",
        ),
        pytest.param(failing("EAI_AGAIN", dns(NAME, ""), place={"search": ("x.org",)}), id="silence"),
    ],
)
def test_the_search_list_is_not_blamed(found: Any) -> None:
    assert not matches(found, "dns_search_domain")


def test_a_failure_in_a_search_domain_is_no_proof_of_absence() -> None:
    answers = [dns("dg", "NXDOMAIN"), searched("dg", "corp.example", rcode="SERVFAIL")]
    found = failing("EAI_AGAIN", *answers, url="http://dg:8080", place={"search": ("corp.example",)})
    assert roots(found) == ["dns_servfail"]


# --- the hosts file -----------------------------------------------------------------------------------------------


def overridden(*more: Seen, dead: Ending = Ending.REFUSED, current: str = "10.0.0.7", used: str = "10.66.66.66") -> Any:
    place = around(hosts=(("10.66.66.66", NAME),), **SERVERS)
    return case(URL, *flat(place, looked(NAME, used), dialled(used, dead), dns(NAME, "NOERROR", current), *more))


def alive(ending: Ending = Ending.ANSWERED) -> Dial:
    return dialled("10.0.0.7", ending, check="dns", purpose="hosts_dns")


@pytest.mark.parametrize("dead", [Ending.REFUSED, Ending.TIMED_OUT, Ending.UNREACHABLE])
def test_a_stale_line_in_the_hosts_file(dead: Ending) -> None:
    found = overridden(alive(), dead=dead)
    assert roots(found) == ["dns_hosts_override"]
    one = findings(found)["dns_hosts_override"]
    assert f"gives {NAME} the address 10.66.66.66" in one.says
    assert "DNS gives it 10.0.0.7, and 10.0.0.7 accepts it" in one.says
    assert f"dgcheck run {URL} --resolve {NAME}=10.0.0.7" in [remedy.command for remedy in one.remedies]


def test_without_a_try_of_the_other_address_it_is_likely() -> None:
    assert matches(overridden(), "dns_hosts_override")[0].confidence is Confidence.LIKELY


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(overridden(alive(), dead=Ending.ANSWERED), id="the address in the hosts file works"),
        pytest.param(overridden(alive(), current="10.66.66.66"), id="DNS says the same"),
        pytest.param(overridden(alive(Ending.REFUSED)), id="the address in DNS is dead as well"),
        pytest.param(overridden(alive(), used="10.1.1.1"), id="the hosts file was not used"),
        pytest.param(
            case(URL, looked(NAME, "10.0.0.7"), dialled("10.0.0.7", Ending.REFUSED)), id="no line in the hosts file"
        ),
    ],
)
def test_the_hosts_file_is_not_blamed(found: Any) -> None:
    assert not matches(found, "dns_hosts_override")


def test_a_healthy_run_has_no_finding_of_this_family() -> None:
    seen = flat(
        around(**POD), looked("dg", "10.0.0.7"), dialled("10.0.0.7"), *served(), got("GET /v1/status/engine", 404)
    )
    assert not [one for one in findings(case("http://dg:8080", *seen)).values() if one.code.startswith("DG10")]
