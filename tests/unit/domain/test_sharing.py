"""What is equal in many objects is held once, and stays what it was."""

from __future__ import annotations

import json
from typing import Any

from connect_operator.domain.kinds.objects import parse_user
from connect_operator.domain.kinds.sharing import LONGEST, Shared, share_strings


def a_raw_user(name: str) -> dict[str, Any]:
    condition = {"type": "Ready", "status": "True", "reason": "Available", "message": "as the manifest says"}
    content = {
        "metadata": {"name": name, "namespace": "team-a", "uid": f"uid-{name}"},
        "spec": {"routingProfileName": "Basic Routing Profile", "identityInfo": {"firstName": name}},
        "status": {"instanceArn": "arn:aws:connect:us-east-1:1:instance/1", "conditions": [condition]},
    }
    parsed: dict[str, Any] = json.loads(json.dumps(content))
    return parsed


def test_objects_share_what_they_have_in_common() -> None:
    one, other = parse_user(a_raw_user("ada")), parse_user(a_raw_user("bob"))
    assert one.spec is not None
    assert other.spec is not None
    assert one.spec.routing_profile_name is other.spec.routing_profile_name
    assert one.status.instance_arn is other.status.instance_arn
    assert one.status.conditions[0] is other.status.conditions[0]
    assert one.spec.identity_info != other.spec.identity_info


def test_sharing_changes_no_value() -> None:
    value = {"a": ["x", 1, None, True, {"b": 1.5}], "c": {}}
    assert share_strings(value) == value


def test_long_texts_are_not_kept() -> None:
    one, other = ("".join(["x"] * (LONGEST + extra)) for extra in (1, 1))
    assert share_strings(one) is one
    assert share_strings(other) is other
    raw = [a_raw_user(name) for name in ("ada", "bob")]
    for each in raw:
        each["status"]["conditions"][0]["message"] = "".join(["x"] * 1000)
    ada, bob = map(parse_user, raw)
    assert ada.status.conditions[0] is not bob.status.conditions[0]


def test_what_is_shared_is_bounded_and_begins_anew() -> None:
    shared = Shared()
    one, other = (tuple(text) for text in ("ab", "ab"))
    first = shared.one(one)
    assert shared.one(other) is first
    for number in range(10_000):
        assert shared.one(str(number)) == str(number)
    assert shared.one(("a", "b")) == first
