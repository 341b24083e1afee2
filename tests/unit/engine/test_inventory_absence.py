"""Who is not there: absence needs strong witnesses, and who is gone stays so until a later reading shows it."""

from __future__ import annotations

import pytest

from connect_operator.domain.connect.user import Described

from .builders import NOW, USER_ID, WINDOW, a_described_user, a_sweep, a_user, an_inventory
from .records import OLD, record


class TestAbsence:
    """A user that a sweep does not show is missing only if nothing speaks against that."""

    def test_not_shown_once_is_missing_but_not_forgotten(self) -> None:
        inventory = an_inventory(a_user())
        assert inventory.take_sweep(a_sweep(started=NOW)) == {USER_ID}
        assert record(inventory).missing
        assert inventory.named("jdoe") is not None

    def test_missing_is_news_only_once(self) -> None:
        inventory = an_inventory(a_user())
        inventory.take_sweep(a_sweep(started=NOW))
        assert inventory.take_sweep(a_sweep(started=NOW + 60)) == set()

    def test_shown_again_is_news(self) -> None:
        inventory = an_inventory(a_user())
        inventory.take_sweep(a_sweep(started=NOW))
        assert inventory.take_sweep(a_sweep(a_user(), started=NOW + 60)) == {USER_ID}
        assert not record(inventory).missing

    @pytest.mark.parametrize(
        ("reason", "started", "missing"),
        [
            ("a sweep that began before the creation", NOW - 5, False),
            ("one within the window", NOW + WINDOW - 1, False),
            ("one after the window", NOW + WINDOW, True),
        ],
    )
    def test_a_new_user_is_not_missing_within_the_window(self, reason: str, started: float, *, missing: bool) -> None:
        inventory = an_inventory()
        inventory.take_written(a_described_user(), now=NOW, stamp=NOW)
        inventory.take_sweep(a_sweep(started=started))
        assert record(inventory).missing is missing, reason

    @pytest.mark.parametrize("shown_by", ["listed", "searched"])
    def test_one_list_is_enough_to_be_there(self, shown_by: str) -> None:
        inventory = an_inventory(a_user())
        sweep = a_sweep(a_user(), started=NOW)
        setattr(sweep, "searched" if shown_by == "listed" else "listed", {})
        inventory.take_sweep(sweep)
        assert not record(inventory).missing


class TestDeleted:
    """Who was deleted stays deleted, though lists go on showing the user for a while."""

    def test_forgotten_at_once(self) -> None:
        inventory = an_inventory(a_user())
        inventory.take_deleted(USER_ID, NOW)
        assert inventory.get(USER_ID) is None
        assert inventory.named("jdoe") is None

    @pytest.mark.parametrize(
        ("reason", "started", "back"),
        [
            ("a sweep that began before the deletion", NOW - 5, False),
            ("lists that lag", NOW + WINDOW - 1, False),
            ("still shown after the window: it lives", NOW + WINDOW, True),
        ],
    )
    def test_a_tombstone_lasts_for_the_window(self, reason: str, started: float, *, back: bool) -> None:
        inventory = an_inventory(a_user())
        inventory.take_deleted(USER_ID, NOW)
        inventory.take_sweep(a_sweep(a_user(), started=started))
        assert (inventory.get(USER_ID) is not None) is back, reason

    def test_search_by_name_does_not_revive(self) -> None:
        """SearchUsers' index lags; the user that we deleted must not be found again by its name."""
        inventory = an_inventory(a_user())
        inventory.take_deleted(USER_ID, NOW)
        inventory.take_found(a_user(), NOW + 1)
        assert inventory.named("jdoe") is None

    def test_describe_does_not_revive(self) -> None:
        inventory = an_inventory(a_user())
        inventory.take_deleted(USER_ID, NOW)
        inventory.take_described(Described(user=a_described_user(), last_modified=OLD), NOW + 1)
        assert inventory.get(USER_ID) is None

    def test_the_next_user_of_that_name_is_seen(self) -> None:
        inventory = an_inventory(a_user())
        inventory.take_deleted(USER_ID, NOW)
        inventory.take_sweep(a_sweep(a_user(), a_user("u-2"), started=NOW + 5))
        found = inventory.named("jdoe")
        assert found is not None
        assert found.user.user_id == "u-2"

    def test_forgetting_an_old_bearer_of_a_name_keeps_the_new_one(self) -> None:
        inventory = an_inventory(a_user())
        inventory.take_written(a_described_user("u-2"), now=NOW, stamp=NOW)
        inventory.take_deleted(USER_ID, NOW)
        found = inventory.named("jdoe")
        assert found is not None
        assert found.user.user_id == "u-2"
