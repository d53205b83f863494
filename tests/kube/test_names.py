"""Names: what Kubernetes takes is taken, what it refuses is refused with the option and the reason."""

from __future__ import annotations

import pytest

from dgcheck.kube import names
from dgcheck.kube.plan import Reference
from dgcheck.model.errors import UsageError


@pytest.mark.parametrize("text", ["a", "dgcheck", "dg-2", "2dg", "a" * 63])
def test_a_name(text: str) -> None:
    assert names.label("--name", text) == text


@pytest.mark.parametrize("text", ["", "-a", "a-", "A", "a_b", "a.b", "a b", "ä", "a\n", "a" * 64])
def test_no_name(text: str) -> None:
    with pytest.raises(UsageError, match=r"^--name: "):
        names.label("--name", text)


def test_a_service_begins_with_a_letter() -> None:
    with pytest.raises(UsageError, match="begins with a letter"):
        names.label("--name", "2dg", letter_first=True)


def test_a_name_that_is_too_long_says_how_long_it_may_be() -> None:
    with pytest.raises(UsageError, match="has 53 characters; here a name has at most 52"):
        names.label("--name", "a" * 53, most=52)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("ca", Reference("ca", "usual"), id="name"),
        pytest.param("corp.ca-2:bundle_1.pem", Reference("corp.ca-2", "bundle_1.pem"), id="name and key"),
    ],
)
def test_a_reference(text: str, found: Reference) -> None:
    assert names.reference("--ca-configmap", text, "usual") == found


@pytest.mark.parametrize("text", ["", ":key", "name:", "Name", "name:a b", "a..b", "name:a/b", "a" * 254])
def test_no_reference(text: str) -> None:
    with pytest.raises(UsageError, match=r"^--ca-configmap: "):
        names.reference("--ca-configmap", text, "usual")


@pytest.mark.parametrize(
    "text",
    [
        "dgcheck",
        "dgcheck:0.1.0",
        "registry.example.com:5000/tools/dgcheck:0.1.0",
        "localhost/dgcheck",
        "ghcr.io/a/b_c/d--e@sha256:" + "0" * 64,
        "a/b:1@sha256:" + "f" * 64,
        "Host.example.com/dgcheck",
    ],
)
def test_an_image(text: str) -> None:
    assert names.image("--image", text) == text


@pytest.mark.parametrize("text", ["", "Dgcheck", "a b", "a:", "a:b:c", "a@sha256:1", "/a", "a/", "https://a/b", "a:-1"])
def test_no_image(text: str) -> None:
    with pytest.raises(UsageError, match=r"^--image: "):
        names.image("--image", text)


def test_labels() -> None:
    given = ["release=prometheus", "example.com/team=speech", "empty="]
    assert names.labels("--label", given) == {"release": "prometheus", "example.com/team": "speech", "empty": ""}


@pytest.mark.parametrize(
    "text", ["a", "=b", "a b=c", "a=b c", "A_.com/x=y", "a=" + "b" * 64, "app.kubernetes.io/name=x"]
)
def test_no_label(text: str) -> None:
    with pytest.raises(UsageError, match=r"^--label: "):
        names.labels("--label", [text])


@pytest.mark.parametrize(
    "text", ["*/15 * * * *", "0 6 * * MON-FRI", "5,35 0-6/2 1 JAN ?", "@hourly", "0 0 * * 7", "59 23 31 12 0"]
)
def test_a_schedule(text: str) -> None:
    assert names.schedule("--schedule", text) == text


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "* * * *",
            "* * * * * *",
            "60 * * * *",
            "* 24 * * *",
            "* * 0 * *",
            "* * * 13 *",
            "* * * * 8",
            "*/0 * * * *",
        ),
        *("MON * * * *", "a * * * *", "@often", "1- * * * *", "-1 * * * *", "@every 5m"),
    ],
)
def test_no_schedule(text: str) -> None:
    with pytest.raises(UsageError, match=r"^--schedule: "):
        names.schedule("--schedule", text)
