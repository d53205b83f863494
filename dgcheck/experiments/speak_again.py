"""All of the speech came at once after a pause: is the pause as long as the text, every time?"""

from __future__ import annotations

from dgcheck.model.asking import Ask, Asking, Experiment
from dgcheck.model.case import Case
from dgcheck.model.evidence import Exchange
from dgcheck.readings import further


def _post(case: Case) -> Exchange | None:
    found = (seen for seen in case.of(Exchange, "speak") if not further.is_loop(seen))
    return next((seen for seen in found if further.served(seen)), None)


def worth_asking(case: Case) -> bool:
    """The audio began late and came all at once, and no socket on which it came piece by piece says why."""
    post = _post(case)
    if post is None or case.first(Exchange, "speak", further.AGAIN) is not None:
        return False
    return further.all_at_once(case, post) and not further.streamed(case, further.model_of(post))


async def ask(asking: Asking) -> None:
    """A shorter text, then the whole one again: a buffer is in proportion, a voice that was loaded is slow once."""
    from dgcheck.readings import spoken
    from dgcheck.wire.endpoint import Saying, saying

    post = _post(asking.case)
    if post is None:
        return
    voice = further.model_of(post)
    whole = saying(voice, asking.settings.expect)
    for text in (whole.text.partition(". ")[0] + ".", whole.text):
        if asking.requests_left() <= 0:
            return
        came, how = spoken.Came(), Ask(path=post.request.path, query=post.request.query, whole=True)
        seen = await asking.net.exchange(spoken.question(how, text, came))
        asking.net.keep(spoken.heard(seen, voice, Saying(text, whole.language), came))


EXPERIMENT = Experiment(id=further.AGAIN, check="speak", when=worth_asking, ask=ask)
