"""`csv import` into a repository that somebody else fills: no file there hangs it, ends in a traceback or is lost."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from .commands import Cli, Ended

ROWS = "user login,routing profile name,security profile name\nann,Basic Routing Profile,Agent\n"
KIND = "apiVersion: connect-operator.io/v1alpha1\nkind: ConnectUser"
DOUBLING = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
HOSTILE: dict[str, Callable[[Path], object]] = {
    "a pipe": os.mkfifo,
    "a device": lambda path: path.symlink_to("/dev/zero"),
    "a folder": Path.mkdir,
    "a link to nothing": lambda path: path.symlink_to("nothing"),
    "deep": lambda path: path.write_text(f"{KIND}\nspec: {'[' * 20_000}"),
    "doubles itself": lambda path: path.write_text(f"{KIND}\n{DOUBLING}spec: {{tags: *a11}}\n"),
    "refers to itself": lambda path: path.write_text(f"{KIND}\nspec: &a {{tags: *a}}\n"),
    "a number of 5000 digits": lambda path: path.write_text(f"{KIND}\nspec: {{a: {'9' * 5000}}}\n"),
    "no day": lambda path: path.write_text(f"{KIND}\nmetadata: {{}}\nspec: {{a: 2027-13-45}}\n"),
    "metadata is a list": lambda path: path.write_text(f"{KIND}\nmetadata: [a]\nspec: {{a: b}}\n"),
    "no UTF-8": lambda path: path.write_bytes(b"\xff\xfe\x00"),
    "empty": Path.touch,
}


def imported(cli: Cli, folder: Path, *options: str | Path) -> Ended:
    file = folder / "people.csv"
    file.write_text(ROWS)
    return cli("csv", "import", file, "-d", folder / "users", "--instance-ref", "support", *options)


def _untouched(file: Path) -> tuple[int, int, int, int]:
    """What is the same as long as nobody writes there; reading moves the time of access only."""
    found = os.lstat(file)
    return found.st_mode, found.st_ino, found.st_size, found.st_mtime_ns


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_a_file_in_the_way_is_told_and_stays(make: Callable[[Path], object], cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "users").mkdir()
    make(tmp_path / "users" / "ann.yaml")
    before = _untouched(tmp_path / "users" / "ann.yaml")
    ended = imported(cli, tmp_path)
    assert ended.code == 1
    assert "ann.yaml is of something else, this is ConnectUser default/ann, user ann of instance support" in ended.err
    assert "nothing was written" in ended.err
    assert _untouched(tmp_path / "users" / "ann.yaml") == before


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_a_template_that_is_none_is_told(make: Callable[[Path], object], cli: Cli, tmp_path: Path) -> None:
    template = tmp_path / "base.yaml"
    make(template)
    ended = imported(cli, tmp_path, "--template", template)
    assert ended.code == 1
    assert "base.yaml" in ended.err
    assert not (tmp_path / "users").exists()


def test_a_file_of_rows_without_an_end_is_told(cli: Cli, tmp_path: Path) -> None:
    ended = cli("csv", "import", "/dev/zero", "-d", tmp_path / "users", "--instance-ref", "support")
    assert ended.code == 1
    assert "is larger than 64 MiB" in ended.err


@pytest.mark.skipif(not os.access("/proc/kmsg", os.R_OK), reason="needs a file that never ends: /proc/kmsg, as root")
def test_a_link_to_a_file_that_waits_for_more_is_not_waited_for(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "people.csv").symlink_to("/proc/kmsg")
    ended = cli("csv", "import", tmp_path / "people.csv", "-d", tmp_path / "users", "--instance-ref", "support")
    assert ended.code == 1
    assert not (tmp_path / "users").exists()


HEADER = "user login,routing profile name,security profile name"
ROWS_OF_ONE = "a\n" * 1_000_000
BOMBS: dict[str, tuple[str, str]] = {
    "a huge cell": (f'{HEADER}\n"{"x" * 2_000_000}",B,A\n', "row 2: has a cell of more than 32767 characters"),
    "a million columns": (f"{HEADER}{',x' * 1_000_000}\n", "row 1: has 1000003 columns, and 1000 are the most"),
    "a million cells": (f"{HEADER}\nann,B,A{',x' * 1_000_000}\n", "row 2: has 1000003 columns, and 1000 are the most"),
    "a million rows": (f"{HEADER}\n{ROWS_OF_ONE}", "row 100002: is row 100001 of those below the first"),
}


@pytest.mark.parametrize(("text", "told"), BOMBS.values(), ids=BOMBS)
def test_a_file_that_is_made_to_cost_is_told(text: str, told: str, cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "bomb.csv").write_text(text)
    ended = cli("csv", "import", tmp_path / "bomb.csv", "-d", tmp_path / "users", "--instance-ref", "support")
    assert ended.code == 1
    assert told in ended.err
    assert len(ended.err) < 10_000
    assert not (tmp_path / "users").exists()
