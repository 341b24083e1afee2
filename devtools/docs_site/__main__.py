"""The command line: ``python -m docs_site`` builds the site into build/site; ends with 1 when a link is dead."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import yaml

from docs_site.links import dead_links
from docs_site.stage import Stage

ROOT = Path(__file__).parents[2]
_LISTED_ELSEWHERE = ("decisions", "runbooks")


def build(folder: Path) -> list[str]:
    """Build the site into `folder`/site; what is wrong with it, one sentence each."""
    stage = Stage(ROOT, folder / "docs")
    stage.fill()
    if stage.dead:
        return stage.dead
    settings = yaml.safe_load((ROOT / "mkdocs.yml").read_text())
    settings["nav"] = complete(settings["nav"], ROOT / "docs")
    config = folder / "mkdocs.yml"
    config.write_text(yaml.safe_dump({**settings, "docs_dir": "docs", "site_dir": "site"}, sort_keys=False))
    zensical = Path(sys.executable).with_name("zensical")
    done = subprocess.run(
        [zensical, "build", "--strict", "--clean", "-f", config], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        return [(done.stdout + done.stderr).strip()]
    return dead_links((folder / "site").resolve())


def complete(nav: list[Any], docs: Path) -> list[Any]:
    """The menu, with what it does not name under "Further"; runbooks and decisions are reached from their lists."""
    named = set(re.findall(r"[\w/.-]+\.md", yaml.safe_dump(nav)))
    pages = (path.relative_to(docs) for path in sorted(docs.rglob("*.md")))
    rest = [str(page) for page in pages if str(page) not in named and page.parts[0] not in _LISTED_ELSEWHERE]
    return [*nav, {"Further": rest}] if rest else nav


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
