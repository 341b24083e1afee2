"""Operators: which operator processes run. At most one at a time on a cluster, as a user would have it.

There are three kinds: the one that all tests of a worker share, one of a module's tests, and those of a single test.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from local_stack import OperatorProcess
from local_stack.operator_process import PROGRAM, wait_for_log

from .manifests import PASSWORD

CLUSTER_ID = "end-to-end"
SETTINGS = {
    "CONNECT_OPERATOR_CLUSTER_ID": CLUSTER_ID,
    # Long enough that a slow machine stays within it where a test is about that, short enough to wait for its end.
    "CONNECT_OPERATOR_CONSISTENCY_WINDOW": "5s",
    "CONNECT_OPERATOR_SLOW_RETRY": "2s",
}
# What only a bug makes the operator log; and who says, with a traceback, that a role cannot be assumed.
_BUGS = ("Traceback", "a pass failed unexpectedly", "without an end", "was changed meanwhile")
_TALKATIVE = '"logger": "botocore.credentials"'


class Operators:
    """The shared operator and a module's, which look after every namespace, and those of single tests."""

    def __init__(self, kubeconfig: Path, aws: Mapping[str, str]) -> None:
        self._kubeconfig = kubeconfig
        self._aws = aws
        self._environment = {**aws, **SETTINGS}
        self._shared: OperatorProcess | None = None
        self._module_runs_its_own = False

    def shared(self) -> OperatorProcess:
        """The shared operator, running."""
        assert not self._module_runs_its_own, "one operator at a time"
        if self._shared is None:
            self._shared = OperatorProcess(self._kubeconfig, self._environment).start()
            wait_for_log(self._shared, "ConnectInstances")
        return self._shared

    def stop_shared(self) -> None:
        """Have no shared operator run until it is asked for again."""
        if self._shared is not None:
            operator, self._shared = self._shared, None
            code = operator.stop()
            log = operator.log
            operator.__exit__()
            assert code == 0, f"exit {code}\n{log[-4000:]}"
            assert PASSWORD not in log

    @contextmanager
    def of_module(self, settings: Mapping[str, str]) -> Iterator[OperatorProcess]:
        """An operator with these settings and the product's defaults; ends in order. The shared one stops for it."""
        self.stop_shared()
        with OperatorProcess(self._kubeconfig, {**self._aws, **environment(settings)}) as running:
            self._module_runs_its_own = True
            try:
                wait_for_log(running, "ConnectInstances")
                yield running
                assert running.running, running.log[-4000:]
                code = running.stop()
            finally:
                self._module_runs_its_own = False
            log = running.log
            assert code == 0, f"exit {code}\n{log[-4000:]}"
            assert PASSWORD not in log
            assert not [line for line in bugs_in(log) if _TALKATIVE not in line]

    def own(
        self,
        namespace: str,
        settings: Mapping[str, str],
        *,
        program: Sequence[str] = PROGRAM,
        kubeconfig: Path | None = None,
    ) -> OperatorProcess:
        """A new operator for one namespace, not yet started. `settings`: environment variables."""
        variables, way = {**self._environment, **settings}, kubeconfig or self._kubeconfig
        return OperatorProcess(way, variables, arguments=["--namespace", namespace], program=program)


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """The environment variables of settings that are given without their prefix."""
    return {f"CONNECT_OPERATOR_{name.upper()}": value for name, value in settings.items()}


def bugs_in(log: str) -> list[str]:
    """The lines of an operator's log that should never be written."""
    return [line for line in log.splitlines() if any(bug in line for bug in _BUGS)]
