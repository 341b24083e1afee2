"""Figures and their targets, the table, the JSON, the meter, the metrics."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, Counter, start_http_server
from rich.console import Console

from bench import fleet
from bench.benchmark import Benchmark, Figure, Result
from bench.benchmarks import BENCHMARKS
from bench.machine import machine, versions
from bench.profiling import program
from bench.report import document, table, write
from bench.rig import ROOT, free_port, metric_sum, until
from bench.sampled import Sampler
from bench.usage import UsageMeter
from local_stack.operator_process import PROGRAM

_DATE = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
_BENCHMARK = Benchmark("create-3", "three users", lambda _: ())


@pytest.mark.parametrize(
    ("figure", "target", "met"),
    [
        (Figure("ratio", 1.05, at_most=1.05), "<= 1.05", True),
        (Figure("ratio", 1.06, at_most=1.05), "<= 1.05", False),
        (Figure("calls", 200, exactly=200), "200", True),
        (Figure("throttled", 1, exactly=0), "0", False),
        (Figure("memory", 100.0, "MiB"), "", None),
    ],
    ids=["just met", "just missed", "exactly", "nothing allowed", "no target"],
)
def test_targets(figure: Figure, target: str, met: bool | None) -> None:  # noqa: FBT001 - a parameter of the table
    assert figure.target == target
    assert figure.met is met


def test_the_table_shows_a_missed_target_and_a_failure() -> None:
    out = io.StringIO()
    missed = Result(_BENCHMARK, (Figure("ratio", 1.8134, at_most=1.05), Figure("time", 12.0, "s")), 20.0)
    failed = Result(_BENCHMARK, (), 1.0, "the operator has ended")
    Console(file=out, width=100).print(table([missed, failed]))
    lines = [line.split() for line in out.getvalue().splitlines()]
    assert lines[1:] == [
        ["create-3", "ratio", "1.81", "<=", "1.05", "no"],
        ["time", "12", "s"],
        ["create-3", "the", "operator", "has", "ended", "FAILED"],
    ]


def test_the_json_holds_date_machine_versions_and_every_figure(tmp_path: Path) -> None:
    result = Result(_BENCHMARK, (Figure("ratio", 1.01234567, at_most=1.05),), 20.04)
    path = write(document([result], _DATE, machine(), versions(ROOT)), tmp_path / "results", _DATE)
    content = json.loads(path.read_text())
    assert path.name == "2026-01-02T030405Z.json"
    assert content["date"] == "2026-01-02T03:04:05+00:00"
    assert content["machine"]["cores"] >= 1
    assert {"python", "connect-operator", "kube-apiserver", "etcd", "commit"} <= content["versions"].keys()
    assert content["benchmarks"] == [
        {
            "name": "create-3",
            "summary": "three users",
            "seconds": 20.0,
            "figures": [
                {"name": "ratio", "value": 1.0123, "unit": "", "target": "<= 1.05", "at_most": 1.05, "met": True}
            ],
        }
    ]


def test_names_of_benchmarks_are_their_own() -> None:
    assert len({each.name for each in BENCHMARKS}) == len(BENCHMARKS)


def test_a_fleet_is_of_different_users_on_one_instance() -> None:
    users = list(fleet.users(12))
    assert len({each["metadata"]["name"] for each in users}) == 12
    assert {each["spec"]["instanceRef"]["name"] for each in users} == {fleet.instance()["metadata"]["name"]}
    assert {each["spec"]["passwordSecretRef"]["name"] for each in users} == {fleet.secret()["metadata"]["name"]}


@pytest.fixture
def spender() -> Iterator[subprocess.Popen[str]]:
    """A process that has used 50 MiB more and half a second of CPU, then waits until its standard input ends."""
    code = (
        "import sys, time\nkept = bytearray(50 * 2**20)\nwhile time.process_time() < 0.5: pass\n"
        "print('spent', flush=True)\nsys.stdin.read()"
    )
    process = subprocess.Popen(  # noqa: S603 - this very interpreter
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    yield process
    process.communicate()


def test_the_meter_sees_memory_and_cpu_of_another_process(spender: subprocess.Popen[str]) -> None:
    with UsageMeter(spender.pid) as usage:
        assert spender.stdout is not None
        assert spender.stdout.readline() == "spent\n"
    assert usage.peak_mebibytes > 50
    assert usage.cpu_seconds >= 0.4
    assert 50 < usage.mebibytes <= usage.peak_mebibytes


def test_metrics_are_summed_over_their_labels() -> None:
    registry = CollectorRegistry()
    counter = Counter("made_total", "Made.", ["reason"], registry=registry)
    counter.labels("Available").inc(3)
    counter.labels("Throttled").inc()
    Counter("made_other_total", "Other.", registry=registry).inc(10)
    server, thread = start_http_server(0, "127.0.0.1", registry)
    try:
        assert metric_sum(server.server_port, "made_total") == 4
        assert metric_sum(server.server_port, "absent_total") == 0
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_metrics_of_nobody_are_zero() -> None:
    assert metric_sum(free_port(), "made_total") == 0


def test_a_profile_is_kept_only_where_it_is_wanted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CONNECT_BENCH_PROFILES", raising=False)
    assert program("restart") == PROGRAM
    monkeypatch.setenv("CONNECT_BENCH_PROFILES", str(tmp_path))
    assert program("") == PROGRAM
    assert program("restart") == (sys.executable, "-m", "bench.sampled", str(tmp_path / "restart.txt"))


def test_a_profile_tells_where_the_cpu_went(tmp_path: Path) -> None:
    sampler = Sampler()
    sampler.start()
    _spend(0.3)
    sampler.write(tmp_path / "profiles" / "spent.txt")
    lines = (tmp_path / "profiles" / "spent.txt").read_text().splitlines()
    spent = sum(int(line.rpartition(" ")[2]) for line in lines if "_spend (unit/bench/test_benchmark.py)" in line)
    assert spent >= 10


def _spend(seconds: float) -> None:
    ends = time.process_time() + seconds
    while time.process_time() < ends:
        pass


def test_waiting_in_vain_says_for_what() -> None:
    with pytest.raises(TimeoutError, match="all are Ready"):
        until("all are Ready", lambda: False, 0.0)
