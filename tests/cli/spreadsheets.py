"""A spreadsheet as people make it, what became of its import, and what an export says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from .commands import Cli, Ended

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


KIND = "apiVersion: connect-operator.io/v1alpha1\nkind: ConnectUser"
HEADER = "user login,first name,routing profile name,security profile,phone type,phone number,ACW timeout,tags"
GOOD = "ann,Ann,Basic Routing Profile,Agent,,,,"
