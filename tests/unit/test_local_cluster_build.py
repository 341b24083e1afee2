"""Building: once, never half, and with the tool's own words when it fails.

A real build takes minutes, so a script stands in for Go. Everything around it is real: processes, files, lock.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from local_cluster.build import ensure_program, ensure_programs, expected_seconds
from local_cluster.programs import ARGOCD, PROGRAMS, Program, cached_path
from local_cluster.tool_run import ToolError

DEVTOOLS = Path(__file__).parents[2] / "devtools"
# Called as: go env GOVERSION, or: go list ..., or: go build -C FOLDER -o OUTPUT -ldflags FLAGS PACKAGE
GO = """#!/bin/sh
if [ "$1" = env ]; then echo go1.99.0; exit; fi
if [ "$1" = list ]; then echo "$MODULE"; exit; fi
echo "$8" >> "$BUILD_LOG"
echo "GOFLAGS=$GOFLAGS GOTOOLCHAIN=$GOTOOLCHAIN GOOS=$GOOS" >> "$BUILD_LOG.environment"
echo '#!/bin/sh' > "$5"
if [ -n "$BROKEN" ]; then echo "go: module lookup disabled by GOPROXY=off" >&2; exit 1; fi
chmod +x "$5"
"""


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "go").write_text(GO)
    (tools / "go").chmod(0o755)
    return {
        "PATH": f"{tools}:{os.environ['PATH']}",
        "CONNECT_OPERATOR_CACHE": str(tmp_path / "cache"),
        "BUILD_LOG": str(tmp_path / "log"),
        "PYTHONPATH": str(DEVTOOLS),
    }


def built_packages(environ: dict[str, str]) -> list[str]:
    log = Path(environ["BUILD_LOG"])
    return log.read_text().splitlines() if log.exists() else []


def test_builds_what_is_missing_and_only_that(environ: dict[str, str]) -> None:
    out = io.StringIO()

    paths = ensure_programs(environ, out)
    again = ensure_programs(environ, out)

    assert paths == again == {program.name: cached_path(program, environ) for program in PROGRAMS}
    assert built_packages(environ) == [program.package for program in PROGRAMS]
    assert out.getvalue().count("built ") == len(PROGRAMS)


def test_go_fetches_no_toolchain_and_changes_no_pin_whatever_the_caller_has_set(environ: dict[str, str]) -> None:
    ensure_programs(environ | {"GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "auto", "GOOS": "plan9"}, io.StringIO())

    seen = set(Path(environ["BUILD_LOG"] + ".environment").read_text().splitlines())
    assert seen == {"GOFLAGS=-trimpath -mod=readonly -buildvcs=false GOTOOLCHAIN=local GOOS="}


def test_failure_shows_the_tools_words_and_a_way_out_and_leaves_nothing_half_built(environ: dict[str, str]) -> None:
    with pytest.raises(ToolError) as failed:
        ensure_programs(environ | {"BROKEN": "yes"}, io.StringIO())

    assert "go: module lookup disabled by GOPROXY=off" in str(failed.value)
    assert "KUBEBUILDER_ASSETS" in str(failed.value)
    assert not list(cached_path(PROGRAMS[0], environ).parent.iterdir())
    assert ensure_programs(environ, io.StringIO()), "the next attempt works"


def test_what_a_program_needs_of_its_module_lies_beside_it(environ: dict[str, str], tmp_path: Path) -> None:
    for file in ARGOCD.needs:
        (tmp_path / "module" / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "module" / file).write_text(file)

    built = ensure_program(ARGOCD, environ | {"MODULE": str(tmp_path / "module")}, io.StringIO())

    assert {path.name: path.read_text() for path in built.parent.iterdir() if path != built} == {
        Path(file).name: file for file in ARGOCD.needs
    }


def test_processes_that_build_at_the_same_time_build_once(environ: dict[str, str]) -> None:
    build = [sys.executable, "-m", "local_cluster", "build"]
    together = [
        subprocess.Popen(build, env=environ, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own command line
        for _ in range(3)
    ]
    said = {process.communicate(timeout=60)[0] for process in together}

    assert [process.returncode for process in together] == [0, 0, 0]
    assert built_packages(environ) == [program.package for program in PROGRAMS]
    assert len(said) == 1, "all found the same programs"


def test_command_line_reports_a_failure_without_a_traceback(environ: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "local_cluster", "build"],
        env=environ | {"BROKEN": "yes"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "module lookup disabled" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("cores", "seconds"), [(1, 560), (2, 280), (8, 70), (64, 20)])
def test_expected_time_shrinks_with_cores_but_linking_does_not(cores: int, seconds: float) -> None:
    assert expected_seconds(Program("p", "p", "p", build_cpu_seconds=560), cores) == seconds
