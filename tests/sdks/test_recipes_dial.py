"""What `sdk config` prints for a deployment is what `sdk dial` says reaches it, for every release and kind of place."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from dgcheck.model.sdk import Outcome, Place, Recipe, Release, Sdk, Wish
from dgcheck.sdks import sdks

PLACES = {
    "plain": Place(False, "dg.internal:8080"),
    "plain, usual port": Place(False, "dg.internal"),
    "TLS": Place(True, "dg.internal"),
    "TLS, a port": Place(True, "dg.internal:8443"),
    "prefix": Place(False, "dg.internal:8080", "/deepgram"),
    "TLS, prefix, key": Place(True, "dg.internal", "/deepgram", key=True),
    "private CA": Place(True, "dg.internal:8443", private_ca="/ca.pem"),
    "IPv6": Place(False, "[::1]:8080"),
    "http in the name": Place(False, "http-gw.internal:8080"),
}
_STRING = re.compile(r"""(["'`])((?:(?!\1)[^\\])*)\1""")
# Where a program gives its address: by which option, and by which words around the text when there are several.
_OPTIONS = {
    "python": ("environment.base", "environment.production", "url", "api_url"),
    "javascript": ("baseUrl", "global.url", "apiUrl"),
    "go": ("Host",),
    "dotnet": ("BaseAddress", "BaseAddress=", "ApiUrl"),
    "java": ("environment",),
    "rust": ("base_url",),
    "pipecat": ("base_url", "url"),
    "livekit-python": ("base_url",),
    "livekit-javascript": ("baseUrl",),
}
# What a program may say beside its address, as `sdk dial` takes it: the switch of TLS, the version in the path.
_EXTRAS: tuple[tuple[str, str, str], ...] = (
    (r"APIVersion: \"([^\"]+)\"", "APIVersion", ""),
    (r"ApiVersion: \"([^\"]+)\"", "ApiVersion", ""),
    (r"[ {]Version: \"([^\"]+)\"", "APIVersion", ""),
    (r"SelfHosted: true", "SelfHosted", "true"),
    (r"OnPrem: true", "OnPrem", "true"),
    (r"new Credentials\([^)]*, false\)", "RequireSSL", "false"),
    (r"new Deepgram\([^)]*, false\)", "requireSSL", "false"),
)


def _releases() -> Iterator[tuple[Sdk, Release]]:
    for sdk in sdks():
        for release in sdk.releases:
            yield sdk, release


def _addresses(recipe: Recipe, place: Place) -> list[str]:
    """The texts in the program that name the deployment."""
    name = place.authority.rpartition(":")[0] if place.authority[-1].isdigit() else place.authority
    return list(dict.fromkeys(found[2] for found in _STRING.finditer(recipe.code) if name in found[2]))


def _extras(recipe: Recipe) -> dict[str, str]:
    found = {}
    for words, name, value in _EXTRAS:
        if said := re.search(words, recipe.code):
            found[name] = value or said[1]
    if "websockets<14" in " ".join(recipe.notes):
        found["websockets"] = "13.1"
    return found


def _reached(sdk: Sdk, release: Release, recipe: Recipe, place: Place, transport: str) -> set[str]:
    """Where that transport goes by any address that the program gives, by any option that may take one."""
    reached = set()
    for address in _addresses(recipe, place):
        for option in (one for one in _OPTIONS[sdk.name] if one in release.options):
            wish = Wish(release.newest, transport, option, address, "a" * 40, _extras(recipe))
            found = release.dial(wish)
            if found.outcome is Outcome.DIALS:
                reached.add(found.url or "")
    return reached


EVERY = [pytest.param(*one, id=f"{one[0].name}@{one[1].newest}") for one in _releases()]
_SCHEMES = {"rest": "http", "ws": "ws"}


def _made_for(release: Release, recipes: tuple[Recipe, ...], number: int) -> tuple[str, ...]:
    """The transports that a program serves: both where there is one for all, else REST and then live."""
    transports = tuple(one for one in _SCHEMES if one in release.manners)
    return transports if len(recipes) < 2 or len(transports) < 2 else (transports[number],)


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize(("sdk", "release"), EVERY)
def test_a_program_reaches_the_place_it_was_made_for(sdk: Sdk, release: Release, place: Place) -> None:
    recipes = release.recipe(place)
    assert recipes
    assert all(one.notes for one in recipes if not one.code), "what cannot be done says why"
    for number, program in enumerate(recipes):
        for transport in _made_for(release, recipes, number) if program.code else ():
            base = f"{_SCHEMES[transport]}{'s' if place.tls else ''}://{place.authority}{place.prefix}"
            reached = _reached(sdk, release, program, place, transport)
            assert reached & {f"{base}/v1/listen", f"{base}/v2/listen"}, (transport, program.code, reached)


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize(("sdk", "release"), EVERY)
def test_what_is_printed_is_whole(sdk: Sdk, release: Release, place: Place) -> None:
    for recipe in release.recipe(place):
        assert "@" not in re.sub(r"@deepgram|@livekit|user@|@Override", "", recipe.code), "a word was left unfilled"
        assert len(set(recipe.notes)) == len(recipe.notes), "a note stands twice"
        named = dict(recipe.environment)
        assert len(named) == len(recipe.environment)
        if recipe.code and place.private_ca:
            told = " ".join((*named.values(), *recipe.notes, recipe.code))
            assert place.private_ca in told or "store" in told, "a private CA needs a word"
        if recipe.code and not place.private_ca:
            assert not {"SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"} & named.keys()
