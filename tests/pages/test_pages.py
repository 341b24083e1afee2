"""Every command of README, docs and samples is run as it stands there, and every screen is what is printed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .blocks import ROOT, Block, Step, blocks, shows
from .reader import Reader
from .walks import IN_OTHER_TESTS, NOT_RUN, WALKS, Walk

CONNECT_SIM = str(Path(sys.executable).with_name("connect-sim"))
needs_kubectl = pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not on PATH")


def compared_elsewhere(step: Step) -> bool:
    return step.printed is not None and step.command.startswith(IN_OTHER_TESTS)


def run_here() -> list[Block]:
    """All commands but those that other tests compare, or that nobody runs."""
    nowhere = tuple(NOT_RUN)
    found = (
        each._replace(
            steps=tuple(
                step for step in each.steps if not compared_elsewhere(step) and not step.command.startswith(nowhere)
            )
        )
        for each in blocks()
    )
    return [each for each in found if each.steps]


def blocks_of(walk: Walk) -> list[Block]:
    found = (walk.commands(each) for each in run_here() if each.page == walk.page)
    return [each for each in found if each is not None]


@needs_kubectl
@pytest.mark.parametrize("name", WALKS)
def test_the_commands_of_a_page_work_and_print_what_it_says(name: str, reader: Reader) -> None:
    walk = WALKS[name]
    for block in blocks_of(walk):
        if scene := walk.scene(block):
            scene(reader)
        if any(step.printed for step in block.steps):
            compare(block, reader, walk)
        else:
            reader.shell(*(step.command for step in block.steps), folder=walk.folder)


def compare(block: Block, reader: Reader, walk: Walk) -> None:
    for command, printed in block.steps:
        shown = reader.shell(command, folder=walk.folder, ends_well=printed is None)
        assert printed is None or shows(walk.here(printed), shown), f"{command}\n{shown}"


def test_every_command_is_run_or_has_a_reason_why_not() -> None:
    run = {(walk.page, step) for walk in WALKS.values() for block in blocks_of(walk) for step in block.steps}
    assert {(block.page, step) for block in run_here() for step in block.steps} - run == set()


def test_every_scene_belongs_to_a_command() -> None:
    for walk in WALKS.values():
        assert {start for start in walk.before for block in blocks_of(walk) if block.first.startswith(start)} == set(
            walk.before
        )


def test_the_simulator_prints_what_its_page_says() -> None:
    page = (ROOT / "docs/simulator.md").read_text("utf-8")
    told = page.split("```\nhttp://127.0.0.1:4570\n", 1)[1].split("```", 1)[0]
    with subprocess.Popen(  # noqa: S603 - the program under test
        [CONNECT_SIM, "--port", "0", "--until-stdin-closes"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as simulator:
        assert simulator.stdout is not None
        url = simulator.stdout.readline().strip()
        shown = list(iter(simulator.stdout.readline, "# ready\n"))
        assert simulator.stdin is not None
        simulator.stdin.close()
    assert f"{''.join(shown)}# ready\n".replace(url, "http://127.0.0.1:4570") == told
