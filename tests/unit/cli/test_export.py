"""From an observed user to a manifest, and back: nothing may differ but the owner tag."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connect_operator.cli.admission.judge import spec_violations
from connect_operator.domain.connect.references import CatalogKind, Entry
from connect_operator.domain.connect.user import ContactDetails, ObservedUser
from connect_operator.domain.kinds import spec as manifest
from connect_operator.domain.plan.desired import resolve
from connect_operator.domain.plan.export import export
from connect_operator.domain.plan.plan import plan
from connect_operator.domain.rules.identity import violations

INSTANCE = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
CATALOGS = {
    CatalogKind.ROUTING_PROFILE: (Entry("rp-1", "Basic"), Entry("rp-2", "Twice"), Entry("rp-3", "Twice")),
    CatalogKind.SECURITY_PROFILE: (Entry("sp-1", "Agent"), Entry("sp-2", "Admin"), Entry("sp-3", "Admin")),
    CatalogKind.HIERARCHY_GROUP: (
        Entry("hg-1", "EMEA", ("EMEA",)),
        Entry("hg-2", "Team A/B", ("EMEA", "Team A/B")),
        Entry("hg-3", "Team A/B", ("EMEA", "Team A/B", "Team A/B")),
        Entry("hg-4", "Same", ("Same",)),
        Entry("hg-5", "Same", ("Same",)),
    ),
}
CHANNELS = ("CHAT", "EMAIL", "TASK", "VOICE")
BOOLEANS = st.booleans()
LIMITS = st.sampled_from((0, 30, 60))
LIMIT = st.builds(manifest.AfterContactWork, after_contact_work_time_limit=LIMITS)
NUMBER = st.sampled_from(("", "+493012345678"))
TYPES = st.sampled_from(("SOFT_PHONE", "DESK_PHONE"))


@st.composite
def per_channel(draw: st.DrawFn, entry: Any, channels: tuple[str, ...] = CHANNELS) -> tuple[Any, ...]:  # noqa: ANN401
    chosen = draw(st.lists(st.sampled_from(channels), unique=True))
    return tuple(entry(draw, channel) for channel in sorted(chosen))


def auto_accept(draw: st.DrawFn, channel: str) -> manifest.AutoAcceptConfig:
    callback = draw(BOOLEANS | st.just(msgspec.UNSET)) if channel == "VOICE" else msgspec.UNSET
    return manifest.AutoAcceptConfig(
        channel=channel, auto_accept=draw(BOOLEANS), agent_first_callback_auto_accept=callback
    )


def work(draw: st.DrawFn, channel: str) -> manifest.AfterContactWorkPerChannel:
    callback = draw(LIMIT | st.just(msgspec.UNSET)) if channel == "VOICE" else msgspec.UNSET
    return manifest.AfterContactWorkPerChannel(
        channel=channel,
        after_contact_work_config=draw(LIMIT),
        agent_first_callback_after_contact_work_config=callback,
    )


def number(draw: st.DrawFn, channel: str) -> manifest.PhoneNumberConfig:
    return manifest.PhoneNumberConfig(channel=channel, phone_type=draw(TYPES), phone_number=draw(NUMBER))


def persistent(draw: st.DrawFn, channel: str) -> manifest.PersistentConnectionConfig:
    return manifest.PersistentConnectionConfig(channel=channel, persistent_connection=draw(BOOLEANS))


def voice(draw: st.DrawFn, channel: str) -> manifest.VoiceEnhancementConfig:
    mode = draw(st.sampled_from(("NONE", "VOICE_ISOLATION", "NOISE_SUPPRESSION")))
    return manifest.VoiceEnhancementConfig(channel=channel, voice_enhancement_mode=mode)


LEGACY = st.builds(
    manifest.PhoneConfig,
    phone_type=TYPES | st.just(msgspec.UNSET),
    auto_accept=BOOLEANS | st.just(msgspec.UNSET),
    after_contact_work_time_limit=LIMITS | st.just(msgspec.UNSET),
    desk_phone_number=NUMBER,
    persistent_connection=BOOLEANS | st.just(msgspec.UNSET),
)
PROFICIENCIES = st.lists(
    st.builds(
        manifest.Proficiency,
        attribute_name=st.sampled_from(("Language", "Skill")),
        attribute_value=st.sampled_from(("German", "Billing")),
        level=st.integers(1, 5).map(float),
    ),
    unique_by=lambda each: (each.attribute_name, each.attribute_value),
).map(lambda each: tuple(sorted(each, key=lambda entry: (entry.attribute_name, entry.attribute_value))))
USERS = st.builds(
    ObservedUser,
    user_id=st.just("u-1"),
    arn=st.just(f"arn:aws:connect:us-east-1:111122223333:instance/{INSTANCE}/agent/u-1"),
    username=st.sampled_from(("jdoe", "Jane_Doe", "jane@example.com")),
    first_name=st.sampled_from(("", "Jane", "Zoë")),
    last_name=st.sampled_from(("", "Doe")),
    contact=st.builds(
        ContactDetails,
        email=st.sampled_from(("", "jane@example.com")),
        secondary_email=st.sampled_from(("", "j@example.com")),
        mobile=NUMBER,
    )
    | st.just(msgspec.UNSET),
    routing_profile_id=st.sampled_from(("rp-1", "rp-2")),
    security_profile_ids=st.sampled_from((("sp-1",), ("sp-1", "sp-2"))),
    hierarchy_group_id=st.sampled_from(("", "hg-2", "hg-3", "hg-4")),
    phone_config=LEGACY,
    auto_accept_configs=per_channel(auto_accept),
    after_contact_work_configs=per_channel(work),
    phone_number_configs=per_channel(number, ("VOICE",)),
    persistent_connection_configs=per_channel(persistent, ("VOICE",)),
    voice_enhancement_configs=per_channel(voice, ("VOICE",)),
    proficiencies=PROFICIENCIES | st.just(msgspec.UNSET),
    tags=st.dictionaries(
        st.sampled_from(("team", "aws:cloudformation:stack", "connect-operator.io/owner")), st.just("x")
    ),
)
TYPES_OF_IDENTITY = st.sampled_from(("CONNECT_MANAGED", "SAML", "EXISTING_DIRECTORY"))


@given(USERS, TYPES_OF_IDENTITY)
def test_the_manifest_of_a_user_differs_in_nothing(user: ObservedUser, identity_type: str) -> None:
    raw = export(user, identity_type, CATALOGS)
    read = msgspec.convert(raw, manifest.ConnectUserSpec)
    resolution = resolve(read, user.username, INSTANCE, CATALOGS)
    assert resolution.unresolved == ()
    todo = plan(resolution.desired, user)
    assert (todo.changes, todo.unseen) == ((), frozenset())


@given(USERS, TYPES_OF_IDENTITY)
def test_the_manifest_of_a_user_breaks_no_rule(user: ObservedUser, identity_type: str) -> None:
    raw = {"instanceRef": {"name": "support"}, **export(user, identity_type, CATALOGS)}
    assert spec_violations("ConnectUser", raw, "jdoe") == ()
    read = msgspec.convert(raw, manifest.ConnectUserSpec)
    assert violations(read, user.username, identity_type, creating=False) == ()


def a_user(**members: Any) -> ObservedUser:  # noqa: ANN401 - members of different types
    base: dict[str, Any] = {"user_id": "u-1", "arn": "", "username": "jdoe", "routing_profile_id": "rp-1"}
    return ObservedUser(**{**base, "security_profile_ids": ("sp-1",), **members})


@pytest.mark.parametrize(
    ("user", "expected", "reason"),
    [
        (a_user(), {}, "only what differs from empty"),
        (a_user(routing_profile_id="rp-2"), {"routingProfileId": "rp-2"}, "a name that two have is no name"),
        (a_user(routing_profile_id="rp-9"), {"routingProfileId": "rp-9"}, "an id that is not listed"),
        (
            a_user(security_profile_ids=("sp-1", "sp-2")),
            {"securityProfileIds": ["sp-1", "sp-2"]},
            "one ambiguous name turns the whole list to ids",
        ),
        (a_user(hierarchy_group_id="hg-2"), {"hierarchyGroupPath": "EMEA/Team A\\/B"}, "a slash in a name"),
        (a_user(hierarchy_group_id="hg-4"), {"hierarchyGroupId": "hg-4"}, "two groups at one path"),
        (
            a_user(tags={"team": "a", "connect-operator.io/owner": "x", "aws:y": "z"}),
            {"tags": {"team": "a"}},
            "neither the owner's tag nor AWS's",
        ),
        (
            a_user(proficiencies=(manifest.Proficiency(attribute_name="a", attribute_value="b", level=3.0),)),
            {"proficiencies": [{"attributeName": "a", "attributeValue": "b", "level": 3}]},
            "levels are whole",
        ),
        (
            a_user(phone_config=manifest.PhoneConfig(phone_type="DESK_PHONE", auto_accept=False)),
            {"phoneConfig": {"phoneType": "DESK_PHONE"}},
            "the legacy block where no list shows the same",
        ),
    ],
)
def test_a_member(user: ObservedUser, expected: dict[str, Any], reason: str) -> None:
    usual = {"username": "jdoe", "routingProfileName": "Basic", "securityProfileNames": ["Agent"]}
    found = export(user, "CONNECT_MANAGED", CATALOGS)
    assert {name: value for name, value in found.items() if usual.get(name) != value} == expected, reason


@pytest.mark.parametrize(
    ("identity_type", "members"),
    [
        ("CONNECT_MANAGED", {"firstName", "lastName", "email"}),
        ("SAML", {"firstName", "lastName"}),
        ("EXISTING_DIRECTORY", set()),
    ],
)
def test_what_the_instance_does_not_let_a_manifest_manage_is_left_out(identity_type: str, members: set[str]) -> None:
    contact = ContactDetails(email="jane@example.com")
    user = a_user(first_name="Jane", last_name="Doe", contact=contact, directory_user_id="S-1")
    found = export(user, identity_type, CATALOGS)
    assert set(found.get("identityInfo", {})) == members
    assert ("directoryUserId" in found) == (identity_type == "EXISTING_DIRECTORY")
