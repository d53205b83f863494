"""Three spellings of one model, taken apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgcheck.model.evidence import Model
from dgcheck.wire import model_name


@pytest.mark.parametrize(
    ("name", "architecture", "canonical"),
    [
        ("nova-3-general", "", "nova-3-general"),
        ("nova-3", "", "nova-3-general"),
        ("general", "nova3", "nova-3-general"),
        ("general", "nova-3", "nova-3-general"),
        ("general-nova-3", "", "nova-3-general"),
        ("nova3", "", "nova-3-general"),
        ("Nova 3", "", "nova-3-general"),
        ("nova_3_medical", "", "nova-3-medical"),
        ("2-general-nova", "", "nova-2-general"),
        ("2-general", "", "nova-2-general"),
        ("2-medical", "nova-2", "nova-2-medical"),
        ("2-phonecall-nova", "nova-2", "nova-2-phonecall"),
        ("nova", "", "nova-general"),
        ("nova-phonecall", "", "nova-phonecall"),
        ("base", "", "base-general"),
        ("general", "base", "base-general"),
        ("general-enhanced", "", "enhanced-general"),
        ("whisper-large", "", "whisper-large"),
        ("whisper-base", "", "whisper-base"),
        ("flux-general-en", "", "flux-general-en"),
        ("aura-2-thalia-en", "aura-2", "aura-2-thalia-en"),
        ("general", "", "general"),
        ("acme", "nova-3", "nova-3-acme"),
    ],
)
def test_every_spelling_has_one_canonical_name(name: str, architecture: str, canonical: str) -> None:
    assert model_name.read(name, architecture).canonical == canonical


@pytest.mark.parametrize(
    ("name", "offered"),
    [
        ("nova-3", True),
        ("nova-2-drivethru", True),
        ("nova", True),
        ("enhanced-meeting", True),
        ("base", True),
        ("whisper-large", True),
        ("whisper", True),
        ("flux-general-en", True),
        ("nova-4", False),
        ("nova-3-genral", False),
        ("nvoa-3", False),
        ("general", False),
        ("", False),
    ],
)
def test_which_names_deepgram_offers(name: str, offered: bool) -> None:
    assert model_name.read(name).offered is offered


@pytest.mark.parametrize(
    ("row", "asked"),
    [
        pytest.param(Model(name="general", canonical_name="nova-3-general"), "nova-3-general", id="canonical name"),
        pytest.param(Model(name="2-general-nova", architecture="nova-2"), "nova-2-general", id="an older release"),
        pytest.param(Model(name="general", architecture="base"), "base-general", id="base"),
        pytest.param(Model(name="acme", architecture="nova-3"), "acme", id="a model of one's own keeps its name"),
        pytest.param(Model(name="general"), "general", id="nothing else known"),
    ],
)
def test_what_a_request_calls_a_row(row: Model, asked: str) -> None:
    assert model_name.request_name(row) == asked


def test_a_uuid_is_known_in_either_case() -> None:
    assert model_name.is_uuid("CAF79279-3E00-4000-8000-00000000000A")
    assert not model_name.is_uuid("caf79279")


@given(st.text(max_size=300), st.text(max_size=40))
def test_no_name_raises_and_reading_is_stable(name: str, architecture: str) -> None:
    found = model_name.read(name, architecture)
    assert found.generation >= 0
    assert isinstance(found.canonical, str)
