"""Shares of a fleet: disjoint, complete, even, and the same for everybody who reads the same names."""

from __future__ import annotations

import pytest

from dgcheck.fleet.shard import WHOLE, Shard, chosen, read, share
from dgcheck.model.errors import UsageError

NAMES = [f"http://dg-{number}.example.com:8080" for number in range(503)]


@pytest.mark.parametrize("of", [1, 2, 7, 600])
def test_all_shares_are_all_names_each_once_and_evenly(of: int) -> None:
    shares = [share(NAMES, Shard(index, of)) for index in range(of)]
    assert sorted(name for one in shares for name in one) == sorted(NAMES)
    sizes = {len(one) for one in shares}
    assert max(sizes) - min(sizes) <= 1


def test_the_order_of_the_names_does_not_matter() -> None:
    assert share(NAMES, Shard(1, 3)) == share(NAMES[::-1], Shard(1, 3))


def test_a_share_is_the_same_in_every_release() -> None:
    """Pods of two releases may meet in one Job."""
    assert sorted(share("abcdefgh", Shard(0, 3))) == ["a", "b", "d"]


@pytest.mark.parametrize(
    ("flag", "environ", "shard"),
    [
        pytest.param("1/3", {}, Shard(1, 3), id="flag"),
        pytest.param("1/3", {"JOB_COMPLETION_INDEX": "7"}, Shard(1, 3), id="flag in a Job"),
        pytest.param(None, {"DGCHECK_SHARD": "2/4", "JOB_COMPLETION_INDEX": "0"}, Shard(2, 4), id="variable"),
        pytest.param(None, {"JOB_COMPLETION_INDEX": "2", "JOB_COMPLETIONS": "5"}, Shard(2, 5), id="Indexed Job"),
        pytest.param(None, {"JOB_COMPLETIONS": "5"}, WHOLE, id="no index"),
        pytest.param(None, {}, WHOLE, id="nothing"),
    ],
)
def test_who_says_which_share(flag: str | None, environ: dict[str, str], shard: Shard) -> None:
    assert chosen(flag, environ) == shard


@pytest.mark.parametrize("text", ["3/3", "1", "1/0", "-1/3", "a/b", "1/3/5", "", "1/99999999999", "½/2"])
def test_what_is_no_share(text: str) -> None:
    with pytest.raises(UsageError, match="--shard"):
        read(text)


def test_an_index_without_the_number_of_shares_is_not_guessed() -> None:
    with pytest.raises(UsageError, match=r"JOB_COMPLETIONS.*--shard 3/N"):
        chosen(None, {"JOB_COMPLETION_INDEX": "3"})
