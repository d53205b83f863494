"""The table of options says the same as the parts that it speaks for."""

from __future__ import annotations

from dgcheck.model import asking
from dgcheck.model.record import fields
from dgcheck.model.target import Settings
from dgcheck.probes import probes
from dgcheck.report import formats
from dgcheck.settings.options import CHECKS, CONFIG, DRY_RUN, FORMATS, OPTIONS, PROFILES

# Fields of `Settings` that no option sets by itself.
DERIVED = {
    "expected",
    "every_listing",
    "try_models",
    "side_proxies",
    "at_most",
    "modes",
    "proxy",
    "api_key",
    "key_origin",
    "key_form",
    "origins",
}


def test_checks_are_the_probes_in_the_order_of_the_report() -> None:
    assert tuple(probe.id for probe in probes()) == CHECKS


def test_formats_are_the_reporters() -> None:
    assert formats() == FORMATS


def test_profiles_are_the_engine_s() -> None:
    assert PROFILES == asking.PROFILES


def test_every_field_has_its_option_and_every_option_its_field() -> None:
    named = {option.field for option in (*OPTIONS, CONFIG, DRY_RUN)}
    assert named | DERIVED == {item.name for item in fields(Settings)}


def test_flags_variables_and_keys_are_told_apart() -> None:
    every = (*OPTIONS, CONFIG, DRY_RUN)
    flags = [flag for option in every for flag in option.flags]
    for names in (flags, [option.env for option in every], [option.key for option in every]):
        assert len(names) == len(set(names))
    assert all(option.env.startswith("DGCHECK_") for option in every)


def test_every_option_says_what_it_does() -> None:
    for option in (*OPTIONS, CONFIG, DRY_RUN):
        assert option.help or option.key == "family"
        assert option.metavar or option.form == "switch" or not option.flags or option.key == "family"
