"""What cannot be the name of a namespace is told as that by every command that takes one."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from connect_operator.cli import main

COMMANDS = [
    ("run", "--namespace"),
    ("plan", "-n"),
    ("status", "-n"),
    ("reconcile", "jdoe", "-n"),
    ("keep-deletions", "support", "-n"),
    ("import", "--instance", "0f1e2d3c", "-n"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
@pytest.mark.parametrize("name", ["Team A", "a/b", "", "é"])
def test_it_is_told(command: tuple[str, ...], name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", "/nowhere")
    ended = CliRunner().invoke(main, (*command, name))
    assert ended.exit_code == 1
    assert isinstance(ended.exception, SystemExit)
    assert f"{name!r} is no namespace; use lower-case letters, digits and '-'" in ended.output
