"""The command line: ``python -m bench [NAME…]``."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console

from bench.benchmark import Benchmark, BenchmarkError, Result
from bench.benchmarks import BENCHMARKS
from bench.charts import draw
from bench.machine import machine, versions
from bench.report import document, table, write
from bench.rig import ROOT
from local_cluster import ClusterError
from local_cluster.tool_run import ToolError

_LOG_WIDTH = 110
_INTERRUPTED = 130
_BY_NAME = {benchmark.name: benchmark for benchmark in BENCHMARKS}


@click.command(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.argument("names", metavar="[NAME]...", nargs=-1, type=click.Choice(tuple(_BY_NAME)))
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=ROOT / "bench-results",
    help="The folder for the JSON file; default: bench-results in the project's folder.",
)
@click.option(
    "--charts",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder for pictures of the results, as SVG.",
)
def main(names: tuple[str, ...], output: Path, charts: Path | None) -> None:
    """Measure the operator; print a table and write JSON. Without names, run all benchmarks.

    A missed target is shown and is no failure: the exit code is 1 only when a benchmark could not be run to its end.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    console = _console()
    wanted = [_BY_NAME[name] for name in dict.fromkeys(names)] or list(BENCHMARKS)
    date = datetime.now(UTC)
    try:
        results = [_measured(benchmark, console) for benchmark in wanted]
    except KeyboardInterrupt:
        console.print("interrupted; everything has been stopped, nothing was written")
        sys.exit(_INTERRUPTED)
    console.print()
    console.print(table(results))
    path = write(document(results, date, machine(), versions(ROOT)), output, date)
    console.print(f"\n{path}", soft_wrap=True)
    for drawn in draw(path, charts) if charts is not None else ():
        console.print(f"{drawn}", soft_wrap=True)
    sys.exit(1 if any(result.failure for result in results) else 0)


def _measured(benchmark: Benchmark, console: Console) -> Result:
    console.print(f"{benchmark.name}: {benchmark.summary}")
    began = time.monotonic()
    try:
        figures, failure = benchmark.run(_teller(console, began)), ""
    except (BenchmarkError, ClusterError, ToolError, TimeoutError, RuntimeError) as error:
        figures, failure = (), str(error)
    return Result(benchmark, figures, time.monotonic() - began, failure)


def _teller(console: Console, began: float) -> Callable[[str], None]:
    def tell(text: str) -> None:
        console.print(f"{time.monotonic() - began:6.1f} s  {text}")

    return tell


def _console() -> Console:
    console = Console(highlight=False, markup=False, emoji=False)
    if console.is_interactive:
        return console
    return Console(highlight=False, markup=False, emoji=False, no_color=True, width=_LOG_WIDTH)


if __name__ == "__main__":
    main(prog_name="python -m bench")
