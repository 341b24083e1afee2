"""`csv import` and `csv export`: files as people make them, every fault with its cell, and the way there and back."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from connect_sim.control_client import SAML_INSTANCE, SimControl

from .commands import FAST, Cli, Ended
from .people import a_person

AWS = (
    "first name,last name,email address,password,user login,routing profile name,"
    "security_profile_name_1|security_profile_name_2,phone type (soft/desk),phone number,"
    "soft phone auto accept (yes/no),ACW timeout (seconds)"
)
JANE = "Jane,Doe,jane@example.com,S3cretPassword,jane.doe,Basic Routing Profile,Agent|Admin,soft,,yes,30"
JOHN = "Jürgen,Ö\u2019Neil,j@example.com,,juergen,Basic Routing Profile,Agent,desk,+493012345678,no,0"


def imported(cli: Cli, folder: Path, content: str | bytes, *options: str | Path) -> Ended:
    file = folder / "people.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    more = () if "--template" in options else ("--instance-ref", "support")
    return cli("csv", "import", file, "-d", folder / "users", *more, *options)


def manifests(folder: Path) -> dict[str, dict[str, Any]]:
    return {path.stem: yaml.safe_load(path.read_text()) for path in sorted((folder / "users").glob("*.yaml"))}


def specs(folder: Path) -> dict[str, dict[str, Any]]:
    return {name: manifest["spec"] for name, manifest in manifests(folder).items()}


def test_awss_own_template(cli: Cli, tmp_path: Path) -> None:
    ended = imported(cli, tmp_path, f"{AWS}\n{JANE}\n{JOHN}\n", "-n", "team-a")
    assert ended.code == 0, ended.err
    assert (tmp_path / "users" / "jane.doe.yaml").read_text() == (
        "apiVersion: connect-operator.io/v1alpha1\n"
        "kind: ConnectUser\n"
        "metadata:\n"
        "  name: jane.doe\n"
        "  namespace: team-a\n"
        "spec:\n"
        "  instanceRef:\n"
        "    name: support\n"
        "  username: jane.doe\n"
        "  identityInfo:\n"
        "    firstName: Jane\n"
        "    lastName: Doe\n"
        "    email: jane@example.com\n"
        "  routingProfileName: Basic Routing Profile\n"
        "  securityProfileNames:\n"
        "    - Agent\n"
        "    - Admin\n"
        "  phoneConfig:\n"
        "    phoneType: SOFT_PHONE\n"
        "    autoAccept: true\n"
        "    afterContactWorkTimeLimit: 30\n"
    )
    assert specs(tmp_path)["juergen"]["phoneConfig"]["deskPhoneNumber"] == "+493012345678"


def test_no_password_is_written_or_shown(cli: Cli, tmp_path: Path) -> None:
    ended = imported(cli, tmp_path, f"{AWS}\n{JANE.replace('soft', 'wrong')}\n")
    assert ended.code == 1
    assert "S3cretPassword" not in ended.err + ended.out
    ended = imported(cli, tmp_path, f"{AWS}\n{JANE}\n")
    assert ended.code == 0
    assert "passwordSecretRef" in ended.err
    written = "".join(path.read_text() for path in (tmp_path / "users").iterdir())
    assert "S3cretPassword" not in written + ended.err + ended.out


SEMICOLONS = f"{AWS}\n{JANE}\n{JOHN}\n".replace(",", ";")
KINDS: list[tuple[str, bytes]] = [
    ("UTF-8", f"{AWS}\n{JANE}\n{JOHN}\n".encode()),
    ("a byte order mark", b"\xef\xbb\xbf" + f"{AWS}\n{JANE}\n{JOHN}\n".encode()),
    ("CRLF", f"{AWS}\r\n{JANE}\r\n{JOHN}\r\n".encode()),
    ("CR alone", f"{AWS}\r{JANE}\r{JOHN}\r".encode()),
    ("semicolons", SEMICOLONS.encode()),
    ("semicolons and sep=", f"sep=;\r\n{SEMICOLONS}".encode()),
    ("tabs in UTF-16", b"\xff\xfe" + SEMICOLONS.replace(";", "\t").encode("utf-16-le")),
    ("Windows-1252", f"{AWS}\n{JANE}\n{JOHN}\n".encode("cp1252")),
    ("blank rows, blanks and no-break spaces", f"\n{AWS}\n,,,,,,,,,,\n {JANE} \n\n\u00a0{JOHN}\u00a0\n,,\n".encode()),
    ("quotes", ("\n".join(",".join(f'"{cell}"' for cell in row.split(",")) for row in (AWS, JANE, JOHN))).encode()),
    ("no line end", f"{AWS}\n{JANE}\n{JOHN}".encode()),
    ("columns in another order and spelling", b"USER LOGIN,Last Name,First_Name,Security Profile,Routing Profile,"
     b"E-Mail,phone type,phone number,auto accept,acw timeout\njane.doe,Doe,Jane,Agent|Admin,Basic Routing Profile,"
     b"jane@example.com,SOFT_PHONE,,TRUE,30.0\n" + "juergen,Ö\u2019Neil,Jürgen,Agent,Basic Routing Profile,"
     "j@example.com,DESK_PHONE,'+493012345678,FALSE,0\n".encode()),
    ("NFD names", f"{AWS}\n{JANE}\n{JOHN}\n".replace("ü", "u\u0308").encode()),
]  # fmt: skip


@pytest.mark.parametrize("content", [each[1] for each in KINDS], ids=[each[0] for each in KINDS])
def test_a_file_is_understood_whatever_wrote_it(content: bytes, cli: Cli, tmp_path: Path) -> None:
    ended = imported(cli, tmp_path, content)
    assert ended.code == 0, ended.err
    found = specs(tmp_path)
    assert list(found) == ["jane.doe", "juergen"]
    assert found["jane.doe"]["phoneConfig"] == {
        "phoneType": "SOFT_PHONE",
        "autoAccept": True,
        "afterContactWorkTimeLimit": 30,
    }
    assert found["juergen"]["identityInfo"] == {
        "firstName": "Jürgen",
        "lastName": "Ö\u2019Neil",
        "email": "j@example.com",
    }
    assert found["juergen"]["phoneConfig"]["deskPhoneNumber"] == "+493012345678"


def test_what_was_guessed_is_told(cli: Cli, tmp_path: Path) -> None:
    ended = imported(cli, tmp_path, f"{AWS}\n{JOHN}\n".encode("cp1252"))
    assert "was read as Windows-1252" in ended.err


KIND = "apiVersion: connect-operator.io/v1alpha1\nkind: ConnectUser"
HEADER = "user login,first name,routing profile name,security profile,phone type,phone number,ACW timeout,tags"
GOOD = "ann,Ann,Basic Routing Profile,Agent,,,,"
FAULTS: list[tuple[str, str, str]] = [
    ("a wrong login", "ann lee,A,R,Agent,,,,", "row 2, column A \"user login\", value 'ann lee': 'ann lee' may"),
    ("no login", ",A,R,Agent,,,,", 'row 2, column A "user login": is blank; fill it in'),
    ("no profile", "ann,A,,Agent,,,,", 'row 2, column C "routing profile name": is blank'),
    ("no security profile", "ann,A,R,,,,,", 'row 2, column D "security profile": is blank'),
    ("a profile twice", "ann,A,R,Agent|Agent,,,,", "row 2, column D \"security profile\", value 'Agent|Agent': sec"),
    ("a phone", "ann,A,R,Agent,cell,,,", 'row 2, column E "phone type", value \'cell\': is no kind of phone'),
    ("a number", "ann,A,R,Agent,desk,030 12,,", "must be in E.164 form, such as"),
    ("a spoilt number", "ann,A,R,Agent,desk,4.93012E+11,,", "and has lost digits; format the column as text"),
    ("seconds", "ann,A,R,Agent,,,thirty,", 'row 2, column G "ACW timeout", value \'thirty\': is no whole number'),
    ("too long", "ann,A,R,Agent,,,3000000,", "use a whole number from 0 to 2000000"),
    ("a formula", "ann,=B3&C3,R,Agent,,,,", 'column B "first name", value \'=B3&C3\': is a formula'),
    ("a formula's error", "ann,#REF!,R,Agent,,,,", "is the error of a formula"),
    ("a lost character", "ann,J\ufffdrgen,R,Agent,,,,", "has lost a character"),
    ("UTF-8 read as Windows-1252", "ann,JÃ¼rgen,R,Agent,,,,", "did you mean 'Jürgen'?"),
    ("tags", "ann,A,R,Agent,,,,team", "'team' has no =; write key=value"),
    ("a reserved tag", "ann,A,R,Agent,,,,aws:a=b", 'has a key that starts with "aws:"'),
    ("a line break", 'ann,"A\nB",R,Agent,,,,', "holds a line break"),
    ("emptied", "ann,(empty),R,Agent,,,,", "cannot be made empty"),
    ("too many cells", "ann,A,R,Agent,,,,,x", "row 2: has 9 cells, but there are 8 columns"),
    ("an open quote", 'ann,"A,R,Agent,,,,', "a quote is not closed"),
    ("a NUL", "ann,A\0,R,Agent,,,,", "NUL byte"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "text"), [each[1:] for each in FAULTS], ids=[each[0] for each in FAULTS])
def test_a_fault_is_told_with_its_cell_and_nothing_is_written(row: str, text: str, cli: Cli, tmp_path: Path) -> None:
    ended = imported(cli, tmp_path, f"{HEADER}\n{row}\n{GOOD.replace('ann', 'bea')}\n")
    assert ended.code == 1
    assert text in ended.err
    assert not (tmp_path / "users").exists()


def test_every_fault_is_told_at_once_in_the_files_order(cli: Cli, tmp_path: Path) -> None:
    rows = [row for name, row, _ in FAULTS if name not in ("an open quote", "a NUL")]
    ended = imported(cli, tmp_path, "\n".join([HEADER, GOOD.replace("ann", "zoe"), *rows]))
    told = [int(found) for found in re.findall(r"^row (\d+)", ended.err, re.MULTILINE)]
    assert sorted(set(told)) == list(range(3, 3 + len(rows)))
    assert told == sorted(told)
    assert f"{len(told)} faults in" in ended.err


def test_every_fault_of_one_row_is_told_at_once(cli: Cli, tmp_path: Path) -> None:
    header = "user login,first name,email address,phone number,routing profile name,security profile name"
    ended = imported(cli, tmp_path, f"{header}\nbad login!,=A(),nomail,+49 30,,\n")
    told = re.findall(r"^row 2, column ([A-Z])", ended.err, re.MULTILINE)
    assert sorted(told) == ["A", "B", "C", "D", "E", "F"]


def test_a_column_that_is_missing_is_told_once_for_all_rows(cli: Cli, tmp_path: Path) -> None:
    ended = imported(cli, tmp_path, "user login\nann\nben\ncem\n")
    assert ended.err.count('row 1: there is no column "routing profile name"') == 1
    assert "2 faults in" in ended.err


@pytest.mark.parametrize(
    ("header", "text"),
    [
        ("user login,first nme,routing profile", 'B "first nme": there is no such column; did you mean "first name"?'),
        ("user login,first name,login", 'column C "login": is a second column for "user login"'),
        ("user login,,routing profile", "has no name, but there are values below"),
        ("first name,last name,routing profile", 'there is no column "user login"; add it'),
    ],
)  # fmt: skip
def test_a_wrong_header_is_told(header: str, text: str, cli: Cli, tmp_path: Path) -> None:
    ended = imported(cli, tmp_path, f"{header},security profile\nann,A,R,Agent\n")
    assert ended.code == 1
    assert text in ended.err


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\x81\x8d\n", b"user login\n", b"user login\n,,\n"])
def test_a_file_that_is_none_is_told(content: bytes, cli: Cli, tmp_path: Path) -> None:
    ended = imported(cli, tmp_path, content)
    assert ended.code == 1
    assert any(text in ended.err for text in ("is empty", "is no UTF-8", "there is no row below"))


def test_a_login_twice_is_a_fault_unless_the_rows_are_the_same(cli: Cli, tmp_path: Path) -> None:
    ended = imported(cli, tmp_path, f"{HEADER}\n{GOOD}\n\n{GOOD}\n")
    assert ended.code == 0
    assert "row 4 repeats row 2 (ann)" in ended.err
    ended = imported(cli, tmp_path, f"{HEADER}\n{GOOD}\n{GOOD.replace('Ann', 'Anna')}\n")
    assert ended.code == 1
    assert "row 3, column A \"user login\", value 'ann': row 2 has this login, too" in ended.err


def test_a_login_twice_is_told_whatever_else_is_wrong_with_the_row(cli: Cli, tmp_path: Path) -> None:
    ended = imported(cli, tmp_path, f"{AWS}\n{JANE.replace('soft', 'cell')}\n{JANE.replace('Doe', 'Roe')}\n")
    assert "row 2, column H" in ended.err
    assert "row 3, column E" in ended.err
    assert "row 2 has this login, too, with other values; keep one of the two" in ended.err
    assert "2 faults" in ended.err


def test_a_changed_cell_is_a_changed_line(cli: Cli, tmp_path: Path) -> None:
    many = "ann,Ann,Basic Routing Profile,Agent|Admin,,,30,a=1|b=2"
    imported(cli, tmp_path, f"{HEADER}\n{many}\n")
    before = (tmp_path / "users" / "ann.yaml").read_text().splitlines()
    ended = imported(cli, tmp_path, f"{HEADER}\n{many.replace('Ann', 'Anna').replace('30', '45')}\n")
    after = (tmp_path / "users" / "ann.yaml").read_text().splitlines()
    assert ended.code == 0
    assert len(before) == len(after)
    assert [line.strip() for line in after if line not in before] == [
        "firstName: Anna",
        "afterContactWorkTimeLimit: 45",
    ]


def test_a_template_says_what_the_cells_do_not(cli: Cli, tmp_path: Path) -> None:
    template = tmp_path / "base.yaml"
    template.write_text(
        "apiVersion: connect-operator.io/v1alpha1\nkind: ConnectUser\n"
        "metadata: {name: base, namespace: team-b, labels: {team: b}}\n"
        "spec:\n  instanceRef: {name: support}\n  passwordSecretRef: {name: initial-password}\n"
        "  routingProfileId: rp-1\n  securityProfileNames: [Agent]\n  identityInfo: {email: all@example.com}\n"
        "  phoneConfig: {phoneType: SOFT_PHONE, autoAccept: true}\n  deletionPolicy: Retain\n"
    )
    content = "user login,first name,routing profile name,ACW timeout\nann,Ann,Priority,30\nbea,,,\n"
    ended = imported(cli, tmp_path, content, "--template", template)
    assert ended.code == 0, ended.err
    found = manifests(tmp_path)
    assert found["ann"]["metadata"] == {"name": "ann", "namespace": "team-b", "labels": {"team": "b"}}
    assert found["ann"]["spec"] == {
        "instanceRef": {"name": "support"},
        "username": "ann",
        "identityInfo": {"email": "all@example.com", "firstName": "Ann"},
        "passwordSecretRef": {"name": "initial-password"},
        "routingProfileName": "Priority",
        "securityProfileNames": ["Agent"],
        "phoneConfig": {"phoneType": "SOFT_PHONE", "autoAccept": True, "afterContactWorkTimeLimit": 30},
        "deletionPolicy": "Retain",
    }
    assert found["bea"]["spec"]["routingProfileId"] == "rp-1"


@pytest.mark.parametrize(
    ("said", "column", "cell", "gone", "there"),
    [
        ("instanceRef: {name: test}", "instance id", SAML_INSTANCE, "instanceRef", "instanceId"),
        ("phoneConfig: {autoAccept: true}", "auto accept by channel", "VOICE=no", "autoAccept", "autoAcceptConfigs"),
        (
            "phoneConfig: {afterContactWorkTimeLimit: 9}",
            "ACW timeout by channel",
            "VOICE=45",
            "afterContactWorkTimeLimit",
            "afterContactWorkConfigs",
        ),
        (
            "phoneConfig: {phoneType: DESK_PHONE, deskPhoneNumber: '+493012345678'}",
            "phone by channel",
            "VOICE=soft",
            "deskPhoneNumber",
            "phoneNumberConfigs",
        ),
        (
            "phoneConfig: {persistentConnection: true}",
            "persistent connection by channel",
            "VOICE=no",
            "persistentConnection",
            "persistentConnectionConfigs",
        ),
        (
            "autoAcceptConfigs: [{channel: VOICE, autoAccept: true}]",
            "soft phone auto accept",
            "no",
            "autoAcceptConfigs",
            "autoAccept",
        ),
        ("hierarchyGroupId: group-1", "hierarchy group path", "EMEA", "hierarchyGroupId", "hierarchyGroupPath"),
        ("securityProfileIds: [sp-1]", "security profile", "Agent", "securityProfileIds", "securityProfileNames"),
    ],
)
def test_a_cell_goes_before_what_the_template_says_otherwise(  # noqa: PLR0913, PLR0917 - a table
    said: str, column: str, cell: str, gone: str, there: str, cli: Cli, tmp_path: Path
) -> None:
    template = tmp_path / "base.yaml"
    profiles = "" if "security" in column else "  securityProfileNames: [Agent]\n"
    template.write_text(f"{KIND}\nspec:\n  routingProfileName: Basic\n{profiles}  {said}\n")
    more = () if "instance" in column else ("--instance-ref", "support")
    ended = imported(cli, tmp_path, f"user login,{column}\nann,{cell}\n", "--template", template, *more)
    assert ended.code == 0, ended.err
    [spec] = specs(tmp_path).values()
    members = {*spec, *spec.get("phoneConfig", {})}
    assert (gone in members, there in members) == (False, True)
    assert spec.get("phoneConfig") != {}


def test_passwords_that_are_to_be_made_get_a_secret_for_each(cli: Cli, tmp_path: Path) -> None:
    template = tmp_path / "base.yaml"
    template.write_text(f"{KIND}\nspec: {{passwordSecretRef: {{generate: true, deleteAfter: 72h}}}}\n")
    content = f"{HEADER}\n{GOOD}\n{GOOD.replace('ann', 'bea@example.com')}\n"
    ended = imported(cli, tmp_path, content, "--template", template, "--instance-ref", "support")
    assert ended.code == 0, ended.err
    found = manifests(tmp_path)
    assert len(found) == 2
    for name, manifest in found.items():
        wanted = {"name": f"{name}-password", "generate": True, "deleteAfter": "72h"}
        assert manifest["spec"]["passwordSecretRef"] == wanted


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{KIND}\nspec: {{passwordSecretRef: {{name: a, generate: true}}}}", "would be one Secret for all"),
        (f"{KIND}\nspec: {{passwordSecretRef: {{generate: true, deletAfter: 1h}}}}", "did you mean deleteAfter"),
        (f"{KIND}\nspec: {{passwordSecretRef: {{deleteAfter: 1h}}}}", "spec.passwordSecretRef.name"),
        ("kind: ConnectInstance", "one manifest of kind ConnectUser"),
        ("{", "base.yaml"),
        ("kind: ConnectUser", "apiVersion has to be"),
        (f"{KIND}\nspec: {{username: a}}", "the column user login says it"),
        (f"{KIND}\nspec: {{rotingProfileName: b}}", "did you mean routingProfileName"),
    ],
)
def test_a_wrong_template_is_told(text: str, told: str, cli: Cli, tmp_path: Path) -> None:
    template = tmp_path / "base.yaml"
    template.write_text(text)
    ended = imported(cli, tmp_path, f"{HEADER}\n{GOOD}\n", "--template", template)
    assert ended.code == 1
    assert told in ended.err


def test_a_file_of_another_instance_is_not_overwritten(cli: Cli, tmp_path: Path) -> None:
    imported(cli, tmp_path, f"{HEADER}\n{GOOD}\n")
    before = (tmp_path / "users" / "ann.yaml").read_text()
    ended = imported(cli, tmp_path, f"{HEADER}\n{GOOD}\n", "--instance-ref", "sales")
    assert ended.code == 1
    assert "of instance support, this is" in ended.err
    assert (tmp_path / "users" / "ann.yaml").read_text() == before


def test_files_without_a_row_are_named(cli: Cli, tmp_path: Path) -> None:
    imported(cli, tmp_path, f"{HEADER}\n{GOOD}\n{GOOD.replace('ann', 'bea')}\n")
    ended = imported(cli, tmp_path, f"{HEADER}\n{GOOD}\n")
    assert "not in this spreadsheet, and left alone, 1 YAML file there: bea.yaml" in ended.err


def test_without_an_instance_it_says_what_to_do(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(f"{HEADER}\n{GOOD}\n")
    ended = cli("csv", "import", file, "-d", tmp_path / "users")
    assert ended.code == 1
    assert "--instance-ref NAME" in ended.err


def test_a_wrong_command_line_ends_with_1(cli: Cli) -> None:
    alone = cli("csv")
    assert (alone.code, alone.err.count("Usage:")) == (1, 1)
    assert cli("csv", "import").code == 1
    assert cli("csv", "tidy").code == 1


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


def test_ten_thousand_rows(cli: Cli, tmp_path: Path) -> None:
    rows = (f"user{n},Ann {n},Basic Routing Profile,Agent|Admin,soft,,30,team=t{n % 7}" for n in range(10_000))
    ended = imported(cli, tmp_path, "\n".join([HEADER, *rows]))
    assert ended.code == 0, ended.err
    assert "10000 files written" in ended.err
    assert len(list((tmp_path / "users").iterdir())) == 10_000
