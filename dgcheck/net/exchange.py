"""Ask one HTTP question, alone or on a lane."""

from __future__ import annotations

import asyncio

from dgcheck.model.asking import Ask
from dgcheck.model.evidence import Ending, Exchange
from dgcheck.net.lane import lane_of
from dgcheck.net.network import Network
from dgcheck.net.question import Turn, connected, converse, record, stale, talk_for, turn


async def exchange(network: Network, ask: Ask, *, check: str, purpose: str) -> Exchange:
    """Ask on a connection of its own, or on its lane's; the answer is recorded, whatever it was."""
    question = turn(network, ask, check=check, purpose=purpose)
    network.requests += not ask.more  # those that look for the largest upload are counted apart
    if ask.lane:
        found = await lane_of(network, ask.lane).take(question)
    else:
        try:
            found = await alone(network, question)
        finally:
            if question.connection:
                question.connection.close()
    return found


async def alone(network: Network, question: Turn) -> Exchange:
    """One question on a connection of its own."""
    try:
        async with network.within(question.ask.limit):
            if not await connected(network, question):
                return record(network, question)
            talk = talk_for(network, question)
            if question.ask.more:
                from dgcheck.net.upload import upload

                await upload(talk, question.ask, question.target, question.headers)
                return record(network, question)
            exact = question.ask.manner is not None
            data = talk.request_bytes(
                question.ask.method, question.target, question.headers, question.ask.body, exact=exact
            )
            await converse(talk, data, question.ask.body)
    except TimeoutError:
        question.ending = Ending.TIMED_OUT
    except (OSError, EOFError):
        pass  # the talk has kept how it ended
    except asyncio.CancelledError:
        record(network, question)
        raise
    if stale(question) and question.connection is not None:
        question.connection.close()
        question.talk = question.connection = None
        return await alone(network, question)
    return record(network, question)
