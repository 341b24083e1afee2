"""What holds for every plan, whatever Connect makes of what its documentation leaves open."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec import UNSET

from connect_operator.domain.connect.user import DesiredUser, ObservedUser
from connect_operator.domain.kinds.spec import IdentityInfo, PhoneConfig
from connect_operator.domain.plan.effects import after
from connect_operator.domain.plan.plan import create_parameters, plan, proficiency_parameters

from . import strategies
from .builders import OWNER
from .connect_model import applied, seen
from .model_user import AUTO, CHANNELS, ENHANCEMENT, NUMBER, PERSISTENT, WORK, ModelUser, Reading, all_readings
from .service_model import problems

# Few, because every reading gets its own; without explanations, which cost more than the search.
_FAST = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
)
_LISTS = {
    "auto_accept_configs": AUTO,
    "after_contact_work_configs": WORK,
    "phone_number_configs": NUMBER,
    "persistent_connection_configs": PERSISTENT,
    "voice_enhancement_configs": ENHANCEMENT,
}
_LEGACY = {
    "phone_type": f"phone.{NUMBER}.VOICE.PhoneType",
    "desk_phone_number": f"phone.{NUMBER}.VOICE.PhoneNumber",
    "auto_accept": f"phone.{AUTO}.VOICE.AutoAccept",
    "persistent_connection": f"phone.{PERSISTENT}.VOICE.PersistentConnection",
}
_IDENTITY = {
    "first_name": "FirstName",
    "last_name": "LastName",
    "email": "Email",
    "secondary_email": "SecondaryEmail",
    "mobile": "Mobile",
}


def _flipped(reading: Reading) -> str:
    plain = Reading()
    return (
        ",".join(
            f"{name} {getattr(reading, name)}"
            for name in Reading.__dataclass_fields__
            if getattr(reading, name) != getattr(plain, name)
        )
        or "plain"
    )


_EVERY_READING = pytest.mark.parametrize("reading", all_readings(), ids=_flipped)


def _managed(desired: DesiredUser, names: set[str]) -> set[str]:
    """Of these facts of a user, those that the manifest names."""
    return {name for name in names if any(name.startswith(prefix) for prefix in _prefixes(desired))}


def _prefixes(desired: DesiredUser) -> set[str]:
    found = {
        prefix
        for member, prefix in {
            "routing_profile_id": "routingProfileId",
            "security_profile_ids": "securityProfileIds",
            "hierarchy_group_id": "hierarchyGroupId",
            "proficiencies": "proficiencies[",
            "tags": "tags[",
            **{member: f"phone.{name}." for member, name in _LISTS.items()},
        }.items()
        if getattr(desired, member) is not UNSET
    }
    if isinstance(desired.identity_info, IdentityInfo):
        found |= {
            f"identity.{name}"
            for field, name in _IDENTITY.items()
            if getattr(desired.identity_info, field) is not UNSET
        }
    if isinstance(desired.phone_config, PhoneConfig):
        found |= {name for field, name in _LEGACY.items() if getattr(desired.phone_config, field) is not UNSET}
        if desired.phone_config.after_contact_work_time_limit is not UNSET:
            # The legacy block has one limit for all channels.
            found |= {f"phone.{WORK}.{channel}.AfterContactWorkConfig." for channel in CHANNELS}
    return found


def _converged(desired: DesiredUser, user: ModelUser, reading: Reading, rounds: int) -> ModelUser:
    """The user after that many rounds; from the second on the plan knows which calls were made before."""
    made: frozenset[str] = frozenset()
    for _ in range(rounds):
        for call in plan(desired, seen(user, reading), insist=made).calls:
            user = applied(call, user, reading)
            made |= {call.operation}
    return user


def _cannot_be_emptied(desired: DesiredUser, user: ModelUser, reading: Reading) -> bool:
    """Whether the manifest empties what a merging call cannot empty: a number's pattern admits no empty text."""
    info, phone = desired.identity_info, desired.phone_config
    if reading.identity_info == "merge" and isinstance(info, IdentityInfo) and info.mobile == "":
        return bool(user.identity.get("Mobile"))
    return reading.phone_config == "merge" and isinstance(phone, PhoneConfig) and phone.desk_phone_number == ""


@_EVERY_READING
@_FAST
@given(desired=strategies.desired_users, user=strategies.model_users())
def test_two_rounds_of_plans_leave_nothing_to_do(reading: Reading, desired: DesiredUser, user: ModelUser) -> None:
    if _cannot_be_emptied(desired, user, reading):
        return
    settled = _converged(desired, user, reading, rounds=2)
    assert plan(desired, seen(settled, reading)).lines == ()


@_EVERY_READING
@_FAST
@given(desired=strategies.desired_users, user=strategies.model_users())
def test_what_the_manifest_does_not_name_keeps_its_value(
    reading: Reading, desired: DesiredUser, user: ModelUser
) -> None:
    before = user.facts()
    after_all = _converged(desired, user, reading, rounds=1).facts()
    moved = {name for name in before.keys() | after_all.keys() if before.get(name) != after_all.get(name)}
    assert moved - _managed(desired, moved) == set()


@_FAST
@given(desired=strategies.desired_users, user=strategies.model_users(), reading=strategies.readings)
def test_operators_and_awss_own_tags_are_never_touched(desired: DesiredUser, user: ModelUser, reading: Reading) -> None:
    settled = _converged(desired, user, reading, rounds=2)
    for key in ("connect-operator.io/owner", "aws:cloudformation:stack-name"):
        assert settled.tags[key] == user.tags[key]


@_FAST
@given(desired=strategies.desired_users, user=strategies.model_users(), reading=strategies.readings)
def test_every_call_is_a_request_that_the_service_model_allows(
    desired: DesiredUser, user: ModelUser, reading: Reading
) -> None:
    observed = seen(user, reading)
    once_more = frozenset(call.operation for call in plan(desired, observed).calls)
    for call in (*plan(desired, observed).calls, *plan(desired, observed, insist=once_more).calls):
        assert problems(call.operation, call.parameters) == []
        assert call.changes, "a call without a difference is a wasted token"


@_FAST
@given(desired=strategies.desired_users)
def test_every_creation_is_a_request_that_the_service_model_allows(desired: DesiredUser) -> None:
    complete = msgspec.structs.replace(desired, routing_profile_id="rp-1", security_profile_ids=("sp-1",))
    assert problems("CreateUser", create_parameters(complete, OWNER)) == []
    skills = proficiency_parameters(complete)
    if skills is not None:
        assert problems("AssociateUserProficiencies", skills) == []


def _as_desired(observed: ObservedUser) -> DesiredUser:
    """The manifest that names everything that is seen, the per-channel way."""
    contact = observed.contact
    assert contact is not UNSET
    tags = {key: value for key, value in observed.tags.items() if not key.startswith(("aws:", "connect-operator.io/"))}
    shared: dict[str, Any] = {
        name: getattr(observed, name)
        for name in (*_LISTS, "routing_profile_id", "security_profile_ids", "hierarchy_group_id", "proficiencies")
    }
    return DesiredUser(
        username=observed.username,
        identity_info=IdentityInfo(
            first_name=observed.first_name,
            last_name=observed.last_name,
            email=contact.email,
            secondary_email=contact.secondary_email,
            mobile=contact.mobile,
        ),
        tags=tags,
        **shared,
    )


@_FAST
@given(user=strategies.model_users(), reading=strategies.readings)
def test_nothing_is_planned_for_a_user_who_is_as_the_manifest_says(user: ModelUser, reading: Reading) -> None:
    observed = seen(user, reading)
    found = plan(_as_desired(observed), observed)
    assert found.lines == ()
    assert found.unseen == frozenset()


@_FAST
@given(desired=strategies.desired_users, user=strategies.model_users(), reading=strategies.readings, data=st.data())
def test_order_of_tags_and_lists_does_not_matter(
    desired: DesiredUser, user: ModelUser, reading: Reading, data: st.DataObject
) -> None:
    observed = seen(user, reading)
    shuffled: dict[str, Any] = {
        name: tuple(data.draw(st.permutations(value)))
        for name in (*_LISTS, "security_profile_ids", "proficiencies")
        if (value := getattr(desired, name)) is not UNSET
    }
    if desired.tags is not UNSET:
        shuffled["tags"] = dict(data.draw(st.permutations(list(desired.tags.items()))))
    other = msgspec.structs.replace(desired, **shuffled)
    assert set(plan(other, observed).lines) == set(plan(desired, observed).lines)


@_FAST
@given(desired=strategies.desired_users, user=strategies.model_users())
def test_effects_agree_with_the_model_on_every_call(desired: DesiredUser, user: ModelUser) -> None:
    """What an acknowledged write is taken to have done, against the plain reading: the same plan is left."""
    observed = seen(user, Reading())
    for call in plan(desired, observed).calls:
        user = applied(call, user, Reading())
        observed = after(call, observed)
    truth = seen(user, Reading())
    for name in ("first_name", "last_name", "contact", "routing_profile_id", "hierarchy_group_id", "proficiencies"):
        assert getattr(observed, name) == getattr(truth, name), name
    assert set(observed.security_profile_ids) == set(truth.security_profile_ids)
    assert observed.tags == truth.tags
    assert plan(desired, observed).lines == plan(desired, truth).lines == ()


@_FAST
@given(wanted=st.sets(st.integers(0, 90), max_size=49), held=st.sets(st.integers(0, 90), max_size=49))
def test_a_user_never_has_more_than_fifty_tags_on_the_way(wanted: set[int], held: set[int]) -> None:
    user = ModelUser("u", "arn", "jdoe", tags={"connect-operator.io/owner": OWNER} | {f"k{n}": "v" for n in held})
    desired = DesiredUser(username="jdoe", tags={f"k{n}": "w" for n in wanted})
    settled = _converged(desired, user, Reading(), rounds=1)
    assert plan(desired, seen(settled, Reading())).lines == ()
