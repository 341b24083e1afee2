"""A folder of manifests, one file an object: written whole or not at all, and left alone where nothing changed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple


class Written(NamedTuple):
    """How many files were written, how many were as they are, and which YAML files are not of this import."""

    changed: int
    same: int
    others: tuple[Path, ...]


def write_folder(folder: Path, files: Mapping[str, str]) -> Written:
    """Make the files of that name have that text. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = 0
    for name, text in files.items():
        path = folder / name
        if _text(path) != text:
            _replace(path, text)
            changed += 1
    others = tuple(sorted(path for path in folder.glob("*.yaml") if path.name not in files))
    return Written(changed, len(files) - changed, others)


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return None


def _replace(path: Path, text: str) -> None:
    """Write beside it, then rename: whoever reads meanwhile sees the former file or the new one."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem[:60]}-")
    beside = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        # mkstemp makes files that only their owner may read; manifests hold no secret.
        beside.chmod(0o666 & ~_umask())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
