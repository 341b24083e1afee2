"""The command line: ``python -m docs_site`` builds the site into build/site; ends with 1 when a link is dead."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import yaml

from docs_site.links import dead_links
from docs_site.stage import Stage

ROOT = Path(__file__).parents[2]


def build(folder: Path) -> list[str]:
    """Build the site into `folder`/site; what is wrong with it, one sentence each."""
    stage = Stage(ROOT, folder / "docs")
    stage.fill()
    if stage.dead:
        return stage.dead
    settings = yaml.safe_load((ROOT / "mkdocs.yml").read_text())
    config = folder / "mkdocs.yml"
    config.write_text(yaml.safe_dump({**settings, "docs_dir": "docs", "site_dir": "site"}, sort_keys=False))
    zensical = Path(sys.executable).with_name("zensical")
    done = subprocess.run(
        [zensical, "build", "--strict", "--clean", "-f", config], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        return [(done.stdout + done.stderr).strip()]
    return dead_links((folder / "site").resolve())


@click.command()
def main() -> None:
    """Build the documentation site and look for dead links."""
    folder = ROOT / "build"
    folder.mkdir(exist_ok=True)
    if wrong := build(folder):
        raise click.ClickException("\n".join(wrong))
    click.echo(f"docs: {folder / 'site' / 'index.html'}, no dead link")


if __name__ == "__main__":
    main(prog_name="python -m docs_site")
