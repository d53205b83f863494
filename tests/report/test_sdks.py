"""The settings of the SDKs and the lists that trust a certificate, as people read them."""

from __future__ import annotations

import pytest

from dgcheck.model.record import replace
from dgcheck.model.report import Report, SdkSettings, TrustStore
from dgcheck.report import render, sdks
from tests.report import canonical


def report(*stores: TrustStore, sdk: str = "", **more: object) -> Report:
    made = replace(canonical.healthy(), settings={"sdk": {"value": sdk, "origin": "flag"}}, trust_stores=stores)
    return replace(made, **more)  # type: ignore[arg-type]


YES, NO = TrustStore("system", True, "Go", "SSL_CERT_FILE"), TrustStore("certifi", False, "httpx", "SSL_CERT_FILE")


@pytest.mark.parametrize(
    ("made", "verbose", "rows"),
    [
        pytest.param(report(YES, NO), False, 2, id="they disagree"),
        pytest.param(report(YES), False, 0, id="they agree"),
        pytest.param(report(YES), True, 1, id="they agree, with -v"),
        pytest.param(report(YES, sdk="go"), False, 1, id="they agree, with --sdk"),
        pytest.param(report(), True, 0, id="nobody was asked"),
    ],
)
def test_the_lists_are_told_where_they_matter(made: Report, verbose: bool, rows: int) -> None:
    assert len(sdks.trust(made, verbose=verbose)) == rows


def test_a_list_that_trusts_needs_no_variable() -> None:
    assert [row[3] for row in sdks.trust(report(YES, NO), verbose=False)] == ["", "SSL_CERT_FILE"]


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_settings_are_code_to_paste(form: str) -> None:
    shown = render(form, canonical.failing())
    assert 'base="https://dg.example.com",' in shown
    assert "Deepgram SDK for .NET 1.10.0" in shown
    assert "it always speaks TLS to port 443" in shown


def test_without_code_or_reason_it_says_that_there_is_no_way() -> None:
    made = report(sdk_settings=(SdkSettings("x", "X", "1", "c", ""),))
    assert sdks.settings(made)[0].notes == ("this SDK cannot be told this address",)
