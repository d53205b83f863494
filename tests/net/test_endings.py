"""What an errno stands for."""

from __future__ import annotations

import errno

import pytest

from dgcheck.model.evidence import Ending
from dgcheck.net.endings import ending_of, errno_word


@pytest.mark.parametrize(
    ("number", "ending"),
    [
        pytest.param(0, Ending.ANSWERED, id="none"),
        pytest.param(-1, Ending.TIMED_OUT, id="a limit of ours"),
        pytest.param(errno.ECONNREFUSED, Ending.REFUSED, id="refused"),
        pytest.param(errno.EHOSTUNREACH, Ending.UNREACHABLE, id="no route"),
        pytest.param(errno.EACCES, Ending.UNREACHABLE, id="prohibited"),
        pytest.param(errno.ENOPROTOOPT, Ending.UNREACHABLE, id="ICMP protocol unreachable"),
        pytest.param(errno.ECONNRESET, Ending.RESET, id="reset"),
        pytest.param(errno.EMFILE, Ending.FAILED, id="anything else"),
    ],
)
def test_an_errno_is_an_ending(number: int, ending: Ending) -> None:
    assert ending_of(number) is ending
    assert (errno_word(number) in ("", "-1")) == (number < 1)
