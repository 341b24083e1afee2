"""An address in place of a file is told as one, with what to write: kubectl reads addresses, these commands do not."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from connect_operator.cli import main

ADDRESS = "https://example.com/people?a=1&b=2"


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (("plan", "-f", ADDRESS), f"curl -fsSL '{ADDRESS}' | connect-operator plan -f -"),
        (("csv", "import", ADDRESS, "-d", "users"), f"curl -fsSLO '{ADDRESS}'"),
        (("csv", "import", __file__, "-d", "users", "--template", ADDRESS), f"curl -fsSLO '{ADDRESS}'"),
    ],
)
def test_it_is_told_with_what_to_write(
    arguments: tuple[str, ...], remedy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = CliRunner().invoke(main, arguments)
    assert ended.exit_code == 1
    assert f"{ADDRESS} is an address, and only files are read here; write: {remedy}" in ended.output
    assert "o such file" not in ended.output


def test_a_file_may_have_any_other_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ended = CliRunner().invoke(main, ("plan", "-f", "https:users.yaml"))
    assert "https:users.yaml: No such file or directory" in ended.output
