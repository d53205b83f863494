"""Which real SDKs are driven, at which version, and what they need. The one place to change for a newer one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FIXTURES = Path(__file__).parents[2] / "fixtures" / "real_sdks"
INSTALLED = "installed.json"  # what became of each, written into the folder by `install`
VARIABLE = "DGCHECK_REAL_SDKS"  # names that folder


@dataclass(frozen=True)
class Pinned:
    """One SDK at one version. `tool` installs it; `package` is what the tool calls it."""

    sdk: str
    version: str
    tool: str
    package: str

    @property
    def name(self) -> str:
        """`python-4.8.1`: its folder, and its name in reports."""
        return f"{self.sdk}-{self.version}"

    @property
    def spoken(self) -> str:
        """`python@4.8.1`: what `dgcheck sdk` calls it."""
        return f"{self.sdk}@{self.version}"

    @property
    def major(self) -> int:
        """The first number of the version."""
        return int(self.version.partition(".")[0])


PINNED = (
    Pinned("python", "3.11.0", "pip", "deepgram-sdk"),
    Pinned("python", "4.8.1", "pip", "deepgram-sdk"),
    Pinned("python", "5.3.4", "pip", "deepgram-sdk"),
    Pinned("python", "6.1.1", "pip", "deepgram-sdk"),
    Pinned("python", "7.17.0", "pip", "deepgram-sdk"),
    Pinned("javascript", "3.13.0", "npm", "@deepgram/sdk"),
    Pinned("javascript", "4.11.3", "npm", "@deepgram/sdk"),
    Pinned("javascript", "5.13.0", "npm", "@deepgram/sdk"),
    Pinned("go", "1.9.0", "go", "github.com/deepgram/deepgram-go-sdk"),
    Pinned("go", "3.5.0", "go", "github.com/deepgram/deepgram-go-sdk/v3"),
    Pinned("rust", "0.14.0", "cargo", "deepgram"),
    Pinned("java", "0.3.0", "mvn", "com.deepgram:deepgram-java-sdk"),
)

# The libraries beneath that make the bytes: a newer one may send other headers.
PYTHON_LIBRARIES = ("aiohttp==3.14.5", "h11==0.16.0", "httpcore==1.0.9", "httpx==0.28.1", "websockets==17.4")
NODE_LIBRARIES = ("ws@8.23.0",)
GO_LANGUAGE = "1.21"  # of our own go.mod: 1.26 there would change the words of `net/url`
GO_LIBRARIES = ("k8s.io/klog/v2@v2.110.1",)
# What a registry says when it does not serve a package at all; everything else that fails is a failure.
NOT_SERVED = (
    "Could not find artifact",
    "Couldn't download artifact",
    "was not found in https:",
    "No matching distribution found",
    "E404",
    "ETARGET",
)


def command(one: Pinned, folder: Path) -> list[str]:
    """The command that drives an installed SDK: cases on its standard input, answers on its standard output."""
    place = folder / one.name
    return {
        "python": [str(place / "bin" / "python"), str(FIXTURES / "python" / "driver.py")],
        "javascript": ["node", str(FIXTURES / "javascript" / "driver.mjs"), str(place)],
        "go": [str(place / "driver")],
        "rust": [str(place / "target" / "debug" / "driver")],
        "java": ["java", "-cp", f"{place}/classes:{place}/jars/*", "Driver"],
    }[one.sdk]
