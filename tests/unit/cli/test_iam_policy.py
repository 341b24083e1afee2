"""`iam-policy`: the table of calls agrees with the code, and each statement allows no more than it says."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest
from botocore.session import Session
from click.testing import CliRunner

from connect_operator.cli import main
from connect_operator.cli.iam.calls import CALLS, Feature
from connect_operator.cli.iam.policy import PRIVILEGED_TAG, Scope, policy
from connect_operator.domain.connect.arn import parse_instance_arn

ROOT = Path(__file__).parents[3]
CODE = ROOT / "operator" / "connect_operator"
ARN = "arn:aws:connect:us-east-1:123456789012:instance/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
OWNER = "aws:ResourceTag/connect-operator.io/owner"
# Names in manifests, not calls; this table itself, and that of what botocore is to know.
NO_CALLS = ("cli/iam/", "cli/explain/", "aws/service_data.py")
MANAGED_POLICY_LIMIT = 6144
FILE = (
    "iam-policy", "--instance", ARN, "--cluster-id", "CLUSTER", "--features", "contacts,sessions",
    "--routing-profile", "11111111-2222-3333-4444-555555555555",
    "--security-profile", "66666666-7777-8888-9999-000000000000",
)  # fmt: skip


def a_scope(**changes: Any) -> Scope:  # noqa: ANN401 - members of Scope
    instance = parse_instance_arn(ARN)
    assert instance is not None
    return Scope(**{"instance": instance, "cluster_id": "CLUSTER", **changes})


def statements(scope: Scope) -> dict[str, dict[str, Any]]:
    return {each["Sid"]: each for each in policy(scope)["Statement"]}


def called() -> set[str]:
    """Every operation of Amazon Connect that the code names."""
    operations = set(Session().get_service_model("connect").operation_names)
    found = set()
    for path in CODE.rglob("*.py"):
        if not path.relative_to(CODE).as_posix().startswith(NO_CALLS):
            nodes = ast.walk(ast.parse(path.read_text()))
            found |= {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return found & operations


def test_every_call_that_the_code_makes_is_in_the_table() -> None:
    assert called() - {call.operation for call in CALLS} == set()


def test_the_table_has_no_call_that_the_code_does_not_make() -> None:
    """Those of a feature that this build has not are granted only to who asks for the feature."""
    assert {call.operation for call in CALLS if call.feature is None} - called() == set()


def test_every_operation_exists_at_aws() -> None:
    operations = set(Session().get_service_model("connect").operation_names)
    assert {call.operation for call in CALLS} <= operations


@pytest.mark.parametrize("features", [(), (Feature.CONTACTS,), tuple(Feature)])
def test_the_policy_grants_the_calls_of_the_table_and_no_others(features: tuple[Feature, ...]) -> None:
    granted = {
        action.removeprefix("connect:")
        for each in statements(a_scope(features=features)).values()
        if each["Effect"] == "Allow"
        for action in each["Action"]
        if action.startswith("connect:")
    }
    assert granted == {call.operation for call in CALLS if call.feature is None or call.feature in features}


def test_existing_users_are_written_only_with_this_clusters_tag() -> None:
    own = statements(a_scope())["ChangeAndDeleteOwnUsers"]
    assert own["Condition"] == {"StringLike": {OWNER: "CLUSTER/*"}}
    assert own["Resource"] == [f"{ARN}/agent/*"]
    assert "connect:DeleteUser" in own["Action"]


def test_tags_are_two_statements() -> None:
    found = statements(a_scope())
    assert found["TagOwnUsers"]["Action"] == ["connect:TagResource", "connect:UntagResource"]
    assert found["TagOwnUsers"]["Condition"] == {"StringLike": {OWNER: "CLUSTER/*"}}
    nobodys = found["TagUsersThatHaveNoOwner"]
    assert nobodys["Action"] == ["connect:TagResource"]
    assert nobodys["Condition"] == {
        "StringLike": {"aws:RequestTag/connect-operator.io/owner": "CLUSTER/*"},
        "Null": {OWNER: "true"},
    }


def test_users_of_others_are_taken_over_only_with_the_feature() -> None:
    assert "TakeUsersOfOthersOver" not in statements(a_scope(features=set(Feature) - {Feature.ADOPTION}))
    assert "TakeUsersOfOthersOver" in statements(a_scope(features=(Feature.ADOPTION,)))


def test_only_the_named_profiles_can_be_given() -> None:
    found = statements(a_scope(security_profiles=("sp-1", f"{ARN}/security-profile/sp-2"), routing_profiles=("rp-1",)))
    wanted = [f"{ARN}/routing-profile/rp-1", f"{ARN}/security-profile/sp-1", f"{ARN}/security-profile/sp-2"]
    assert found["GiveProfilesAndGroups"]["Resource"] == [*wanted, f"{ARN}/agent-group/*"]
    assert found["CreateUsersWithTheOwnerTag"]["Resource"] == [f"{ARN}/agent/*", *wanted, f"{ARN}/agent-group/*"]
    assert not any(f"{ARN}/security-profile/*" in each["Resource"] for each in found.values())


def test_privileged_users_are_denied() -> None:
    denied = statements(a_scope())["LeavePrivilegedUsersAlone"]
    assert denied["Effect"] == "Deny"
    assert denied["Condition"] == {"StringEquals": {f"aws:ResourceTag/{PRIVILEGED_TAG}": "true"}}
    assert {"connect:UpdateUserIdentityInfo", "connect:UntagResource"} <= set(denied["Action"])


def test_nothing_but_directories_is_allowed_on_everything() -> None:
    wide = [each["Action"] for each in statements(a_scope(features=tuple(Feature))).values() if "*" in each["Resource"]]
    assert wide == [["ds:DescribeDirectories"]]


def test_reading_alone_writes_nothing() -> None:
    for each in statements(a_scope(read_only=True)).values():
        assert all(re.match(r"(connect|ds):(Describe|List|Search)", action) for action in each["Action"]), each


def test_a_policy_with_everything_fits_into_a_managed_policy() -> None:
    text = json.dumps(policy(a_scope(features=tuple(Feature), security_profiles=("x" * 36,))), separators=(",", ":"))
    assert len(text) < MANAGED_POLICY_LIMIT
    assert all(re.fullmatch(r"[A-Za-z0-9]+", each["Sid"]) for each in policy(a_scope())["Statement"])


def run(*arguments: str, **environment: str | None) -> Any:  # noqa: ANN401 - click's result
    nothing: dict[str, str | None] = {"CONNECT_OPERATOR_CLUSTER_ID": None, "KUBECONFIG": None}
    return CliRunner().invoke(main, list(arguments), env={**nothing, **environment})


def test_the_file_in_manifests_is_what_the_command_prints() -> None:
    result = run(*FILE)
    assert result.exit_code == 0, result.output
    assert (ROOT / "manifests" / "iam" / "policy.json").read_text() == result.stdout


def test_the_page_explains_every_statement_and_feature() -> None:
    page = (ROOT / "docs" / "iam.md").read_text()
    scope = a_scope(features=tuple(Feature))
    assert [sid for sid in statements(scope) if f"`{sid}`" not in page] == []
    assert [feature for feature in Feature if f"`{feature}`" not in page] == []


def test_the_policies_of_the_page_are_json() -> None:
    blocks = re.findall(r"```json\n(.*?)```", (ROOT / "docs" / "iam.md").read_text(), re.DOTALL)
    assert len(blocks) >= 3
    for block in blocks:
        assert json.loads(block)["Version"] == "2012-10-17"


WRONG = [
    (("--instance", "0f1e", "--cluster-id", "c"), "is no ARN of a Connect instance"),
    (("--instance", ARN), "whose users? say --cluster-id"),
    (("--instance", ARN, "--cluster-id", "*"), "use at most 36 of A-Z, a-z, 0-9 and '-'"),
    (("--instance", ARN, "--cluster-id", "c" * 37), "--cluster-id 'ccc"),
    (("--instance", ARN, "--cluster-id", "c", "--security-profile", "*"), "--security-profile '*' is no ID"),
    (("--instance", ARN, "--cluster-id", "c", "--routing-profile", "Basic Routing Profile"), "IAM knows no names"),
    (
        ("--instance", ARN, "--cluster-id", "c", "--features", "contacts,magic"),
        "there is no magic; there are contacts,",
    ),
]


@pytest.mark.parametrize(("arguments", "text"), WRONG)
def test_a_wrong_command_line_is_told(arguments: tuple[str, ...], text: str) -> None:
    result = run("iam-policy", *arguments)
    assert result.exit_code == 1
    assert text in result.stderr


def test_the_cluster_id_may_come_from_the_environment() -> None:
    result = run("iam-policy", "--instance", ARN, CONNECT_OPERATOR_CLUSTER_ID="prod-1")
    assert '"prod-1/*"' in result.stdout
    assert "any security profile of the instance may be given" in result.stderr
