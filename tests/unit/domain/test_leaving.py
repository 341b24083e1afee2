"""When a user is active: at every time of every manifest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connect_operator.domain.connect.references import CatalogKind, Entry
from connect_operator.domain.kinds.spec import UNSET, ConnectUserSpec, InactiveProfiles
from connect_operator.domain.plan.changes import Call
from connect_operator.domain.plan.leaving import (
    Phase,
    names,
    next_change,
    phase,
    security_first,
    why_inactive,
    with_profiles,
)
from connect_operator.domain.text.timestamps import rfc3339

NOON = 1_800_000_000.0
MORNING, EVENING = rfc3339(NOON - 3600), rfc3339(NOON + 3600)


@pytest.mark.parametrize(
    ("spec", "wanted"),
    [
        pytest.param({}, Phase.ACTIVE, id="nothing is said"),
        pytest.param({"state": "Inactive"}, Phase.INACTIVE, id="by state"),
        pytest.param({"active_from": EVENING}, Phase.SCHEDULED, id="before the first day"),
        pytest.param(
            {"active_from": EVENING, "state": "Inactive"}, Phase.SCHEDULED, id="nobody is made before, inactive"
        ),
        pytest.param({"active_from": rfc3339(NOON)}, Phase.ACTIVE, id="from that very second on"),
        pytest.param({"active_until": rfc3339(NOON)}, Phase.INACTIVE, id="until that very second"),
        pytest.param({"active_from": MORNING, "active_until": EVENING}, Phase.ACTIVE, id="in between"),
        pytest.param({"active_until": MORNING}, Phase.INACTIVE, id="after the last day"),
        pytest.param({"active_until": MORNING.lower()}, Phase.INACTIVE, id="after the last day, in small letters"),
        pytest.param({"active_from": EVENING.lower()}, Phase.SCHEDULED, id="before the first day, in small letters"),
        pytest.param({"active_until": "2099-02-30T00:00:00Z"}, Phase.INACTIVE, id="a last day that is no time"),
        pytest.param({"active_from": "2020-02-30T00:00:00Z"}, Phase.SCHEDULED, id="a first day that is no time"),
        pytest.param({"active_from": "2027-01-15T09:00:00+01:00"}, Phase.ACTIVE, id="in another time zone"),
        pytest.param(
            {"active_from": "2027-01-15T09:00:01+01:00"}, Phase.SCHEDULED, id="in another zone, a second later"
        ),
    ],
)
def test_the_phase(spec: dict[str, str], wanted: Phase) -> None:
    assert phase(ConnectUserSpec(**spec), NOON) is wanted  # type: ignore[arg-type]


times = st.none() | st.integers(0, 200).map(lambda hours: rfc3339(NOON + hours * 3600))


@given(begin=times, end=times, now=st.integers(-10, 210), inactive=st.booleans())
def test_nothing_changes_before_the_next_change(begin: str | None, end: str | None, now: int, inactive: bool) -> None:  # noqa: FBT001 - drawn
    spec = ConnectUserSpec(
        state="Inactive" if inactive else "Active", active_from=begin or UNSET, active_until=end or UNSET
    )
    at = NOON + now * 3600.0 + 1
    change = next_change(spec, at)
    moments = [at + step * 3600.0 for step in range(230)]
    for moment in moments:
        if change is None or moment < change:
            assert phase(spec, moment) is phase(spec, at)
    if phase(spec, at) is not Phase.ACTIVE:
        assert why_inactive(spec, at).startswith("spec.")


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        pytest.param({"state": "Inactive"}, "spec.state is Inactive", id="by state"),
        pytest.param({"active_until": MORNING}, f"spec.activeUntil was {MORNING}", id="after the last day"),
        pytest.param({"active_from": EVENING}, f"spec.activeFrom is {EVENING}", id="before the first day"),
        pytest.param(
            {"active_until": MORNING, "state": "Inactive"}, "spec.state is Inactive", id="the last day is not all"
        ),
        pytest.param(
            {"active_from": EVENING, "state": "Inactive"}, f"spec.activeFrom is {EVENING}", id="nor is the state"
        ),
    ],
)
def test_the_field_that_makes_inactive_is_named(spec: dict[str, str], told: str) -> None:
    assert why_inactive(ConnectUserSpec(**spec), NOON) == told  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("spec", "change"),
    [
        pytest.param({"active_from": rfc3339(NOON)}, None, id="a first day that has just begun"),
        pytest.param({"active_until": rfc3339(NOON)}, None, id="a last day that is just over"),
        pytest.param({"active_from": "2020-02-30T00:00:00Z"}, None, id="a first day that is no time"),
        pytest.param({"active_until": "2099-02-30T00:00:00Z"}, None, id="a last day that is no time"),
        pytest.param({"active_from": MORNING, "active_until": EVENING}, NOON + 3600, id="only the last day is ahead"),
        pytest.param({"active_from": EVENING, "active_until": rfc3339(NOON + 7200)}, NOON + 3600, id="the earlier one"),
    ],
)
def test_a_pass_is_due_only_at_a_time_that_is_ahead(spec: dict[str, str], change: float | None) -> None:
    """What is due at the very moment is looked at now; due again at once, passes would follow each other for ever."""
    assert next_change(ConnectUserSpec(**spec), NOON) == change  # type: ignore[arg-type]


def test_rights_are_taken_first() -> None:
    calls = [
        Call(name, {}) for name in ("UpdateUserIdentityInfo", "UpdateUserRoutingProfile", "UpdateUserSecurityProfiles")
    ]
    assert [call.operation for call in security_first(calls)] == [
        "UpdateUserSecurityProfiles",
        "UpdateUserRoutingProfile",
        "UpdateUserIdentityInfo",
    ]


def test_without_inactive_profiles_the_users_own_are_left_as_they_are() -> None:
    spec = ConnectUserSpec(routing_profile_name="Basic", security_profile_names=("Agent",), tags={"a": "b"})
    left = with_profiles(spec, UNSET)
    assert (left.routing_profile_name, left.security_profile_names, left.tags) == (UNSET, UNSET, {"a": "b"})


def test_the_names_of_what_the_administrator_gives() -> None:
    catalogs = {
        CatalogKind.SECURITY_PROFILE: (Entry("sp-3", "No Access"),),
        CatalogKind.ROUTING_PROFILE: (Entry("rp-9", "Nobody"),),
    }
    profiles = InactiveProfiles(security_profile_ids=("arn:x/security-profile/sp-3",), routing_profile_id="rp-9")
    assert names(profiles, catalogs) == (("No Access",), ("Nobody",))


def test_inactive_profiles_take_the_place_of_the_users_own() -> None:
    own = ConnectUserSpec(routing_profile_name="Basic", security_profile_names=("Agent",), tags={"a": "b"})
    inactive = InactiveProfiles(security_profile_ids=("sp-3",), routing_profile_id="rp-9")
    given = with_profiles(own, inactive)
    assert (given.routing_profile_name, given.routing_profile_id) == (UNSET, "rp-9")
    assert (given.security_profile_names, given.security_profile_ids) == (UNSET, ("sp-3",))
    assert given.tags == {"a": "b"}
