"""Starting: what is wrong is told in one message, and what runs can be probed and measured."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from connect_sim.process import SimProcess
from local_cluster import LocalCluster
from local_cluster.ports import ReservedPort
from local_stack import OperatorProcess

from .conftest import StartOperator
from .stage import Stage, wait_for

STARTS_WITHIN = 120.0


def get(url: str) -> str:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=90) as answer:
        return str(answer.read().decode())


def test_health_and_metrics_answer(run_operator: StartOperator, stage: Stage) -> None:
    ports = {name: ReservedPort() for name in ("health_address", "metrics_address")}
    addresses = {name: f"127.0.0.1:{port.number}" for name, port in ports.items()}
    for port in ports.values():
        port.release()
    run_operator(**addresses)
    stage.apply_user("ada")
    stage.wait_ready("ada")
    body = json.loads(get(f"http://{addresses['health_address']}/healthz"))
    assert body["healthy"] is True
    shown = get(f"http://{addresses['metrics_address']}/metrics")
    assert 'connect_operator_aws_calls_total{code="OK",operation="CreateUser"} 1.0' in shown
    wait_for(
        lambda: (
            'connect_operator_store_objects{kind="ConnectUser"} 1.0'
            in get(f"http://{addresses['metrics_address']}/metrics")
        ),
        "the gauge of objects",
    )


def test_all_wrong_settings_are_told_in_one_message(run_operator: StartOperator) -> None:
    operator = run_operator(
        cluster_id="not valid!", consistency_window="soon", aws_threads="0", log_level="LOUD", slow_retyr="1s"
    )
    assert operator.wait(STARTS_WITHIN) == 1
    log = operator.log
    for name in ("CLUSTER_ID", "CONSISTENCY_WINDOW", "AWS_THREADS", "LOG_LEVEL", "SLOW_RETYR", "SLOW_RETRY"):
        assert f"CONNECT_OPERATOR_{name}" in log
    assert "Traceback" not in log


@pytest.fixture(scope="module")
def bare_cluster() -> Iterator[LocalCluster]:
    """A cluster without this project's kinds."""
    with LocalCluster() as running:
        yield running


def test_missing_kinds_are_told_with_the_remedy(bare_cluster: LocalCluster, simulator: SimProcess) -> None:
    with OperatorProcess(bare_cluster.kubeconfig, simulator.env) as operator:
        assert operator.wait(STARTS_WITHIN) == 1
        assert "connect-operator.io (v1alpha1)" in operator.log
        assert "crds/" in operator.log
        assert "Traceback" not in operator.log


def test_missing_kubeconfig_is_told(tmp_path: Path, simulator: SimProcess) -> None:
    with OperatorProcess(tmp_path / "nowhere", simulator.env) as operator:
        assert operator.wait(STARTS_WITHIN) == 1
        assert str(tmp_path / "nowhere") in operator.log
        assert "Traceback" not in operator.log
