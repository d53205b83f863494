"""Which model is asked for when nobody said, and which rows a name means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgcheck.model.evidence import Listing, Model
from dgcheck.wire import choose

UUID = "0b0e6a1e-0000-4000-8000-00000000000a"


def model(
    canonical: str,
    *,
    modes: tuple[bool | None, bool | None] = (True, True),
    languages: tuple[str, ...] = ("en", "en-US"),
    name: str = "",
    architecture: str = "",
    kind: str = "stt",
    uuid: str = "",
    version: str = "",
) -> Model:
    return Model(
        name=name or canonical,
        canonical_name=canonical,
        architecture=architecture,
        languages=languages,
        kind=kind,
        uuid=uuid,
        version=version,
        batch=modes[0],
        streaming=modes[1],
    )


def listing(*models: Model) -> Listing:
    return Listing(shape="grouped", models=models)


BATCH, STREAM, SILENT = (True, False), (False, True), (None, None)
NOVA_2 = model("nova-2-general")


@pytest.mark.parametrize(
    ("models", "name"),
    [
        pytest.param([model("nova-2-general"), model("nova-3-general")], "nova-3-general", id="newest"),
        pytest.param([model("nova-3-medical"), model("nova-3-general")], "nova-3-general", id="general before special"),
        pytest.param([model("nova-2-general"), model("nova-3-medical")], "nova-3-medical", id="newer before general"),
        pytest.param([model("nova-3-general", modes=BATCH), model("nova-2-general")], "nova-2-general", id="both ways"),
        pytest.param(
            [model("nova-3-general", modes=BATCH), model("nova-2-general", modes=BATCH)],
            "nova-3-general",
            id="else the newest that serves any",
        ),
        pytest.param(
            [model("nova-3-general", modes=BATCH), model("nova-3-general", modes=STREAM), model("nova-2-general")],
            "nova-3-general",
            id="two files of one name serve both ways",
        ),
        pytest.param(
            [model("nova-3-general", modes=SILENT), model("nova-2-general")],
            "nova-2-general",
            id="an affirmed mode before an unsaid one",
        ),
        pytest.param(
            [model("nova-3-general", modes=SILENT), model("nova-2-general", modes=BATCH)],
            "nova-3-general",
            id="an unsaid mode before a denied one",
        ),
        pytest.param([model("nova-3-general", languages=("es",)), NOVA_2], "nova-2-general", id="English"),
        pytest.param(
            [model("base-general"), model("enhanced-general"), model("nova-general")],
            "nova-general",
            id="nova, enhanced, base",
        ),
        pytest.param(
            [model("", name="2-general-nova", architecture="nova-2")], "nova-2-general", id="an older release"
        ),
        pytest.param([model("aura-2-thalia-en", kind="tts"), model("acme")], "acme", id="a model of one's own"),
    ],
)
def test_choosing(models: list[Model], name: str) -> None:
    for order in (models, models[::-1]):
        found = choose.choose(listing(*order))
        assert found is not None
        assert found.name == name


@pytest.mark.parametrize("none", [None, listing(), listing(model("aura-2-thalia-en", kind="tts"))])
def test_nothing_to_choose_from(none: Listing | None) -> None:
    assert choose.choose(none) is None


@pytest.mark.parametrize(
    ("languages", "asked", "language"),
    [
        pytest.param(("en", "es"), "", "", id="English is the default"),
        pytest.param(("en-US",), "", "", id="a region of English"),
        pytest.param((), "", "", id="unsaid"),
        pytest.param(("es", "es-419"), "", "es", id="a model without English is asked in its own language"),
        pytest.param(("multi",), "", "multi", id="multi"),
        pytest.param(("en", "es"), "es", "es", id="the language that was wished for"),
    ],
)
def test_the_language_to_ask_in(languages: tuple[str, ...], asked: str, language: str) -> None:
    found = choose.choose(listing(model("nova-3-general", languages=languages)), asked)
    assert found is not None
    assert found.language == language


def test_the_wished_language_decides_the_model() -> None:
    found = choose.choose(listing(model("nova-3-general"), model("nova-2-general", languages=("es",))), "es")
    assert found is not None
    assert found.name == "nova-2-general"


NOVA3 = model("nova-3-general", name="general", architecture="nova-3", uuid=UUID)
NOVA2 = model("nova-2-general", name="2-general", architecture="nova-2")
OLD2 = model("", name="2-general-nova", architecture="nova-2")
MEDICAL = model("nova-2-medical", name="2-medical", architecture="nova-2")
BASE = model("", name="general", architecture="base")
PLAIN = model("", name="general")
VOICE = model("aura-2-thalia-en", name="thalia", kind="tts")


@pytest.mark.parametrize(
    ("row", "name", "found"),
    [
        pytest.param(NOVA3, "nova-3-general", True, id="canonical name"),
        pytest.param(NOVA3, "nova-3", True, id="general left away"),
        pytest.param(NOVA3, UUID.upper(), True, id="UUID"),
        pytest.param(NOVA3, "general", False, id="a bare general means Base"),
        pytest.param(NOVA3, "general-nova-3", False, id="the spelling of an answer is no request's"),
        pytest.param(NOVA3, "nova3", False, id="no hyphen"),
        pytest.param(NOVA3, "Nova-3", False, id="capitals"),
        pytest.param(NOVA3, "nova-3-medical", False, id="another variant"),
        pytest.param(NOVA3, "nova", False, id="another generation"),
        pytest.param(NOVA2, "2-general", True, id="legacy name"),
        pytest.param(OLD2, "nova-2-general", True, id="a file from before May 2024 by its new name"),
        pytest.param(OLD2, "nova-2", True, id="and by its short one"),
        pytest.param(OLD2, "2-general-nova", True, id="and by its own"),
        pytest.param(MEDICAL, "nova-2-medical", True, id="special"),
        pytest.param(MEDICAL, "nova-2", False, id="general is not medical"),
        pytest.param(BASE, "general", True, id="general is Base"),
        pytest.param(BASE, "base", True, id="base"),
        pytest.param(PLAIN, "general", True, id="a row that says no more"),
        pytest.param(VOICE, "aura-2-thalia-en", True, id="a voice"),
    ],
)
def test_exact(row: Model, name: str, found: bool) -> None:
    assert bool(choose.exact(listing(row), name)) is found


def test_a_tier_completes_a_legacy_name() -> None:
    nova = model("", name="general", architecture="nova")
    assert choose.exact(listing(nova), "general", "nova") == (nova,)
    assert choose.exact(listing(nova), "general") == ()


@pytest.mark.parametrize("name", ["general-nova-3", "nova3", "Nova-3", "nova_3_general", "NOVA-3-GENERAL", "nova 3"])
def test_alike(name: str) -> None:
    assert choose.alike(listing(NOVA3, NOVA2), name) == (NOVA3,)


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        pytest.param("nova-3-genral", "nova-3-general", id="a letter left out"),
        pytest.param("nvoa-3", "nova-3-general", id="letters swapped"),
        pytest.param("nova3", "nova-3-general", id="no hyphen"),
        pytest.param("novaa-2", "nova-2-general", id="a letter too many"),
        pytest.param("nova-2-medicl", "nova-2-medical", id="the special one"),
        pytest.param("nova", "", id="an older model is another model"),
        pytest.param("nova-3-medical", "", id="a variant that is offered but not here"),
        pytest.param("nova-4-general", "", id="another number is no slip of the finger"),
        pytest.param("whisper-large", "", id="another family"),
        pytest.param("banana", "", id="nothing like it"),
        pytest.param("", "", id="nothing"),
        pytest.param("0b0e6a1e-0000-4000-8000-00000000000b", "", id="a UUID is never misspelt"),
    ],
)
def test_nearest(name: str, nearest: str) -> None:
    assert choose.nearest(listing(NOVA3, NOVA2, MEDICAL), name) == nearest


def test_names_are_listed_newest_first_and_counted() -> None:
    assert choose.names(listing(NOVA2, MEDICAL, NOVA3, VOICE)) == "nova-3-general, nova-2-general, nova-2-medical"
    assert choose.names(listing(NOVA2, MEDICAL, NOVA3), most=1) == "nova-3-general and 2 more"


@pytest.mark.parametrize(
    ("rows", "language", "speaks"),
    [
        pytest.param((model("a", languages=("en", "es")),), "es", True, id="listed"),
        pytest.param((model("a", languages=("en", "en-US")),), "en-us", True, id="in other capitals"),
        pytest.param((model("a", languages=("en", "en-US")),), "en-GB", False, id="a region that is not listed"),
        pytest.param((model("a", languages=("en-US",)),), "en", None, id="only regions of it"),
        pytest.param((model("a", languages=()),), "es", None, id="unsaid"),
        pytest.param((model("a"), model("a", languages=())), "es", None, id="one of two unsaid"),
        pytest.param((model("a"), model("a", languages=("es",))), "es", True, id="one of two"),
    ],
)
def test_languages(rows: tuple[Model, ...], language: str, speaks: bool | None) -> None:
    assert choose.speaks(rows, language) is speaks


@given(
    st.lists(
        st.builds(
            Model,
            name=st.text(max_size=12),
            canonical_name=st.text(max_size=12),
            architecture=st.sampled_from(["", "nova-3", "nova2", "base", "x"]),
            languages=st.lists(st.text(max_size=4), max_size=2).map(tuple),
        ),
        max_size=6,
    ),
    st.text(max_size=20),
)
def test_no_listing_raises(models: list[Model], name: str) -> None:
    found = listing(*models)
    chosen = choose.choose(found)
    assert (chosen is None) == (not models)
    choose.exact(found, name), choose.alike(found, name), choose.nearest(found, name), choose.names(found)
