"""`csv import`: files as people make them, and the manifests that are written of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from .commands import Cli
from .spreadsheets import AWS, GOOD, HEADER, JANE, JOHN, imported, specs


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
    ("UTF-16 without a mark", SEMICOLONS.encode("utf-16-le")),
    ("UTF-16, the other way round", SEMICOLONS.encode("utf-16-be")),
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


def test_ten_thousand_rows(cli: Cli, tmp_path: Path) -> None:
    rows = (f"user{n},Ann {n},Basic Routing Profile,Agent|Admin,soft,,30,team=t{n % 7}" for n in range(10_000))
    ended = imported(cli, tmp_path, "\n".join([HEADER, *rows]))
    assert ended.code == 0, ended.err
    assert "10000 files written" in ended.err
    assert len(list((tmp_path / "users").iterdir())) == 10_000


def test_who_has_a_file_keeps_its_name_whoever_comes_and_goes(cli: Cli, tmp_path: Path) -> None:
    def rows(*logins: str) -> str:
        return "\n".join([HEADER, *(GOOD.replace("ann,", f"{login},", 1) for login in logins)]) + "\n"

    def people() -> dict[str, str]:
        return {spec["username"]: name for name, spec in specs(tmp_path).items()}

    assert imported(cli, tmp_path, rows("Ann", "b_o")).code == 0
    assert people() == {"Ann": "ann", "b_o": "b-o"}
    ended = imported(cli, tmp_path, rows("ann", "Ann", "b-o", "b_o"))
    assert ended.code == 0, ended.err
    joined = people()
    assert (joined["Ann"], joined["b_o"], len(joined)) == ("ann", "b-o", 4)
    ended = imported(cli, tmp_path, rows("ann", "b-o"))
    assert (ended.code, "ann.yaml, b-o.yaml" in ended.err) == (0, True), ended.err
    for leaver in ("ann", "b-o"):
        (tmp_path / "users" / f"{leaver}.yaml").unlink()
    assert imported(cli, tmp_path, rows("ann", "b-o")).code == 0
    assert people() == {login: joined[login] for login in ("ann", "b-o")}
