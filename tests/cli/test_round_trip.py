"""What `import` writes, `plan` finds to differ in nothing but the owner tag, whatever Connect's ways are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from connect_sim.control_client import DIRECTORY_INSTANCE, OTHER_ACCOUNT_INSTANCE, SAML_INSTANCE, SimControl

from .commands import FAST, Cli
from .people import a_person

OWNER = "tags[connect-operator.io/owner]"
VIEWS = [
    {"phoneViews": views, "searchPerChannelUnit": unit, "usernameCase": case, "lastModifiedPrecision": precision}
    for views in ("both", "written")
    for unit, case, precision in (("ms", "sensitive", "milliseconds"), ("s", "insensitive", "seconds"))
]


def import_and_plan(cli: Cli, instance: str, folder: Path, *options: str) -> dict[str, object]:
    imported = cli("import", "--instance", instance, "-d", folder, *FAST, *options)
    assert imported.code == 0, imported.err
    planned = cli("plan", "-f", folder, "-o", "json", "--allow-assume-role", *FAST)
    assert planned.code == 2, planned.err
    report: dict[str, object] = json.loads(planned.out)
    return report


def assert_only_tagging(report: dict[str, object], count: int) -> None:
    users = report["users"]
    assert isinstance(users, list)
    assert len(users) == count
    others = [
        user
        for user in users
        if (user["action"], user["reason"], [each["field"] for each in user["changes"]])
        != ("adopt", "Available", [OWNER])
    ]
    assert others == []


@pytest.mark.parametrize("settings", VIEWS, ids=lambda each: ",".join(each.values()))
def test_an_imported_user_differs_in_the_owner_tag_only(
    cli: Cli, sim: SimControl, tmp_path: Path, settings: dict[str, str]
) -> None:
    sim.settings(settings)
    sim.add_users(a_person(number) for number in range(60))
    assert_only_tagging(import_and_plan(cli, sim.instance, tmp_path), 60)


@pytest.mark.parametrize(
    ("instance", "drop"),
    [(SAML_INSTANCE, ("Email",)), (DIRECTORY_INSTANCE, ()), (OTHER_ACCOUNT_INSTANCE, ())],
    ids=["SAML", "EXISTING_DIRECTORY", "another account"],
)
def test_every_kind_of_instance(
    cli: Cli, sim: SimControl, tmp_path: Path, instance: str, drop: tuple[str, ...]
) -> None:
    people = [a_person(number) for number in range(12)]
    for person in people:
        person["routingProfileName"] = "Basic Routing Profile"
        if instance in (DIRECTORY_INSTANCE, OTHER_ACCOUNT_INSTANCE):
            person["hierarchyGroupPath"] = ""
        for member in drop:
            person["IdentityInfo"].pop(member, None)
    sim.add_users(people, instance)
    options: tuple[str, ...] = ()
    if instance == OTHER_ACCOUNT_INSTANCE:
        role = ("--role-arn", "arn:aws:iam::444455556666:role/connect-operator")
        options = ("--region", "eu-central-1", *role, "--external-id", "simulated-external-id")
    assert_only_tagging(import_and_plan(cli, instance, tmp_path, *options), 12)


def test_settings_that_were_written_per_channel(cli: Cli, sim: SimControl, tmp_path: Path) -> None:
    """With what was written only, no legacy block is shown of such a user."""
    sim.settings(phoneViews="written")
    [user] = sim.add_users([{"Username": "jdoe"}])
    sim.edit_user(user["Id"], AutoAcceptConfigs=[{"Channel": "CHAT", "AutoAccept": True}])
    assert_only_tagging(import_and_plan(cli, sim.instance, tmp_path), 1)


def test_without_details_the_manifests_leave_them_unmanaged(cli: Cli, sim: SimControl, tmp_path: Path) -> None:
    sim.add_users(a_person(number) for number in range(12))
    mark = sim.journal_position()
    assert_only_tagging(import_and_plan(cli, sim.instance, tmp_path, "--skip-details"), 12)
    assert {call.operation for call in sim.journal(mark)} == {
        "DescribeInstance",
        "ListRoutingProfiles",
        "ListSecurityProfiles",
        "ListUsers",
        "SearchUserHierarchyGroups",
        "SearchUsers",
    }
    assert "email" not in "".join(path.read_text() for path in tmp_path.iterdir())


def test_a_thousand_users(cli: Cli, sim: SimControl, tmp_path: Path) -> None:
    sim.edit_instance(userQuota=2000)
    sim.add_users(a_person(number) for number in range(1000))
    imported = cli("import", "--instance", sim.instance, "-d", tmp_path, *FAST)
    assert imported.code == 0, imported.err
    planned = cli("plan", "-f", tmp_path, *FAST)
    assert planned.code == 2, planned.err
    tagging = [line for line in planned.out.splitlines() if line.startswith("  @ ")]
    assert len(tagging) == 1000
    changes = [line for line in planned.out.splitlines() if line.startswith("      ")]
    assert changes == []
    assert planned.out.splitlines()[-1] == (
        "Plan: 0 to create, 0 to update, 1000 to adopt, 0 to delete, 0 blocked, 0 unchanged"
    )


def test_names_that_others_chose(cli: Cli, sim: SimControl, tmp_path: Path) -> None:
    """Other programs make users whom Connect would not create at our asking, and names need not be composed."""
    names = [
        "0055g00000JK7EAAA1@00D5g000000f110EAQ",
        "ckrug@0055g00000JK7EAAA1@00D5g000000f110EAQ",
        "a" * 100,
        "J. O'Neil+1",
    ]
    decomposed = {"FirstName": "Zoe\u0308", "LastName": "A\u030angstro\u0308m"}
    sim.add_users([{"Username": name, "IdentityInfo": decomposed} for name in names], SAML_INSTANCE)
    assert_only_tagging(import_and_plan(cli, SAML_INSTANCE, tmp_path), 4)
