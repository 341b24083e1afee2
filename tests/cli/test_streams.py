"""What goes where: colours on terminals only, nothing but the answer on standard output, progress apart."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from connect_sim.control_client import SimControl

from .commands import FAST, Cli

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
COLOUR = re.compile(r"\x1b\[[0-9;]*3[0-9][0-9;]*m")


@pytest.fixture
def folder(cli: Cli, sim: SimControl, tmp_path: Path) -> Path:
    """Manifests of two users, of whom one is gone since."""
    made = sim.add_users([{"Username": "one"}, {"Username": "two"}])
    assert cli("import", "--instance", sim.instance, "-d", tmp_path, *FAST).code == 0
    sim.delete_user(made[1]["Id"])
    return tmp_path


def test_pipes_get_no_control_characters(cli: Cli, folder: Path) -> None:
    ended = cli.with_environment(TERM="xterm-256color").process("plan", "-f", folder, *FAST)
    assert ended.code == 2
    assert CONTROL.search(ended.out + ended.err) is None


def test_a_terminal_gets_colours(cli: Cli, folder: Path) -> None:
    ended = cli.on_terminal("plan", "-f", folder, *FAST)
    assert ended.code == 2
    assert COLOUR.search(ended.out)
    assert "comparing users" in ended.out


def test_no_color_is_heeded(cli: Cli, folder: Path) -> None:
    ended = cli.with_environment(NO_COLOR="1").on_terminal("plan", "-f", folder, *FAST)
    assert ended.code == 2
    assert COLOUR.search(ended.out) is None


def test_the_answer_on_a_terminal_is_whole(cli: Cli, folder: Path) -> None:
    """No line is cut or wrapped to a width."""
    ended = cli.with_environment(COLUMNS="40").on_terminal("plan", "-f", folder, *FAST)
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", ended.out)
    assert (
        "arn:aws:connect:us-east-1:111122223333:instance/5eed0000-0000-4000-8000-000000000001, CONNECT_MANAGED" in plain
    )


def test_json_is_alone_on_standard_output(cli: Cli, folder: Path) -> None:
    ended = cli.process("plan", "-f", folder, "-o", "json", *FAST)
    assert ended.out.startswith("{")
    assert ended.out.endswith("}\n")


@pytest.mark.parametrize("command", [(), ("plan",), ("import",), ("status",), ("run",)])
def test_help(cli: Cli, command: tuple[str, ...]) -> None:
    ended = cli.process(*command, "--help")
    assert ended.code == 0
    assert ended.out.startswith("Usage: connect-operator")
