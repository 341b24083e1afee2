"""The command line: ``python -m campaign soak|run``."""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
from pathlib import Path

import click

from campaign.screen import a_console, a_table, moving_line
from campaign.soak import Processes, Soak

_INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """Look for schedules of faults that the operator does not survive."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)


@main.command()
@click.option("--minutes", type=click.FloatRange(min=0, min_open=True), required=True, help="For how long.")
@click.option("--workers", type=click.IntRange(1), default=os.cpu_count(), help="Processes; default: one a core.")
@click.option("--seed", type=click.IntRange(0), default=None, help="The first seed; default: drawn, and printed.")
def soak(minutes: float, workers: int, seed: int | None) -> None:
    """Play random schedules in virtual time; exit 1 when one does not hold, with what plays it again."""
    first = seed if seed is not None else random.SystemRandom().randrange(10**6) * 10**6
    console, processes = a_console(), Processes()
    console.print(f"random schedules for {minutes:g} min, {workers} at a time; --seed {first}")
    interrupted = False
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        playing = Soak(workers, first, Path(folder), processes.play, processes.stop)
        try:
            with moving_line(console) as line:
                playing.go(minutes * 60, lambda now: line.show(_standing(now)))
        except KeyboardInterrupt:
            interrupted = True
        rows = playing.rows()
        done = playing.tally()
    for each in playing.violations:
        console.print(f"\n{each.output}\n\nAgain: {each.run.replay}", soft_wrap=True)
    console.print()
    plain = [(name, runs, it.schedules, it.steps, it.calls, bad) for name, runs, it, bad in rows]
    violations = len(playing.violations)
    plain.append(("all", len(playing.ended), done.schedules, done.steps, done.calls, violations))
    console.print(a_table("SCHEDULES OF", "RUNS", "SCHEDULES", "STEPS", "CALLS TO CONNECT", "VIOLATIONS", rows=plain))
    sys.exit(_INTERRUPTED if interrupted else min(violations, 1))


def _standing(playing: Soak) -> str:
    done = playing.tally()
    return f"{done.schedules} schedules, {done.steps} steps, {done.calls} calls, {len(playing.violations)} violations"


if __name__ == "__main__":
    main(prog_name="python -m campaign")
