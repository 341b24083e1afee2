"""UpdateUserConfig takes whole lists: what they carry along, and how they say that a channel is to have nothing."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import UNSET

from connect_operator.domain.plan.plan import plan

from .builders import a_desired_user, an_observed_user, auto, enhancement, persistent, telephone, work

_LISTS = [
    (
        "auto_accept_configs",
        (auto("CHAT", accept=True),),
        {"AutoAcceptConfigs": [{"Channel": "CHAT", "AutoAccept": False}]},
    ),
    (
        "after_contact_work_configs",
        (work("CHAT", 60),),
        {
            "AfterContactWorkConfigs": [
                {"Channel": "CHAT", "AfterContactWorkConfig": {"AfterContactWorkTimeLimit": 0}},
            ]
        },
    ),
    (
        "phone_number_configs",
        (telephone("DESK_PHONE", "+4930111"),),
        {"PhoneNumberConfigs": [{"Channel": "VOICE", "PhoneType": "SOFT_PHONE"}]},
    ),
    (
        "persistent_connection_configs",
        (persistent(connection=True),),
        {"PersistentConnectionConfigs": [{"Channel": "VOICE", "PersistentConnection": False}]},
    ),
    (
        "voice_enhancement_configs",
        (enhancement("VOICE_ISOLATION"),),
        {"VoiceEnhancementConfigs": [{"Channel": "VOICE", "VoiceEnhancementMode": "NONE"}]},
    ),
]


def test_what_the_manifest_does_not_name_is_sent_as_it_is() -> None:
    """What an omitted list means is undocumented."""
    held = {
        "auto_accept_configs": (auto("CHAT", accept=True),),
        "after_contact_work_configs": (work("CHAT", 60),),
        "persistent_connection_configs": (persistent(connection=True),),
    }
    (call,) = plan(
        a_desired_user(voice_enhancement_configs=(enhancement("VOICE_ISOLATION"),)), an_observed_user(**held)
    ).calls
    assert call.operation == "UpdateUserConfig"
    assert call.parameters == {
        "AutoAcceptConfigs": [{"Channel": "CHAT", "AutoAccept": True}],
        "AfterContactWorkConfigs": [{"Channel": "CHAT", "AfterContactWorkConfig": {"AfterContactWorkTimeLimit": 60}}],
        "PersistentConnectionConfigs": [{"Channel": "VOICE", "PersistentConnection": True}],
        "VoiceEnhancementConfigs": [{"Channel": "VOICE", "VoiceEnhancementMode": "VOICE_ISOLATION"}],
    }


def test_a_list_that_was_not_read_hides_no_difference_of_the_others() -> None:
    managed = {
        "after_contact_work_configs": (work("CHAT", 60),),
        "phone_number_configs": (telephone("DESK_PHONE", "+4930111"),),
    }
    found = plan(a_desired_user(**managed), an_observed_user(after_contact_work_configs=UNSET))
    assert list(found.lines) == ["phoneNumberConfigs: (none) -> VOICE phoneType=DESK_PHONE phoneNumber=+4930111"]


@pytest.mark.parametrize(("name", "held", "sent"), _LISTS, ids=[name for name, _, _ in _LISTS])
def test_a_channel_that_goes_on_having_what_was_left_out_is_given_its_default(
    name: str, held: tuple[Any, ...], sent: dict[str, Any]
) -> None:
    desired, observed = a_desired_user(**{name: ()}), an_observed_user(**{name: held})
    (first,) = plan(desired, observed).calls
    assert list(first.parameters.values()) == [[]]
    (again,) = plan(desired, observed, insist=frozenset({first.operation})).calls
    assert (again.operation, again.parameters) == ("UpdateUserConfig", sent)
