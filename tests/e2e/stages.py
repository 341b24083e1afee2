"""Stages: makes the stages of one test, or of one module's tests, and clears them at the end."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kubernetes.client import ApiClient

from connect_sim.control_client import SimControl
from connect_sim.process import SimProcess
from local_cluster import LocalCluster
from local_stack import Objects, let_read_secrets

from .running import CLUSTER_ID
from .stage import Stage

HIERARCHY = [
    {"name": "EMEA", "children": [{"name": "Berlin", "children": [{"name": "Team A"}, {"name": "Team B/C"}]}]},
    {"name": "AMER", "children": [{"name": "Austin"}]},
]
ATTRIBUTES = {"Language": ["English", "German", "Spanish"], "Skill": ["Billing", "Returns"]}


@dataclass(frozen=True)
class Stages:
    """`seed` and `instance_spec` are what the Connect instances have and their ConnectInstances say by default."""

    cluster: LocalCluster
    admin: ApiClient
    simulator: SimProcess
    cluster_id: str = CLUSTER_ID
    seed: Mapping[str, Any] = field(default_factory=dict)
    instance_spec: Mapping[str, Any] = field(default_factory=dict)
    made: list[Stage] = field(default_factory=list)

    def make(
        self,
        namespace: str,
        *,
        applied: bool = True,
        instance: Mapping[str, Any] | None = None,
        **members: Any,  # noqa: ANN401 - seed members
    ) -> Stage:
        """Make a Connect instance (members as in a seed file) and what belongs to it, in a namespace that exists.

        With `applied=False` its ConnectInstance is left to the test, which first fills the Connect instance;
        `instance` is what else its spec says.
        """
        identity = str(uuid.uuid4())
        # A region of its own: quotas count per region, so what one test did to them is nothing to the next.
        wanted = {"region": f"sim-{identity[:8]}", "hierarchy": HIERARCHY, "predefinedAttributes": ATTRIBUTES}
        made = self.simulator.control.add_instance(id=identity, **{**wanted, **self.seed, **members})
        stage = Stage(
            cluster=self.cluster,
            objects=Objects(self.admin),
            sim=SimControl(self.simulator.url, instance=made["id"]),
            namespace=namespace,
            instance=f"e2e-{made['id']}",
            instance_arn=made["arn"],
            cluster_id=self.cluster_id,
            instance_spec=self.instance_spec,
        )
        self.made.append(stage)
        let_read_secrets(self.admin, namespace)
        stage.apply_secret()
        if applied:
            stage.apply_instance(**(instance or {}))
        return stage

    def clear(self) -> None:
        """Leave nothing behind that an operator would work on; the password must not have been told anywhere."""
        leaks = [place for stage in self.made for place in stage.leaked()]
        for stage in self.made:
            stage.clear()
        assert not leaks
