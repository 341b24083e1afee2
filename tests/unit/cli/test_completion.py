"""`completion`: the scripts are click's, and what they call answers with our commands and options."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from connect_operator.cli import main

PROGRAM = str(Path(sys.executable).with_name("connect-operator"))


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_asks_the_program(shell: str) -> None:
    result = CliRunner().invoke(main, ["completion", shell])
    assert result.exit_code == 0, result.output
    assert f"_CONNECT_OPERATOR_COMPLETE={shell}_complete" in result.stdout


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("connect-operator exp", "explain"),
        ("connect-operator who --unm", "--unmanaged"),
        ("connect-operator explain usernamet", "UsernameTaken"),
    ],
)
def test_the_program_answers_what_the_script_asks(words: str, found: str) -> None:
    asked = {"_CONNECT_OPERATOR_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    answer = subprocess.run(  # noqa: S603 - the program under test
        [PROGRAM], env={**os.environ, **asked}, capture_output=True, text=True, check=False, timeout=120
    )
    assert answer.stdout.split() == [f"plain,{found}"]


def test_another_shell_is_refused() -> None:
    result = CliRunner().invoke(main, ["completion", "tcsh"])
    assert result.exit_code == 1
