"""Archives whose bytes depend on nothing but names, contents and the commit's time."""

from __future__ import annotations

import gzip
import tarfile
from pathlib import Path
from typing import IO, cast


def write_tar(source: Path, archive: Path, epoch: int, *, name: str = ".") -> None:
    """The files below ``source`` as a tar archive, under ``name``; compressed where the archive's name ends in gz."""
    with archive.open("wb") as raw:
        if archive.suffix in {".gz", ".tgz"}:
            # Neither the time nor the file's name goes into the header.
            with gzip.GzipFile(filename="", mode="wb", fileobj=raw, compresslevel=9, mtime=0) as packed:
                _write(source, cast("IO[bytes]", packed), epoch, name)
        else:
            _write(source, raw, epoch, name)


def _write(source: Path, out: IO[bytes], epoch: int, name: str) -> None:
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path in sorted(each for each in source.rglob("*") if each.is_file()):
            member = tarfile.TarInfo(str(Path(name) / path.relative_to(source)))
            member.size = path.stat().st_size
            member.mtime = epoch
            member.mode = 0o644
            with path.open("rb") as content:
                archive.addfile(member, content)
