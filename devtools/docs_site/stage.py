"""A copy of docs/ in which every link leads somewhere: what it points to outside of docs/ comes along, below files/.

In the repository a page links to manifests and samples by their paths; a site holds only what is put into it.
"""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

_LINK = re.compile(r"(?P<before>!?\[(?:[^\[\]]|\[[^\]]*\])*\]\()(?P<target>[^)\s]+)(?P<after>\))")
_ELSEWHERE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|#|//)", re.IGNORECASE)
_FENCE = re.compile(r"^\s*(```|~~~)")
_SHOWN = ".md"


@dataclass
class Stage:
    """What is copied from `root` to `target`; `dead` tells of links to what does not exist."""

    root: Path
    target: Path
    dead: list[str] = field(default_factory=list)
    _done: set[Path] = field(default_factory=set)

    def fill(self) -> None:
        """Copy docs/, and everything that is linked to."""
        shutil.rmtree(self.target, ignore_errors=True)
        waiting = sorted(path for path in (self.root / "docs").rglob("*") if path.is_file())
        while waiting:
            path = waiting.pop()
            if path not in self._done:
                self._done.add(path)
                waiting += self._copy(path)

    def place(self, path: Path) -> Path:
        """Where a file of the repository lies in the site's sources; a folder is a page that lists it."""
        relative = path.relative_to(self.root)
        inside = relative.relative_to("docs") if relative.parts[:1] == ("docs",) else Path("files") / relative
        if path.is_dir():
            return inside / "index.md"
        # A page that is called README would take the place of the list of its folder.
        return inside.with_name("about.md") if inside.parts[0] == "files" and path.name == "README.md" else inside

    def _copy(self, path: Path) -> list[Path]:
        destination = self.target / self.place(path)
        destination.parent.mkdir(parents=True, exist_ok=True)
        found: list[Path] = []
        if path.is_dir():
            found = sorted(child for child in path.iterdir() if not child.name.startswith((".", "__")))
            destination.write_text(self._listing(path, found))
        elif path.suffix == _SHOWN:
            destination.write_text(self._rewritten(path, found))
        else:
            shutil.copyfile(path, destination)
        return found

    def _listing(self, path: Path, children: list[Path]) -> str:
        rows = [f"- [{child.name}]({self._reference(path, child)})" for child in children]
        return "\n".join([f"# {path.relative_to(self.root)}/", "", *rows, ""])

    def _rewritten(self, path: Path, found: list[Path]) -> str:
        def replace(match: re.Match[str]) -> str:
            target = match["target"]
            if _ELSEWHERE.match(target):
                return match[0]
            name, hash_sign, anchor = target.partition("#")
            pointed = Path(os.path.normpath(path.parent / name))
            if not pointed.exists() or not pointed.is_relative_to(self.root):
                self.dead.append(f"{path.relative_to(self.root)}: {target} does not exist")
                return match[0]
            found.append(pointed)
            return f"{match['before']}{self._reference(path, pointed)}{hash_sign}{anchor}{match['after']}"

        fenced = False
        lines = []
        for line in path.read_text().splitlines(keepends=True):
            fenced ^= bool(_FENCE.match(line))
            lines.append(line if fenced else _LINK.sub(replace, line))
        return "".join(lines)

    def _reference(self, page: Path, pointed: Path) -> str:
        return Path(os.path.relpath(self.place(pointed), self.place(page).parent)).as_posix()
