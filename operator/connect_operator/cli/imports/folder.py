"""A folder of manifests, one file an object: written whole or not at all, and left alone where nothing changed.

A file that is there is written over only where it is the same object's, so that nothing of another import or of a
person is lost.
"""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from connect_operator.cli.documents.files import text_of

_SHOWN = 5


class Written(NamedTuple):
    """How many files were written, how many were as they are, and which YAML files are not of this import."""

    changed: int
    same: int
    others: tuple[Path, ...]


class OccupiedError(Exception):
    """The folder has files of that name which are something else; nothing was written."""

    def __init__(self, paths: tuple[Path, ...]) -> None:
        names = ", ".join(path.name for path in paths[:_SHOWN]) + (", …" if len(paths) > _SHOWN else "")
        super().__init__(names)
        self.paths = paths


def write_folder(folder: Path, files: Mapping[str, str], is_same: Callable[[str, str], bool] | None = None) -> Written:
    """Make the files of that name have that text. Raises OSError, OccupiedError.

    `is_same` tells of the former and the new text whether they are of one object; absent: whatever is there may go.
    """
    check_folder(folder, files, is_same)
    folder.mkdir(parents=True, exist_ok=True)
    changed = 0
    for name, text in files.items():
        path = folder / name
        if _text(path) != text:
            _replace(path, text)
            changed += 1
    others = tuple(sorted(path for path in folder.glob("*.yaml") if path.name not in files))
    return Written(changed, len(files) - changed, others)


def check_folder(folder: Path, files: Mapping[str, str], is_same: Callable[[str, str], bool] | None) -> None:
    """Raises OccupiedError where files of that name are there and may not be written over, OSError for a link.

    A repository may hold a link in a folder's place, to anywhere; a whole path is the user's own, but for its end.
    """
    for part in (folder, *(() if folder.is_absolute() else folder.parents)):
        if part.is_symlink():
            told = f"{part} is a link, and nothing is written through one; name the folder that it leads to"
            raise OSError(errno.ELOOP, told)
    occupied = tuple(path for name, text in files.items() if not _is_free(path := folder / name, text, is_same))
    if occupied:
        raise OccupiedError(occupied)


def _is_free(path: Path, text: str, is_same: Callable[[str, str], bool] | None) -> bool:
    """Whether that file may be written. One that is no plain file is not opened: a pipe would never end."""
    if not path.exists() and not path.is_symlink():
        return True
    if not path.is_file():
        return False
    return is_same is None or is_same(_text(path) or "", text)


def _text(path: Path) -> str | None:
    try:
        return text_of(path)
    except (FileNotFoundError, ValueError):
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
