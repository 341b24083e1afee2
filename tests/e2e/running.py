"""Operators: which operator processes run. At most one at a time on a cluster, as a user would have it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from local_stack import OperatorProcess
from local_stack.operator_process import PROGRAM, wait_for_log

from .manifests import PASSWORD
from .stage import CLUSTER_ID

SETTINGS = {
    "CONNECT_OPERATOR_CLUSTER_ID": CLUSTER_ID,
    # Long enough that a slow machine stays within it where a test is about that, short enough to wait for its end.
    "CONNECT_OPERATOR_CONSISTENCY_WINDOW": "5s",
    "CONNECT_OPERATOR_SLOW_RETRY": "2s",
}


class Operators:
    """The shared operator, which looks after every namespace, and those that tests start for themselves."""

    def __init__(self, kubeconfig: Path, aws: Mapping[str, str]) -> None:
        self._kubeconfig = kubeconfig
        self._environment = {**aws, **SETTINGS}
        self._shared: OperatorProcess | None = None

    def shared(self) -> OperatorProcess:
        """The shared operator, running."""
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

    def own(
        self,
        namespace: str,
        settings: Mapping[str, str],
        *,
        program: Sequence[str] = PROGRAM,
        kubeconfig: Path | None = None,
    ) -> OperatorProcess:
        """A new operator for one namespace, not yet started. `settings`: environment variables."""
        environment, way = {**self._environment, **settings}, kubeconfig or self._kubeconfig
        return OperatorProcess(way, environment, arguments=["--namespace", namespace], program=program)
