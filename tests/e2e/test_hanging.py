"""A credential program that hangs: it is told, it is over when the program works again, and SIGTERM ends it all."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from connect_sim.process import SimProcess
from local_cluster import LocalCluster
from local_stack import OperatorProcess
from local_stack.objects import condition, has_reason
from local_stack.operator_process import wait_for_log

from .conftest import SERVICE_ACCOUNT, StartOperator
from .running import SETTINGS, bugs_in
from .stage import Stage, mentions

# A call is given up after 50 s; the next ones are tried within a minute each.
_GIVEN_UP = 120.0
_RECOVERED = 180.0
_ENDS_WITHIN = 60.0  # twice the grace period of the Deployment: the machine may be busy

PROGRAM = """#!/bin/sh
if [ -e {hangs} ]; then read _ < {pipe}; exit 1; fi
expires=$(date -u -d "+620 seconds" +%Y-%m-%dT%H:%M:%SZ)
echo '{{"Version":1,"AccessKeyId":"AKIAEXAMPLE","SecretAccessKey":"x","SessionToken":"t","Expiration":"'$expires'"}}'
"""


class Program:
    """A credential program whose credentials are due for renewal within half a minute; on demand it hangs."""

    def __init__(self, folder: Path) -> None:
        self._hangs, self._pipe = folder / "hangs", folder / "pipe"
        os.mkfifo(self._pipe)
        program = folder / "credentials"
        program.write_text(PROGRAM.format(hangs=self._hangs, pipe=self._pipe))
        program.chmod(0o755)
        self.config = folder / "config"
        self.config.write_text(f"[default]\ncredential_process = {program}\n")

    def hang(self) -> None:
        self._hangs.touch()

    def work(self) -> None:
        """From now on; those that hang go on hanging."""
        self._hangs.unlink(missing_ok=True)

    def let_go(self) -> None:
        """Let those that hang end, so that none outlives the test."""
        descriptor = os.open(self._pipe, os.O_RDWR)
        os.write(descriptor, b"\n" * 64)
        os.close(descriptor)


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    made = Program(tmp_path)
    yield made
    made.let_go()


@pytest.fixture
def depending(
    run_operator: StartOperator, cluster: LocalCluster, simulator: SimProcess, namespace: str, program: Program
) -> OperatorProcess:
    """An operator, not yet started, whose credentials come from that program."""
    del run_operator  # so that no other operator runs
    keys = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
    environment = {name: value for name, value in simulator.env.items() if name not in keys}
    settings = {**environment, **SETTINGS, "AWS_CONFIG_FILE": str(program.config)}
    kubeconfig = cluster.kubeconfig_for_service_account(*SERVICE_ACCOUNT)
    return OperatorProcess(kubeconfig, settings, arguments=["--namespace", namespace])


def assert_ends(operator: OperatorProcess) -> None:
    began = time.monotonic()
    assert operator.stop() == 0
    assert time.monotonic() - began < _ENDS_WITHIN


@pytest.mark.timeout(600)
def test_a_credential_program_that_hangs_is_told_and_survived(
    depending: OperatorProcess, stage: Stage, program: Program
) -> None:
    stage.apply_instance(driftCheckInterval="10s")
    with depending as operator:
        stage.apply_user("ada")
        stage.wait_ready("ada")
        program.hang()
        stage.apply_user("bob")
        found = stage.wait_instance(has_reason("ServiceUnavailable"), timeout=_GIVEN_UP)
        message = condition(found, "Ready")["message"]
        assert all(part in message for part in ("CallHangs", "credential program", "tried")), message
        stage.wait("bob", mentions("CallHangs"), timeout=_GIVEN_UP)
        # Nothing has changed for those who were Ready.
        assert condition(stage.user("ada"), "Ready")["status"] == "True"

        program.work()
        stage.wait_ready("bob", timeout=_RECOVERED)
        stage.wait_instance(has_reason("Available"), timeout=_RECOVERED)
        assert stage.usernames() == ["ada", "bob"]
        assert not bugs_in(operator.log)
        # Threads still hang, and so do their programs; a process that is to end waits for neither.
        assert_ends(operator)


def test_it_ends_while_its_very_first_call_hangs(depending: OperatorProcess, stage: Stage, program: Program) -> None:
    program.hang()
    stage.apply_user("ada")
    with depending as operator:
        wait_for_log(operator, "ConnectInstances")
        assert_ends(operator)
    assert stage.writes() == []
