"""Huge objects of a tenant whom no ConnectInstance admits: the process keeps next to nothing of them."""

from __future__ import annotations

from pathlib import Path

from local_stack import OperatorProcess

from .conftest import NewTenant
from .manifests import a_connect_user
from .stage import Stage
from .tenants import admit

MANY = 200
ANNOTATION = 200_000
"""Characters of each: 40 MB in all."""
AT_MOST = 30.0
"""MB by which the process may have grown; 11 where this was written, most of it to read them once, and 46 if it keeps
them."""


def resident(process: OperatorProcess) -> float:
    """Its resident memory in MB."""
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024


def test_what_nobody_admits_is_not_kept(stage: Stage, tenant: NewTenant, operator: OperatorProcess) -> None:
    hostile = tenant()
    admit(stage)
    stage.apply_user("first")
    stage.wait_ready("first")
    before = resident(operator)
    for number in range(MANY):
        manifest = a_connect_user(hostile.namespace, f"huge-{number}", stage.instance)
        manifest["metadata"]["annotations"] = {"example.com/x": f"{number:05}" * (ANNOTATION // 5)}
        hostile.objects.apply(manifest)
    for number in range(MANY):
        hostile.wait_reason(f"huge-{number}", "PermissionDenied")
    assert resident(operator) - before < AT_MOST
