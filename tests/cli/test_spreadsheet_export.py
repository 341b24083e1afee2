"""`csv export`, and the way there and back."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from connect_sim.control_client import SAML_INSTANCE, SimControl

from .commands import FAST, Cli, Ended
from .people import a_person
from .spreadsheets import AWS


def exported(cli: Cli, instance: str, *options: str) -> Ended:
    ended = cli("csv", "export", "--instance", instance, *FAST, *options)
    assert ended.code == 0, ended.err
    return ended


def test_an_export_has_awss_columns_first_and_runs_nothing(cli: Cli, sim: SimControl) -> None:
    hostile = {"FirstName": "=cmd|' /C calc'!A0", "LastName": "@SUM(1)", "Email": "-a@example.com"}
    phone = {"PhoneType": "DESK_PHONE", "DeskPhoneNumber": "+493012345678"}
    sim.add_users([{"Username": "ann", "IdentityInfo": hostile, "PhoneConfig": phone}])
    rows = list(csv.reader(io.StringIO(exported(cli, sim.instance).out)))
    assert rows[0][:9] == [name for name in AWS.split(",") if name != "password"][:9]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for row in rows for cell in row)
    assert "'+493012345678" in rows[1]


def test_an_export_for_excel_has_a_mark(cli: Cli, sim: SimControl) -> None:
    sim.add_users([{"Username": "ann"}])
    ended = cli.process("csv", "export", "--instance", sim.instance, *FAST, "--excel")
    assert ended.out.startswith("\ufefffirst name,")


@pytest.mark.parametrize("views", ["both", "written"])
@pytest.mark.parametrize(("instance", "options"), [(None, ()), (None, ("--excel",)), (SAML_INSTANCE, ())])
def test_there_and_back_changes_nothing_but_the_tag(
    views: str, instance: str | None, options: tuple[str, ...], cli: Cli, sim: SimControl, tmp_path: Path
) -> None:
    sim.settings(phoneViews=views)
    people = [a_person(number) for number in range(60)]
    for person in people if instance else ():
        person["IdentityInfo"].pop("Email", None)
        person["routingProfileName"] = "Basic Routing Profile"
    sim.add_users(people, instance)
    where = instance or sim.instance
    (tmp_path / "people.csv").write_bytes(exported(cli, where, *options).out.encode())
    ended = cli("csv", "import", tmp_path / "people.csv", "-d", tmp_path / "users")
    assert ended.code == 0, ended.err
    planned = cli("plan", "-f", tmp_path / "users", "--instance", where, "-o", "json", *FAST)
    assert planned.code == 2, planned.err
    users = json.loads(planned.out)["users"]
    assert len(users) == 60
    tagging = ("adopt", ["tags[connect-operator.io/owner]"])
    assert [user for user in users if (user["action"], [each["field"] for each in user["changes"]]) != tagging] == []


def test_what_a_spreadsheet_cannot_keep_is_told(cli: Cli, sim: SimControl) -> None:
    sim.add_users([{"Username": "ann", "IdentityInfo": {"FirstName": " Ann", "LastName": "Lee"}}])
    assert "ann: a spreadsheet cannot keep identityInfo.firstName exactly" in exported(cli, sim.instance).err
