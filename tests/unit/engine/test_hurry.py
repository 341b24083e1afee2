"""Which edits go first, and which objects are looked at first."""

from __future__ import annotations

from connect_operator.domain.kinds.objects import ObjectKey
from connect_operator.engine.pace.hurry import ONE_MORE_AFTER, Hurried, hurry
from connect_operator.engine.pace.ready import Due, ReadyQueue


def test_five_edits_in_a_row_and_then_one_a_minute() -> None:
    hurried: Hurried | None = None
    for generation in range(2, 7):
        hurried = hurry(hurried, generation, 100.0)
        assert hurried is not None
    assert hurry(hurried, 7, 101.0) is None
    assert hurry(hurried, 6, 101.0) is not None, "an edit may need several calls"
    later = hurry(hurried, 7, 100.0 + ONE_MORE_AFTER)
    assert later is not None
    assert hurry(later, 8, 101.0 + ONE_MORE_AFTER) is None


def test_namespaces_take_turns_and_within_one_edits_go_first_then_what_is_new() -> None:
    queue = ReadyQueue()
    for each in range(3):
        queue.push(ObjectKey("hog", str(each)), Due.AGAIN)
    queue.push(ObjectKey("hog", "new"), Due.NEW)
    queue.push(ObjectKey("hog", "edited"), Due.EDITED)
    queue.push(ObjectKey("team-b", "single"), Due.AGAIN)
    order = []
    while queue:
        order.append(queue.pop().name)
    assert order == ["edited", "single", "new", "0", "1", "2"]
