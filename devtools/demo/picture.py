"""What the demonstration has written, as pictures for the pages: one for each act, and one of the closing table."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.terminal_theme import DIMMED_MONOKAI

_FORMAT = """\
<svg class="terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
    <style>
    .{unique_id}-matrix {{
        font-family: ui-monospace, monospace;
        font-size: {char_height}px;
        line-height: {line_height}px;
    }}
    .{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: sans-serif; }}
    {styles}
    </style>
    <defs>
    <clipPath id="{unique_id}-clip-terminal">
      <rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
    </clipPath>
    {lines}
    </defs>
    {chrome}
    <g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
    {backgrounds}
    <g class="{unique_id}-matrix">
    {matrix}
    </g>
    </g>
</svg>
"""
"""The library's own format without its fonts, which a browser would fetch from elsewhere."""


class Pictures:
    """Takes what a recording console has written since the last one. Without a folder it draws nothing."""

    def __init__(self, console: Console, folder: Path | None) -> None:
        self._console = console
        self._folder = folder

    def begin(self) -> None:
        """Forget what was written so far."""
        if self._folder is not None:
            self._console.export_text(clear=True)

    def take(self, name: str) -> None:
        """Draw what was written since."""
        if self._folder is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        drawn = self._console.export_svg(
            title="make demo", theme=DIMMED_MONOKAI, code_format=_FORMAT, unique_id="demo", clear=True
        )
        text = "\n".join(line.rstrip() for line in drawn.splitlines())
        (self._folder / f"demo-{name}.svg").write_text(f"{text}\n", encoding="utf-8")
