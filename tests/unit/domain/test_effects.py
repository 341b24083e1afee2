"""What an acknowledged call is taken to have done, until the user is read again."""

from __future__ import annotations

from connect_operator.domain.kinds.spec import PhoneConfig
from connect_operator.domain.plan.changes import Call
from connect_operator.domain.plan.effects import after

from .builders import an_observed_user, auto, persistent, telephone, work


def test_the_legacy_call_is_voices_and_its_limit_is_every_channels() -> None:
    before = an_observed_user(
        after_contact_work_configs=(work("CHAT", 30), work("VOICE", 30)),
        auto_accept_configs=(auto("CHAT", accept=False), auto("VOICE", accept=False)),
        phone_number_configs=(telephone("DESK_PHONE", "+4930111"),),
        persistent_connection_configs=(persistent(connection=False),),
    )
    block = {"PhoneType": "SOFT_PHONE", "AutoAccept": True, "AfterContactWorkTimeLimit": 90}
    found = after(Call("UpdateUserPhoneConfig", {"PhoneConfig": block}), before)
    assert found.phone_config == PhoneConfig(
        phone_type="SOFT_PHONE", auto_accept=True, after_contact_work_time_limit=90
    )
    assert found.after_contact_work_configs == (work("CHAT", 90), work("VOICE", 90))
    assert found.auto_accept_configs == (auto("CHAT", accept=False), auto("VOICE", accept=True))
    assert found.phone_number_configs == (telephone("SOFT_PHONE"),), "a soft phone has no number"
    assert found.persistent_connection_configs == (persistent(connection=False),), "nobody has said another"


def test_a_call_that_is_not_known_has_changed_nothing() -> None:
    before = an_observed_user()
    assert after(Call("UpdateUserSomethingNew", {"PhoneConfig": {}}), before) == before
