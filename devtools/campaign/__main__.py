"""The command line: ``python -m campaign soak|run``."""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import click

from campaign.families import FAMILIES
from campaign.model import MUTANTS, PROTOCOL, ModelError, Verdict, in_words, look
from campaign.parts import survived
from campaign.run import Campaign, write
from campaign.schedules import ROOT
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


@main.command()
def model() -> None:
    """Have spin look at every schedule of the protocol in model/user.pml, and of its mutants."""
    console = a_console()
    rows: list[tuple[str, int, str, str]] = []

    def tell(verdict: Verdict) -> None:
        console.print(f"{verdict.seconds:6.0f} s  {verdict.check.name}", soft_wrap=True)
        rows.append((verdict.check.name, verdict.states, f"{verdict.seconds:.0f} s", in_words(verdict)))

    with tempfile.TemporaryDirectory(prefix="model-") as folder:
        try:
            verdicts = look((*PROTOCOL, *MUTANTS), Path(folder), tell)
        except ModelError as error:
            raise click.ClickException(str(error)) from error
    console.print()
    console.print(a_table("THE PROTOCOL, OR WITHOUT", "STATES", "TIME", "", rows=rows))
    sys.exit(min(sum(not each.expected for each in verdicts), 1))


@main.command()
@click.option("--workers", type=click.IntRange(1), default=os.cpu_count(), help="Processes; default: one a core.")
@click.option("--seed", type=click.IntRange(0), default=None, help="The first seed of the schedules; default: drawn.")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=ROOT / "campaign-results",
    help="The folder for the JSON file; default: campaign-results in the project's folder.",
)
def run(workers: int, seed: int | None, output: Path) -> None:
    """Crash at every point, put every family of faults to the operator, kill mutants, play random schedules."""
    first = seed if seed is not None else random.SystemRandom().randrange(10**6) * 10**6
    console, date, campaign, began = a_console(), datetime.now(UTC), Campaign(), time.monotonic()

    def tell(text: str) -> None:
        console.print(f"{time.monotonic() - began:6.0f} s  {text}", soft_wrap=True)

    try:
        campaign.run(workers, first, tell)
    except KeyboardInterrupt:
        console.print("interrupted; nothing was written")
        sys.exit(_INTERRUPTED)
    for text in (*(part.output for part in campaign.parts if part.output), *campaign.violations):
        console.print(f"\n{text}", soft_wrap=True)
    families = survived(campaign.outcomes())
    rows = [(f"{each.number}", each.fault, _word(families[each.number])) for each in FAMILIES]
    console.print(a_table("FAMILY", "FAULT", "", rows=rows))
    console.print()
    console.print(a_table("FIGURE", "VALUE", "VIOLATIONS", rows=campaign.figures()))
    console.print(f"\n{write(campaign.document(date), output, date)}", soft_wrap=True)
    sys.exit(min(campaign.violated, 1))


def _word(survived: bool) -> str:  # noqa: FBT001 - what is put into words
    return "survived" if survived else "NOT SURVIVED"


def _standing(playing: Soak) -> str:
    done = playing.tally()
    return f"{done.schedules} schedules, {done.steps} steps, {done.calls} calls, {len(playing.violations)} violations"


if __name__ == "__main__":
    main(prog_name="python -m campaign")
