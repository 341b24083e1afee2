"""What counts: sweeps, single reads and our own writes in every order."""

from __future__ import annotations

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from connect_operator.domain.connect.user import ContactDetails, Described, ObservedUser, UserSummary
from connect_operator.domain.kinds.spec import Proficiency
from connect_operator.engine.instances.inventory import Inventory
from connect_operator.engine.instances.record import Sweep

from .builders import NOW, USER_ID, WINDOW, a_described_user, a_sweep, a_user, an_inventory
from .records import OLD, record

ADVANCED = "rp-2"


def written(inventory: Inventory, *, at: float = NOW, routing: str = ADVANCED) -> None:
    """A write of ours: the routing profile, acknowledged by a server whose clock agrees with ours."""
    user = replace(record(inventory).user, routing_profile_id=routing)
    inventory.take_written(user, now=at, stamp=float(int(at)))


class TestSweep:
    def test_a_first_sweep_shows_everybody_as_new(self) -> None:
        inventory = Inventory(WINDOW)
        assert inventory.take_sweep(a_sweep(a_user("a", username="a"), a_user("b", username="b"))) == {"a", "b"}
        assert inventory.swept_tick == NOW - 10
        assert len(inventory) == 2
        assert record(inventory, "a").last_modified == OLD

    def test_the_same_sweep_again_is_no_news(self) -> None:
        inventory = an_inventory(a_user())
        assert inventory.take_sweep(a_sweep(a_user(), started=NOW)) == set()

    @pytest.mark.parametrize(
        ("reason", "shown", "stamp"),
        [
            ("a visible value", a_user(routing_profile_id=ADVANCED), NOW - 5),
            ("only LastModifiedTime: an e-mail, perhaps", a_user(), NOW - 5),
            ("a visible value without a newer stamp (tags do not move it)", a_user(tags={"a": "b"}), OLD),
        ],
    )
    def test_news(self, reason: str, shown: ObservedUser, stamp: float) -> None:
        inventory = an_inventory(a_user())
        assert inventory.take_sweep(a_sweep(shown, started=NOW, stamps={USER_ID: stamp})) == {USER_ID}, reason
        assert record(inventory).user.routing_profile_id == shown.routing_profile_id

    def test_what_only_describe_shows_is_kept_while_the_stamp_does_not_move(self) -> None:
        inventory = an_inventory(a_user())
        inventory.take_described(
            Described(user=a_described_user(contact=ContactDetails(email="e")), last_modified=OLD), NOW
        )
        inventory.take_sweep(a_sweep(a_user(), started=NOW + 60))
        assert record(inventory).user.contact == ContactDetails(email="e")

    def test_it_is_forgotten_when_the_stamp_moves(self) -> None:
        inventory = an_inventory(a_user())
        inventory.take_described(Described(user=a_described_user(), last_modified=OLD), NOW)
        inventory.take_sweep(a_sweep(a_user(), started=NOW + 60, stamps={USER_ID: NOW + 30}))
        assert record(inventory).user.contact is UNSET

    def test_without_a_stamp_nothing_unseen_is_kept(self) -> None:
        """A user whom ListUsers did not show may have changed in what SearchUsers cannot show."""
        inventory = an_inventory(a_user())
        inventory.take_described(Described(user=a_described_user(), last_modified=OLD), NOW)
        inventory.take_sweep(Sweep(started_tick=NOW + 60, searched={USER_ID: a_user()}))
        assert record(inventory).user.contact is UNSET


class TestOwnWrites:
    """Within the window after our own write only a newer LastModifiedTime overrules it."""

    @pytest.mark.parametrize(
        ("reason", "started", "stamp", "routing"),
        [
            ("a sweep that began before the write", NOW - 1, OLD, ADVANCED),
            ("one that began after, without a newer stamp", NOW + 1, OLD, ADVANCED),
            ("the stamp of our very write", NOW + 1, NOW + 0.4, ADVANCED),
            ("a stamp of the same second: Date counts whole seconds", NOW + 1, NOW + 0.9, ADVANCED),
            ("at the end of the window", NOW + WINDOW - 1, OLD, ADVANCED),
            ("a newer stamp: somebody wrote after us", NOW + 5, NOW + 3, "rp-1"),
            ("after the window", NOW + WINDOW, OLD, "rp-1"),
        ],
    )
    def test_who_is_believed(self, reason: str, started: float, stamp: float, routing: str) -> None:
        inventory = an_inventory(a_user())
        written(inventory)
        inventory.take_sweep(a_sweep(a_user(), started=started, stamps={USER_ID: stamp}))
        assert record(inventory).user.routing_profile_id == routing, reason

    @pytest.mark.parametrize(
        ("reason", "started", "stamp", "routing"),
        [
            ("DescribeUser within the window shows the old value", NOW + 1, OLD, ADVANCED),
            ("with a newer stamp", NOW + 5, NOW + 3, "rp-1"),
            ("without any stamp", NOW + 5, None, ADVANCED),
            ("after the window", NOW + WINDOW, OLD, "rp-1"),
        ],
    )
    def test_described(self, reason: str, started: float, stamp: float | None, routing: str) -> None:
        inventory = an_inventory(a_user())
        written(inventory)
        inventory.take_described(Described(user=a_described_user(), last_modified=stamp), started)
        assert record(inventory).user.routing_profile_id == routing, reason

    @pytest.mark.parametrize(("started", "routing"), [(NOW + 1, ADVANCED), (NOW + WINDOW, "rp-1")])
    def test_found_by_name(self, started: float, routing: str) -> None:
        inventory = an_inventory(a_user())
        written(inventory)
        inventory.take_found(a_user(), started)
        assert record(inventory).user.routing_profile_id == routing

    def test_a_second_write_extends_the_window(self) -> None:
        inventory = an_inventory(a_user())
        written(inventory)
        written(inventory, at=NOW + 500, routing="rp-3")
        inventory.take_sweep(a_sweep(a_user(), started=NOW + 700))
        assert record(inventory).user.routing_profile_id == "rp-3"

    def test_drift_seen_after_our_write_is_news(self) -> None:
        inventory = an_inventory(a_user())
        written(inventory)
        assert inventory.take_sweep(a_sweep(a_user(), started=NOW + 5, stamps={USER_ID: NOW + 3})) == {USER_ID}

    def test_a_stale_sweep_is_no_news(self) -> None:
        inventory = an_inventory(a_user())
        written(inventory)
        assert inventory.take_sweep(a_sweep(a_user(), started=NOW + 5)) == set()


class TestPartial:
    """A user that only ListUsers shows is known by name, and needs DescribeUser."""

    @staticmethod
    def listed_only(started: float = NOW, stamp: float = OLD) -> Sweep:
        summary = UserSummary(user_id=USER_ID, arn="arn", username="jdoe", last_modified=stamp)
        return Sweep(started_tick=started, listed={USER_ID: summary})

    def test_known_by_name(self) -> None:
        inventory = Inventory(WINDOW)
        assert inventory.take_sweep(self.listed_only()) == {USER_ID}
        found = inventory.named("jdoe")
        assert found is not None
        assert found.partial

    def test_describe_completes_it(self) -> None:
        inventory = Inventory(WINDOW)
        inventory.take_sweep(self.listed_only())
        inventory.take_described(Described(user=a_described_user(), last_modified=OLD), NOW)
        assert not record(inventory).partial
        assert record(inventory).user.routing_profile_id == "rp-1"

    def test_search_completes_it(self) -> None:
        inventory = Inventory(WINDOW)
        inventory.take_sweep(self.listed_only())
        assert inventory.take_sweep(a_sweep(a_user(), started=NOW + 60)) == {USER_ID}
        assert not record(inventory).partial

    def test_a_full_record_does_not_become_partial_by_a_lagging_search(self) -> None:
        inventory = an_inventory(a_user())
        assert inventory.take_sweep(self.listed_only()) == set()
        assert not record(inventory).partial

    def test_a_moved_stamp_is_news_even_without_search(self) -> None:
        inventory = an_inventory(a_user())
        assert inventory.take_sweep(self.listed_only(stamp=NOW - 1)) == {USER_ID}

    def test_an_unknown_unit_of_after_contact_work_is_partial(self) -> None:
        inventory = Inventory(WINDOW)
        inventory.take_sweep(a_sweep(a_user(after_contact_work_configs=UNSET)))
        assert record(inventory).partial


class TestNames:
    def test_names_are_exact(self) -> None:
        inventory = an_inventory(a_user())
        assert inventory.named("JDoe") is None
        assert inventory.named("jdo") is None

    def test_proficiencies_are_kept_in_order(self) -> None:
        inventory = an_inventory(a_user())
        skills = tuple(Proficiency(attribute_name=name, attribute_value="v", level=1) for name in ("b", "a"))
        inventory.take_proficiencies(USER_ID, skills, NOW)
        held = record(inventory).user.proficiencies
        assert held is not UNSET
        assert [each.attribute_name for each in held] == ["a", "b"]

    def test_proficiencies_of_nobody_are_dropped(self) -> None:
        inventory = an_inventory()
        inventory.take_proficiencies(USER_ID, (), NOW)
        assert inventory.get(USER_ID) is None

    def test_our_own_write_of_proficiencies_is_not_undone_by_a_stale_list(self) -> None:
        """ListUserProficiencies is as eventually consistent as all else."""
        skill = Proficiency(attribute_name="a", attribute_value="b", level=1)
        inventory = an_inventory(a_user(proficiencies=()))
        inventory.take_written(replace(record(inventory).user, proficiencies=(skill,)), now=NOW, stamp=NOW)
        inventory.take_proficiencies(USER_ID, (), NOW + 1)
        assert record(inventory).user.proficiencies == (skill,)
        inventory.take_proficiencies(USER_ID, (), NOW + WINDOW)
        assert record(inventory).user.proficiencies == ()
