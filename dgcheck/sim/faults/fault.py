"""What a fault is."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dgcheck.model.errors import UsageError
from dgcheck.model.record import dataclass
from dgcheck.sim.asked import Asked, Reply
from dgcheck.sim.core import Effect
from dgcheck.sim.faults.pages import Page, Which, everything, instead


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One way to misbehave.

    `says` is one line: what happens on the wire. `causes` are the words of dgcheck's catalogue of which one has to be
    the answer, the best first; () = nothing is wrong and dgcheck has to pass. `resembles` are words that may not be
    the answer; as effects beneath it they may stand. `makes` gives the effect for a value; `value` is the default one,
    None = it takes none, and `unit` says what it counts. `run` are options of `dgcheck run` without which it does not
    show; in them `{ca_file}` is the simulator's CA, `{url}` its URL, `{authority}` that without the scheme, and
    `{license_proxy}` and `{engine_metrics}` the ports beside it. With
    `replicas` above 1 it needs so many and strikes the last of them, the others being well.
    """

    name: str
    says: str
    makes: Callable[[float], Effect]
    causes: tuple[str, ...] = ()
    resembles: tuple[str, ...] = ()
    value: float | None = None
    unit: str = ""
    run: tuple[str, ...] = ()
    replicas: int = 1

    def effect(self, value: float | None = None) -> Effect:
        """What it does, for that value or the default one. Raises UsageError where it takes none."""
        if value is not None and self.value is None:
            raise UsageError(f"fault {self.name!r} takes no value")
        if value is not None and not 0 <= value < 1e12:
            raise UsageError(f"fault {self.name!r}: {value!r} is out of range")
        return self.makes(float((self.value or 0.0) if value is None else value))

    @property
    def beside(self) -> bool:
        """Whether it needs the ports beside the API."""
        return any("{license_proxy}" in option or "{engine_metrics}" in option for option in self.run)

    def options(self, url: str, ca_file: str, beside: Mapping[str, str] | None = None) -> list[str]:
        """The options of `run` for a simulator at that URL, with those ports beside it."""
        words = {"{ca_file}": ca_file, "{url}": url, "{authority}": url.partition("://")[2]}
        words |= {f"{{{which}}}": there for which, there in (beside or {}).items()}
        found = []
        for option in self.run:
            for name, value in words.items():
                option = option.replace(name, value)
            found.append(option)
        return found


def always(effect: Effect) -> Callable[[float], Effect]:
    """For a fault that takes no value."""
    return lambda _: effect


def says(reply: Reply | Callable[[Asked], Reply], which: Which = everything) -> Callable[[float], Effect]:
    """For a fault that gives those requests this answer, in place of whatever is behind it."""
    return always(Effect(instead=instead(reply, which)))


def proxy(name: str, status: int, page: Page, cause: str, words: str, resembles: tuple[str, ...] = ()) -> Fault:
    """The fault that a device (`words`) answers everything with its page for that status."""
    return Fault(
        name=name,
        says=f"{words} answers {status} to everything",
        causes=(cause,),
        resembles=resembles,
        makes=says(page(status)),
    )
