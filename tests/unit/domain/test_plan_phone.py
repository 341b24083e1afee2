"""The telephone section: which of the two calls, and that neither changes what nobody asked to change."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import UNSET

from connect_operator.domain.kinds.spec import PhoneConfig
from connect_operator.domain.plan.phone import legacy_view
from connect_operator.domain.plan.plan import plan

from .builders import (
    a_desired_user,
    an_observed_user,
    auto,
    enhancement,
    persistent,
    telephone,
    work,
)

SOFT = PhoneConfig(
    phone_type="SOFT_PHONE", auto_accept=False, after_contact_work_time_limit=30, persistent_connection=False
)
ALL_30 = (work("CHAT", 30), work("EMAIL", 30), work("TASK", 30), work("VOICE", 30))


def calls(managed: dict[str, Any], held: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    found = plan(a_desired_user(**managed), an_observed_user(**held))
    return [(call.operation, call.parameters) for call in found.calls]


def lines(managed: dict[str, Any], held: dict[str, Any]) -> list[str]:
    return list(plan(a_desired_user(**managed), an_observed_user(**held)).lines)


@pytest.mark.parametrize(
    ("reason", "managed", "held"),
    [
        ("an empty legacy block manages nothing", {"phone_config": PhoneConfig()}, {"phone_config": SOFT}),
        ("equal members", {"phone_config": PhoneConfig(auto_accept=False)}, {"phone_config": SOFT}),
        ("false is what is not shown", {"phone_config": PhoneConfig(auto_accept=False)}, {}),
        ("0 is what is not shown", {"phone_config": PhoneConfig(after_contact_work_time_limit=0)}, {}),
        ("no number is what is not shown", {"phone_config": PhoneConfig(desk_phone_number="")}, {}),
        (
            "the legacy member may only show in the list",
            {"phone_config": PhoneConfig(auto_accept=True)},
            {"auto_accept_configs": (auto("VOICE", accept=True),)},
        ),
        (
            "lists in another order",
            {"auto_accept_configs": (auto("VOICE", accept=True), auto("CHAT", accept=True))},
            {"auto_accept_configs": (auto("CHAT", accept=True), auto("VOICE", accept=True))},
        ),
        (
            "a channel that only shows its default",
            {"auto_accept_configs": (auto("VOICE", accept=True),)},
            {"auto_accept_configs": (auto("CHAT", accept=False), auto("VOICE", accept=True))},
        ),
        (
            "nothing wanted, only defaults shown",
            {"voice_enhancement_configs": ()},
            {"voice_enhancement_configs": (enhancement("NONE"),)},
        ),
        ("an unmanaged list", {"phone_config": PhoneConfig()}, {"after_contact_work_configs": ALL_30}),
    ],
)
def test_no_difference(reason: str, managed: dict[str, Any], held: dict[str, Any]) -> None:
    assert lines(managed, held) == [], reason


class TestLegacyOnly:
    """The legacy call, complete, where nothing is flattened; else the per-channel call."""

    def test_the_complete_block_is_sent(self) -> None:
        wanted = {"phone_config": PhoneConfig(auto_accept=True)}
        assert calls(wanted, {"phone_config": SOFT}) == [
            (
                "UpdateUserPhoneConfig",
                {
                    "PhoneConfig": {
                        "PhoneType": "SOFT_PHONE",
                        "AutoAccept": True,
                        "AfterContactWorkTimeLimit": 30,
                        "PersistentConnection": False,
                    }
                },
            )
        ]
        assert lines(wanted, {"phone_config": SOFT}) == ["phoneConfig.autoAccept: false -> true"]

    def test_phone_type_is_always_in_it(self) -> None:
        assert calls({"phone_config": PhoneConfig(auto_accept=True)}, {}) == [
            ("UpdateUserPhoneConfig", {"PhoneConfig": {"PhoneType": "SOFT_PHONE", "AutoAccept": True}})
        ]

    def test_the_number_of_a_desk_phone_stays(self) -> None:
        held = PhoneConfig(phone_type="DESK_PHONE", desk_phone_number="+4930111")
        ((operation, parameters),) = calls({"phone_config": PhoneConfig(auto_accept=True)}, {"phone_config": held})
        assert operation == "UpdateUserPhoneConfig"
        assert parameters["PhoneConfig"]["DeskPhoneNumber"] == "+4930111"
        assert parameters["PhoneConfig"]["PhoneType"] == "DESK_PHONE"

    def test_all_channels_alike_stay_alike(self) -> None:
        held = {"phone_config": SOFT, "after_contact_work_configs": ALL_30}
        ((operation, _),) = calls({"phone_config": PhoneConfig(auto_accept=True)}, held)
        assert operation == "UpdateUserPhoneConfig"

    @pytest.mark.parametrize(
        ("reason", "held"),
        [
            ("CHAT has another limit", {"after_contact_work_configs": (work("CHAT", 60), *ALL_30[1:])}),
            ("three channels have no limit of their own", {"after_contact_work_configs": (work("VOICE", 30),)}),
            ("VOICE has a first-callback limit", {"after_contact_work_configs": (*ALL_30[:3], work("VOICE", 30, 60))}),
            (
                "VOICE has a first-callback auto-accept",
                {"auto_accept_configs": (auto("VOICE", accept=False, first_callback=True),)},
            ),
        ],
    )
    def test_the_legacy_call_would_flatten(self, reason: str, held: dict[str, Any]) -> None:
        made = calls({"phone_config": PhoneConfig(persistent_connection=True)}, {"phone_config": SOFT, **held})
        assert [operation for operation, _ in made] == ["UpdateUserConfig"], reason
        ((_, parameters),) = made
        assert parameters["PersistentConnectionConfigs"] == [{"Channel": "VOICE", "PersistentConnection": True}]

    def test_a_new_limit_for_voice_keeps_the_channels_that_have_their_own(self) -> None:
        held = {"phone_config": SOFT, "after_contact_work_configs": (work("CHAT", 60), work("VOICE", 30, 45))}
        ((operation, parameters),) = calls({"phone_config": PhoneConfig(after_contact_work_time_limit=90)}, held)
        assert operation == "UpdateUserConfig"
        assert parameters["AfterContactWorkConfigs"] == [
            {"Channel": "CHAT", "AfterContactWorkConfig": {"AfterContactWorkTimeLimit": 60}},
            {
                "Channel": "VOICE",
                "AfterContactWorkConfig": {"AfterContactWorkTimeLimit": 90},
                "AgentFirstCallbackAfterContactWorkConfig": {"AfterContactWorkTimeLimit": 45},
            },
        ]

    def test_a_limit_that_all_channels_share_is_the_legacy_limit(self) -> None:
        held = {"phone_config": SOFT, "after_contact_work_configs": ALL_30}
        ((operation, parameters),) = calls({"phone_config": PhoneConfig(after_contact_work_time_limit=90)}, held)
        assert operation == "UpdateUserPhoneConfig"
        assert parameters["PhoneConfig"]["AfterContactWorkTimeLimit"] == 90

    def test_a_limit_that_not_all_channels_share_is_voices_alone(self) -> None:
        held = {"phone_config": SOFT, "after_contact_work_configs": (work("CHAT", 60), *ALL_30[1:])}
        ((operation, parameters),) = calls({"phone_config": PhoneConfig(after_contact_work_time_limit=90)}, held)
        assert operation == "UpdateUserConfig"
        limits = {
            each["Channel"]: each["AfterContactWorkConfig"]["AfterContactWorkTimeLimit"]
            for each in parameters["AfterContactWorkConfigs"]
        }
        assert limits == {"CHAT": 60, "EMAIL": 30, "TASK": 30, "VOICE": 90}


class TestPerChannel:
    """Whole lists, as the manifest has them."""

    @pytest.mark.parametrize(
        ("reason", "managed", "name", "entries", "line"),
        [
            (
                "auto-accept",
                {"auto_accept_configs": (auto("VOICE", accept=True, first_callback=True), auto("CHAT", accept=True))},
                "AutoAcceptConfigs",
                [
                    {"Channel": "VOICE", "AutoAccept": True, "AgentFirstCallbackAutoAccept": True},
                    {"Channel": "CHAT", "AutoAccept": True},
                ],
                (
                    "autoAcceptConfigs: (none) -> CHAT autoAccept=true; "
                    "VOICE autoAccept=true agentFirstCallbackAutoAccept=true"
                ),
            ),
            (
                "after-contact work",
                {"after_contact_work_configs": (work("CHAT", 60),)},
                "AfterContactWorkConfigs",
                [{"Channel": "CHAT", "AfterContactWorkConfig": {"AfterContactWorkTimeLimit": 60}}],
                "afterContactWorkConfigs: (none) -> CHAT afterContactWorkTimeLimit=60",
            ),
            (
                "a telephone",
                {"phone_number_configs": (telephone("DESK_PHONE", "+4930111"),)},
                "PhoneNumberConfigs",
                [{"Channel": "VOICE", "PhoneType": "DESK_PHONE", "PhoneNumber": "+4930111"}],
                "phoneNumberConfigs: (none) -> VOICE phoneType=DESK_PHONE phoneNumber=+4930111",
            ),
            (
                "persistent connection",
                {"persistent_connection_configs": (persistent(connection=True),)},
                "PersistentConnectionConfigs",
                [{"Channel": "VOICE", "PersistentConnection": True}],
                "persistentConnectionConfigs: (none) -> VOICE persistentConnection=true",
            ),
            (
                "voice enhancement",
                {"voice_enhancement_configs": (enhancement("VOICE_ISOLATION"),)},
                "VoiceEnhancementConfigs",
                [{"Channel": "VOICE", "VoiceEnhancementMode": "VOICE_ISOLATION"}],
                "voiceEnhancementConfigs: (none) -> VOICE voiceEnhancementMode=VOICE_ISOLATION",
            ),
        ],
    )
    def test_a_list(
        self, reason: str, managed: dict[str, Any], name: str, entries: list[dict[str, Any]], line: str
    ) -> None:
        ((operation, parameters),) = calls(managed, {})
        assert operation == "UpdateUserConfig", reason
        assert sorted(parameters[name], key=str) == sorted(entries, key=str)
        assert lines(managed, {}) == [line]

    def test_explicitly_none(self) -> None:
        held = {"auto_accept_configs": (auto("VOICE", accept=True),)}
        ((operation, parameters),) = calls({"auto_accept_configs": ()}, held)
        assert operation == "UpdateUserConfig"
        assert all(not entry["AutoAccept"] for entry in parameters["AutoAcceptConfigs"])
        assert lines({"auto_accept_configs": ()}, held) == ["autoAcceptConfigs: VOICE autoAccept=true -> (none)"]

    def test_an_empty_number_is_not_sent(self) -> None:
        ((_, parameters),) = calls({"phone_number_configs": (telephone("DESK_PHONE", ""),)}, {})
        assert parameters["PhoneNumberConfigs"] == [{"Channel": "VOICE", "PhoneType": "DESK_PHONE"}]

    def test_a_default_entry_that_is_wanted_is_a_difference_to_no_entry_at_most_once(self) -> None:
        managed = {"auto_accept_configs": (auto("VOICE", accept=False),)}
        assert lines(managed, {"auto_accept_configs": (auto("VOICE", accept=False),)}) == []


class TestMixed:
    """Legacy members and lists in one manifest: translated, and one call."""

    def test_one_call_for_both(self) -> None:
        managed = {
            "phone_config": PhoneConfig(phone_type="DESK_PHONE", desk_phone_number="+4930111"),
            "auto_accept_configs": (auto("CHAT", accept=True),),
        }
        ((operation, parameters),) = calls(managed, {"phone_config": SOFT})
        assert operation == "UpdateUserConfig"
        assert parameters["AutoAcceptConfigs"] == [{"Channel": "CHAT", "AutoAccept": True}]
        assert parameters["PhoneNumberConfigs"] == [
            {"Channel": "VOICE", "PhoneType": "DESK_PHONE", "PhoneNumber": "+4930111"}
        ]

    def test_a_number_alone_keeps_the_type(self) -> None:
        managed = {
            "phone_config": PhoneConfig(desk_phone_number="+4930222"),
            "auto_accept_configs": (auto("CHAT", accept=True),),
        }
        held = {"phone_number_configs": (telephone("DESK_PHONE", "+4930111"),)}
        ((_, parameters),) = calls(managed, held)
        assert parameters["PhoneNumberConfigs"] == [
            {"Channel": "VOICE", "PhoneType": "DESK_PHONE", "PhoneNumber": "+4930222"}
        ]

    def test_the_legacy_call_never_undoes_what_the_list_shows(self) -> None:
        """A legacy block that only shows what was written by the legacy call may be out of date."""
        managed = {
            "phone_config": PhoneConfig(persistent_connection=True),
            "auto_accept_configs": (auto("VOICE", accept=True),),
        }
        held = {
            "phone_config": SOFT,
            "auto_accept_configs": (auto("VOICE", accept=True),),
            "after_contact_work_configs": ALL_30,
        }
        ((operation, parameters),) = calls(managed, held)
        if operation == "UpdateUserPhoneConfig":
            assert parameters["PhoneConfig"]["AutoAccept"] is True


class TestLegacyView:
    """The legacy block as it is, completed from the VOICE entries."""

    def test_what_is_shown_counts(self) -> None:
        observed = an_observed_user(phone_config=SOFT, auto_accept_configs=(auto("VOICE", accept=True),))
        assert legacy_view(observed).auto_accept is False

    def test_what_is_not_shown_is_voices(self) -> None:
        observed = an_observed_user(
            auto_accept_configs=(auto("VOICE", accept=True), auto("CHAT", accept=False)),
            after_contact_work_configs=(work("VOICE", 30),),
            phone_number_configs=(telephone("DESK_PHONE", "+4930111"),),
            persistent_connection_configs=(persistent(connection=True),),
        )
        assert legacy_view(observed) == PhoneConfig(
            phone_type="DESK_PHONE",
            auto_accept=True,
            after_contact_work_time_limit=30,
            desk_phone_number="+4930111",
            persistent_connection=True,
        )

    def test_other_channels_do_not_count(self) -> None:
        observed = an_observed_user(auto_accept_configs=(auto("CHAT", accept=True),))
        assert legacy_view(observed).auto_accept is UNSET
