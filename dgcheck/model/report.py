"""The frozen result of a run, and what its exit code is."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from dgcheck.model.catalogue import Confidence, Severity
from dgcheck.model.evidence import Phase, Seen
from dgcheck.model.exits import Exit as Exit
from dgcheck.model.hops import Hop
from dgcheck.model.record import dataclass, field

SCHEMA = "dgcheck/report/v1"


class Status(StrEnum):
    """What became of a check."""

    PASS = "pass"  # noqa: S105 - a word, no password
    WARN = "warn"
    FAIL = "fail"
    SKIP = "skip"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class FilledRemedy:
    """A remedy with this target's values in it."""

    do: str
    command: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A cause recognised in this run. `caused_by` is the code of the finding that explains it."""

    code: str
    cause: str
    title: str
    severity: Severity
    confidence: Confidence
    root: bool
    says: str
    why: str
    remedies: tuple[FilledRemedy, ...]
    evidence: tuple[str, ...]
    checks: tuple[str, ...]
    caused_by: str | None = None
    detail: str = ""
    heals: bool = True
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AddressResult:
    """What one address of the name did in one check."""

    address: str
    status: Status
    summary: str
    phases: tuple[Phase, ...] = ()
    tries: int = 1
    passed: int = 0
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check of the report; `blocked_by` is the id of the check that stopped it.

    With --repeat, `interval` is that of 95 % for the share of tries that pass, `intermittent` tells that some tries
    passed and some failed, `goes_with` is what the failures go with (address, replica, clock, '' = nothing that stands
    out) and `pattern` says it.
    """

    id: str
    title: str
    status: Status
    summary: str
    address: str | None = None
    phases: tuple[Phase, ...] = ()
    addresses: tuple[AddressResult, ...] = ()
    tries: int = 0
    passed: int = 0
    interval: tuple[float, float] | None = None
    intermittent: bool = False
    goes_with: str = ""
    pattern: str = ""
    blocked_by: str | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SdkSettings:
    """What one SDK needs for this target: `code` to paste, '' where it cannot do it, for which `notes` say why.

    `trust` names the list of authorities that it goes by, `ca_variable` what adds one to it.
    """

    sdk: str
    title: str
    version: str
    language: str
    code: str
    notes: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    trust: str = ""
    ca_variable: str = ""


@dataclass(frozen=True, slots=True)
class TrustStore:
    """Whether a list of authorities would accept the target's chain; `trusts` None = not known here, and `why` says so.

    `used_by` are the clients that go by it, `ca_variable` what adds a CA for them.
    """

    store: str
    trusts: bool | None
    used_by: str
    ca_variable: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Via:
    """One of several addresses of the deployment, with what was seen through it; None = it is this report's own."""

    name: str
    url: str
    report: Report | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All of it. `target`, `settings`, `seen_from` and `environment` are plain and hold no secret."""

    dgcheck: str
    run_id: str
    started: str  # UTC, RFC 3339
    ended: str
    verdict: Status
    interrupted: bool
    target: Mapping[str, Any]
    seen_from: Mapping[str, Any]
    settings: Mapping[str, Mapping[str, Any]]
    environment: Mapping[str, Any]
    checks: tuple[CheckResult, ...]
    findings: tuple[Finding, ...]
    evidence: tuple[Seen, ...]
    tested: str = ""  # the sentence that says what was tested
    untested: tuple[str, ...] = ()  # what was not, and the option that does
    attempts: int = 1  # runs made while waiting
    signal: int = 0  # that interrupted it
    deadline_passed: bool = False  # `--wait` ended before a pass
    fail_on: str = "error"
    sdk_settings: tuple[SdkSettings, ...] = ()
    trust_stores: tuple[TrustStore, ...] = ()  # for TLS targets, where more than one was asked
    via: tuple[Via, ...] = ()  # all addresses that were compared, the nearest to the deployment first
    hops: tuple[Hop, ...] = ()  # what lies between each two of them

    @property
    def root(self) -> Finding | None:
        """The answer: the first finding that is a root, or None."""
        return next((finding for finding in self.findings if finding.root), None)

    @property
    def exit_code(self) -> Exit:
        """Derived from the findings alone, so that no format can change it."""
        if self.signal:
            return Exit(128 + self.signal)
        if any(finding.cause == "url_invalid" for finding in self.findings):
            return Exit.USAGE
        if self.deadline_passed:
            return Exit.DEADLINE
        if self.verdict is Status.FAIL:
            return Exit.FAILED
        if self.verdict is Status.UNKNOWN:
            return Exit.UNKNOWN
        if self.verdict is Status.WARN and self.fail_on == "warning":
            return Exit.WARNINGS
        return Exit.OK
