"""A release: all its parts, the same bytes each time, and usable."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = os.pathsep.join([str(ROOT / "devtools"), str(ROOT / "operator")])


def release(*arguments: str, umask: int = -1) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - this very interpreter
        [sys.executable, "-m", "release", *arguments],
        env={**os.environ, "PYTHONPATH": MODULES},
        capture_output=True,
        text=True,
        check=False,
        umask=umask,
    )


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The same commit twice, under different circumstances."""
    folders = []
    for umask in (0o022, 0o077):
        out = tmp_path_factory.mktemp("release")
        done = release("build", "--no-image", "--out", str(out), umask=umask)
        assert done.returncode == 0, done.stderr
        folders.append(out)
    return folders


def contents(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_two_runs_make_the_same_bytes(releases: list[Path]) -> None:
    one, other = map(contents, releases)
    assert one == other


def test_a_release_has_all_its_parts_and_their_checksums(releases: list[Path]) -> None:
    found = contents(releases[0])
    lines = [line.split("  ") for line in (releases[0] / "SHA256SUMS").read_text().splitlines()]
    sums = {name: digest for digest, name in lines}
    assert sums == {name: digest for name, digest in found.items() if name != "SHA256SUMS"}
    assert {name.rpartition("-")[0] + Path(name).suffix for name in sums} >= {"connect-operator.tgz"}
    assert {Path(name).suffix for name in sums} == {".whl", ".tgz", ".json", ".md"}


def test_the_wheel_holds_what_the_operator_needs_besides_its_code(releases: list[Path]) -> None:
    (wheel,) = releases[0].glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "connect_operator/crds/connectusers.yaml" in names
    assert any(name.endswith("LICENSE") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "devtools/"))]


def test_the_chart_is_the_folder(releases: list[Path]) -> None:
    (chart,) = releases[0].glob("*.tgz")
    with tarfile.open(chart) as packed:
        members = packed.getmembers()
    assert all(member.name.startswith("connect-operator/") for member in members)
    assert {"connect-operator/Chart.yaml", "connect-operator/values.schema.json"} <= {each.name for each in members}
    assert len({member.mtime for member in members}) == 1


def test_the_bill_of_materials_names_what_is_shipped(releases: list[Path]) -> None:
    (file,) = releases[0].glob("*.cdx.json")
    document = json.loads(file.read_text())
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    purls = {each["purl"] for each in document["components"]}
    assert {each.partition("@")[0] for each in purls} >= {"pkg:pypi/kopf", "pkg:pypi/boto3", "pkg:pypi/botocore"}
    assert not [purl for purl in purls if "pytest" in purl]
    for component in document["components"]:
        assert component["licenses"]
        assert component["externalReferences"][0]["hashes"]
    references = {document["metadata"]["component"]["bom-ref"], *(each["bom-ref"] for each in document["components"])}
    assert {each["ref"] for each in document["dependencies"]} == references
    assert {name for each in document["dependencies"] for name in each["dependsOn"]} <= references


def test_a_folder_with_something_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "old.whl").touch()
    done = release("build", "--no-image", "--out", str(tmp_path))
    assert done.returncode == 1
    assert "is not empty; remove it" in done.stderr
