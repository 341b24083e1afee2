"""IDs and ARNs: either is taken, and an ARN of something else, somewhere else or somebody else is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connect_sim.control_client import DEFAULT_INSTANCE, SAML_INSTANCE, SimControl

Client = Any
Json = dict[str, Any]
ACCOUNT, REGION = "111122223333", "us-east-1"


def _arn(instance: str, kind: str, key: str, account: str = ACCOUNT, region: str = REGION) -> str:
    return f"arn:aws:connect:{region}:{account}:instance/{instance}/{kind}/{key}"


PARAMETER, MISSING, DENIED = "InvalidParameterException", "ResourceNotFoundException", "AccessDeniedException"
CASES: list[tuple[str, str, str]] = [
    ("a routing profile", _arn(DEFAULT_INSTANCE, "routing-profile", "x"), PARAMETER),
    ("not an ARN of Connect", "arn:aws:iam::111122223333:user/x", PARAMETER),
    ("another instance's user", _arn(SAML_INSTANCE, "agent", "ID"), MISSING),
    ("another region's user", _arn(DEFAULT_INSTANCE, "agent", "ID", region="eu-west-2"), MISSING),
    ("another account's user", _arn(DEFAULT_INSTANCE, "agent", "ID", account="444455556666"), DENIED),
    ("an ID in another case", "ID-UPPER", MISSING),
]


@pytest.mark.parametrize(("reason", "value", "code"), CASES, ids=[case[0] for case in CASES])
def test_a_user_id_must_name_a_user_of_the_instance(
    reason: str, value: str, code: str, connect: Client, ann: Json, refusal: Callable[..., Json]
) -> None:
    user_id = ann["UserId"]
    named = value.replace("ID-UPPER", user_id.upper()).replace("/ID", f"/{user_id}")
    assert refusal(connect.describe_user, InstanceId=DEFAULT_INSTANCE, UserId=named)["code"] == code, reason


def test_the_users_own_arn_is_taken_with_the_instances(connect: Client, ann: Json) -> None:
    instance = f"arn:aws:connect:{REGION}:{ACCOUNT}:instance/{DEFAULT_INSTANCE}"
    user = _arn(DEFAULT_INSTANCE, "agent", ann["UserId"])
    assert connect.describe_user(InstanceId=instance, UserId=user)["User"]["Arn"] == user


def test_gov_cloud_has_its_own_partition(
    control: SimControl,
    client_for: Callable[..., Client],
    sim: Any,  # noqa: ANN401 - any simulator with a URL
) -> None:
    instance = control.add_instance(region="us-gov-west-1")
    assert instance["arn"].startswith("arn:aws-us-gov:connect:us-gov-west-1:")
    connect = client_for(sim.url, region="us-gov-west-1")
    assert connect.describe_instance(InstanceId=instance["arn"])["Instance"]["Id"] == instance["id"]
