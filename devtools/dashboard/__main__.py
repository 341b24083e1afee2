"""``python -m dashboard FILE``: the picture of docs/monitoring.md. Needs Prometheus on the PATH."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path

import click

from bench.rig import ROOT
from dashboard.drawing import draw
from dashboard.recording import record

_NONE = "there is no program prometheus on the PATH; install it (Debian: apt install prometheus) and try again"


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def main(file: Path) -> None:
    """Draw what the dashboard shows of a run into FILE, an SVG."""
    program = shutil.which("prometheus")
    if program is None:
        raise click.ClickException(_NONE)
    panels = json.loads((ROOT / "manifests/monitoring/dashboard.json").read_text(encoding="utf-8"))["panels"]
    with tempfile.TemporaryDirectory(prefix="connect-operator-dashboard-") as folder:
        lines = record(panels, program, Path(folder), click.echo)
    file.write_text(draw(panels, lines), encoding="utf-8")
    empty = [title for title, found in lines.items() if not found]
    click.echo(
        f"{file}: {len(panels) - len(empty)} of {len(panels)} panels have data; empty: {', '.join(empty) or '-'}"
    )


if __name__ == "__main__":
    sys.exit(main())
