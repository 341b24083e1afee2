"""Users as tests describe them: only what the case is about is named, the rest is plain and the same everywhere."""

from __future__ import annotations

from typing import Any

from connect_operator.domain.connect.ownership import OWNER_TAG
from connect_operator.domain.connect.user import ContactDetails, DesiredUser, ObservedUser
from connect_operator.domain.kinds.spec import (
    AfterContactWork,
    AfterContactWorkPerChannel,
    AutoAcceptConfig,
    IdentityInfo,
    PersistentConnectionConfig,
    PhoneNumberConfig,
    Proficiency,
    VoiceEnhancementConfig,
)

USER_ID = "7c1a6f0e-0000-4000-8000-000000000001"
INSTANCE_ID = "0f1e2d3c-0000-4000-8000-00000000000a"
INSTANCE_ARN = f"arn:aws:connect:us-east-1:123456789012:instance/{INSTANCE_ID}"
USER_ARN = f"{INSTANCE_ARN}/agent/{USER_ID}"
OWNER = "cluster-1/uid-1/team-a/jdoe"


def a_desired_user(**managed: Any) -> DesiredUser:  # noqa: ANN401 - any member of a desired user
    """A user of whom nothing is managed but what is named."""
    return DesiredUser(**{"username": "jdoe", **managed})


def an_observed_user(**held: Any) -> ObservedUser:  # noqa: ANN401 - any member of an observed user
    """An ordinary agent of our own, read completely."""
    plain: dict[str, Any] = {
        "user_id": USER_ID,
        "arn": USER_ARN,
        "username": "jdoe",
        "first_name": "Jane",
        "last_name": "Doe",
        "contact": ContactDetails(email="jane@example.com"),
        "routing_profile_id": "rp-1",
        "security_profile_ids": ("sp-1",),
        "proficiencies": (),
        "tags": {OWNER_TAG: OWNER},
    }
    return ObservedUser(**{**plain, **held})


def identity(**members: str) -> IdentityInfo:
    """An identity block with these members."""
    return IdentityInfo(**members)


def auto(channel: str, *, accept: bool, first_callback: bool | None = None) -> AutoAcceptConfig:
    """Auto-accept of a channel."""
    if first_callback is None:
        return AutoAcceptConfig(channel=channel, auto_accept=accept)
    return AutoAcceptConfig(channel=channel, auto_accept=accept, agent_first_callback_auto_accept=first_callback)


def work(channel: str, limit: int, first_callback: int | None = None) -> AfterContactWorkPerChannel:
    """After-contact work of a channel in seconds."""
    config = AfterContactWork(after_contact_work_time_limit=limit)
    if first_callback is None:
        return AfterContactWorkPerChannel(channel=channel, after_contact_work_config=config)
    callback = AfterContactWork(after_contact_work_time_limit=first_callback)
    return AfterContactWorkPerChannel(
        channel=channel,
        after_contact_work_config=config,
        agent_first_callback_after_contact_work_config=callback,
    )


def telephone(phone_type: str, number: str | None = None) -> PhoneNumberConfig:
    """The telephone of VOICE."""
    if number is None:
        return PhoneNumberConfig(channel="VOICE", phone_type=phone_type)
    return PhoneNumberConfig(channel="VOICE", phone_type=phone_type, phone_number=number)


def persistent(*, connection: bool) -> PersistentConnectionConfig:
    """Persistent connection of VOICE."""
    return PersistentConnectionConfig(channel="VOICE", persistent_connection=connection)


def enhancement(mode: str) -> VoiceEnhancementConfig:
    """Voice enhancement of VOICE."""
    return VoiceEnhancementConfig(channel="VOICE", voice_enhancement_mode=mode)


def skill(name: str, value: str, level: float) -> Proficiency:
    """A proficiency."""
    return Proficiency(attribute_name=name, attribute_value=value, level=level)
