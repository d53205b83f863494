"""Words that name the licence as something wrong."""

import pytest

from dgcheck.wire.license_words import license_field, names_license


@pytest.mark.parametrize(
    "text",
    [
        "License expired.",
        "licence validation failed",
        "Missing license configuration",
        "Aegis request to https://license.deepgram.com failed: 401",
        "This instance is not licensed",
    ],
)
def test_words_that_name_it(text: str) -> None:
    assert names_license(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "License: valid",
        "License validated successfully",
        "request failed",
        "driving licences",
        "x" * 5000 + "license expired",
    ],
)
def test_words_that_do_not(text: str) -> None:
    assert not names_license(text)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ('{"license_status":"expired"}', "license_status: expired"),
        ('{"license":"valid"}', ""),
        ('{"license":{"state":"expired"}}', ""),
        ('{"health":"expired"}', ""),
        ("<html>", ""),
        ("", ""),
    ],
)
def test_fields(body: str, field: str) -> None:
    assert license_field(body) == field
