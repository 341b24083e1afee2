"""The command line: ``python -m demo [--keep]``."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import click

from demo.act import Act
from demo.acts import ACTS
from demo.invitation import invite
from demo.picture import Pictures
from demo.scene import Scene
from demo.screen import Screen, make_console
from demo.stage import Stage, keep_log, running_stage
from demo.story import Outcome, Verdict, all_observed, play, record
from local_cluster import ClusterError
from local_cluster.tool_run import ToolError

_SECONDS_BETWEEN_LOOKS = 0.5
_LOG_LINES_SHOWN = 20
_INTERRUPTED = 130


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--keep", is_flag=True, help="Leave everything running afterwards, until Ctrl-C.")
@click.option(
    "--pictures", type=click.Path(file_okay=False, path_type=Path), help="A folder for a picture of each act, as SVG."
)
def main(*, keep: bool, pictures: Path | None) -> None:
    """Show the whole product on this machine: users as YAML, kept that way in a simulated Amazon Connect.

    Ends with 0 when everything that it announces was observed in time, else with 1.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    screen = Screen(make_console(recording=pictures is not None), time.monotonic)
    drawn = Pictures(screen.console, pictures)
    try:
        with running_stage(screen) as stage:
            outcomes = _play(screen, stage, drawn)
            _conclude(screen, stage, outcomes)
            drawn.take("record")
            if keep:
                _keep_running(screen, stage)
    except KeyboardInterrupt:
        screen.timed("interrupted; everything has been stopped")
        sys.exit(_INTERRUPTED)
    except (ClusterError, ToolError, TimeoutError, RuntimeError) as error:
        screen.failed(f"the demonstration could not start: {error}")
        sys.exit(1)
    screen.timed("everything has been stopped")
    sys.exit(_end(screen, stage, outcomes))


def _play(screen: Screen, stage: Stage, drawn: Pictures) -> list[Outcome]:
    with stage.cluster.api_client() as api:

        def scene_for(act: Act) -> Scene:
            return Scene(screen, api, stage.simulator.control, stage.environment, act.seconds, time.sleep)

        drawn.begin()
        return play(ACTS, screen, scene_for, stage.broken, drawn.take)


def _conclude(screen: Screen, stage: Stage, outcomes: Sequence[Outcome]) -> None:
    screen.heading("What was observed")
    screen.render(record(outcomes))
    screen.console.print()
    if all_observed(outcomes):
        screen.observed("Everything was observed in time.")
        return
    missing = ", ".join(outcome.title for outcome in outcomes if outcome.verdict is not Verdict.OBSERVED)
    screen.failed(f"Not observed: {missing}.")
    screen.say("The end of the operator's log:")
    screen.document("\n".join(stage.operator.log.splitlines()[-_LOG_LINES_SHOWN:]), "text")


def _keep_running(screen: Screen, stage: Stage) -> None:
    """Say how to play with it, and wait for Ctrl-C or the end of a process."""
    invite(screen, stage)
    try:
        while (broken := stage.broken()) is None:
            time.sleep(_SECONDS_BETWEEN_LOOKS)
    except KeyboardInterrupt:
        screen.console.print()
        return
    screen.failed(broken)


def _end(screen: Screen, stage: Stage, outcomes: Sequence[Outcome]) -> int:
    """The exit code; the operator's log is kept when it has something to explain."""
    if all_observed(outcomes):
        stage.operator.log_file.unlink(missing_ok=True)
        return 0
    screen.failed(f"the operator's whole log: {keep_log(stage.operator)}")
    return 1


if __name__ == "__main__":
    main(prog_name="python -m demo")
