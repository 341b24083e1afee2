"""``python -m release build`` makes a release of the commit in dist/; ``python -m release audit`` looks for known
vulnerabilities of what is shipped.
"""  # noqa: D205 - one sentence

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from pathlib import Path

import click

from local_cluster.tool_run import ToolError
from release.packages import UnknownLicenceError, shipped
from release.parts import ROOT, copy_of_the_commit, has_changes, make_chart, make_image, make_wheel
from release.sbom import bill_of_materials, licence_list
from release.vulnerabilities import DATABASE, CouldNotAskError, known_vulnerabilities

_COULD_NOT_RUN = 2


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """Releases of connect-operator."""


@main.command()
@click.option("--out", type=click.Path(path_type=Path), default=ROOT / "dist", help="A folder that is empty or new.")
@click.option("--image/--no-image", default=True, help="Whether to build the image, too.")
def build(*, out: Path, image: bool) -> None:
    """Make wheel, chart, image, bill of materials, licences and checksums of the commit HEAD."""
    out.mkdir(parents=True, exist_ok=True)
    if any(out.iterdir()):
        raise click.ClickException(f"{out} is not empty; remove it, so that no release is mixed with another")
    try:
        if has_changes():
            click.echo("The working tree has changes that are not committed; they are not in this release.", err=True)
        _build(out, image=image)
    except (ToolError, UnknownLicenceError) as error:
        raise click.ClickException(str(error)) from error
    for line in (out / "SHA256SUMS").read_text().splitlines():
        click.echo(line)


@main.command()
@click.option("--database", default=DATABASE, show_default=True)
def audit(*, database: str) -> None:
    """Exit 0: nothing known; 1: something found; 2: it could not be found out."""
    packages = shipped(ROOT / "requirements" / "runtime.txt")
    try:
        found = known_vulnerabilities(packages, database)
    except CouldNotAskError as error:
        click.echo(f"The check for vulnerabilities could NOT run, so nothing is known: {error}", err=True)
        sys.exit(_COULD_NOT_RUN)
    for finding in found:
        click.echo(f"{finding.package.name} {finding.package.version}: {finding.identity}")
    click.echo(f"{len(packages)} packages, {len(found)} known vulnerabilities", err=True)
    sys.exit(1 if found else 0)


def _build(out: Path, *, image: bool) -> None:
    with tempfile.TemporaryDirectory(prefix="connect-operator-release-") as folder:
        source = copy_of_the_commit(Path(folder) / "source")
        make_wheel(source, out)
        make_chart(source, out)
        packages = shipped(source.folder / "requirements" / "runtime.txt")
        direct = _direct(source.folder / "requirements" / "runtime.in")
        document = bill_of_materials(source.version, packages, direct, source.epoch)
        _write(out / f"connect-operator-{source.version}.cdx.json", json.dumps(document, indent=2) + "\n")
        _write(out / "licences.md", licence_list(packages))
        made = make_image(source, out) if image else "--no-image"
        if isinstance(made, str):
            click.echo(f"There is no image in this release: {made}", err=True)
    sums = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(out.iterdir())}
    _write(out / "SHA256SUMS", "".join(f"{digest}  {name}\n" for name, digest in sums.items()))


def _direct(wanted: Path) -> list[str]:
    lines = [line for line in wanted.read_text().splitlines() if line and not line.startswith("#")]
    return [line.split("~")[0].split(">")[0].split("=")[0].strip().lower().replace("_", "-") for line in lines]


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(prog_name="python -m release")
