"""Those who decide wait while kopf lists a kind anew, until all of it is handed over."""

from __future__ import annotations

import asyncio

from connect_operator.kube.judges import Hold, Relists

PATH = "/apis/connect-operator.io/v1alpha1/connectusers"
OTHER = "/apis/connect-operator.io/v1alpha1/connectinstances"


class Counting:
    """How many holds there are."""

    def __init__(self) -> None:
        self.holds = 0
        self.released = asyncio.Event()

    def hold(self) -> None:
        self.holds += 1

    def release(self) -> None:
        self.holds -= 1
        self.released.set()


def test_a_hold_is_taken_once_and_given_back_once() -> None:
    judges = Counting()
    hold = Hold(judges)
    for on, holds in ((True, 1), (True, 1), (False, 0), (False, 0)):
        hold.set(on=on)
        assert judges.holds == holds


async def test_the_first_list_of_each_does_not_count() -> None:
    judges = Counting()
    relists = Relists(judges)
    relists.listed(PATH)
    relists.watching(PATH)
    relists.listed(OTHER)
    assert judges.holds == 0


async def test_a_later_one_counts_until_all_is_handed_over() -> None:
    judges = Counting()
    relists = Relists(judges)
    relists.watching(PATH)
    for _page in range(2):
        relists.listed(PATH)
        relists.delivered()
    assert judges.holds == 1
    relists.watching(PATH)
    assert judges.holds == 1
    await asyncio.wait_for(judges.released.wait(), 60)
    assert judges.holds == 0


async def test_each_kind_by_itself() -> None:
    judges = Counting()
    relists = Relists(judges)
    for path in (PATH, OTHER):
        relists.watching(path)
        relists.listed(path)
    assert judges.holds == 2
    relists.watching(PATH)
    await asyncio.wait_for(judges.released.wait(), 60)
    assert judges.holds == 1
