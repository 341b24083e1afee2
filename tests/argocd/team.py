"""Team: a namespace, its Connect instance and the repository that Argo CD keeps both like."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kubernetes.client import ApiException

from connect_sim.control_client import SimControl
from local_argocd import Applications, Repository, an_application
from local_argocd.applications import Application, is_at
from local_cluster import LocalCluster
from local_cluster.audit import AuditEvent
from local_stack import Objects

Manifest = dict[str, Any]
API_VERSION = "connect-operator.io/v1alpha1"
GROUP = "connect-operator.io"
# Far above what a test needs: only tests of the quota wait for it.
UNLIMITED = {"default": {"rate": 1000, "burst": 1000}}


@dataclass(frozen=True)
class Team:
    """`name` is that of the namespace, of the ConnectInstance and of the Application."""

    name: str
    instance_arn: str
    cluster: LocalCluster
    objects: Objects
    applications: Applications
    sim: SimControl
    repository: Repository

    # --- what stands in Git -----------------------------------------------------------------

    def write_instance(self, *, wave: int | None = None, **spec: object) -> None:
        """The file instance.yaml; a sync wave where one is given."""
        wanted = {
            "instanceId": self.instance_arn,
            "allowedNamespaces": [{"name": self.name}],
            "allowedAdoptionPolicies": ["Never", "IfUnowned"],
            "apiRates": UNLIMITED,
            **spec,
        }
        metadata = {"name": self.name, **_wave(wave)}
        manifest = {"apiVersion": API_VERSION, "kind": "ConnectInstance", "metadata": metadata, "spec": wanted}
        self.repository.write("instance.yaml", manifest)

    def write_user(self, name: str, *, wave: int | None = None, **spec: object) -> None:
        """The file NAME.yaml with a complete ConnectUser, but for these members; one of None is left out."""
        wanted = {
            "instanceRef": {"name": self.name},
            "identityInfo": {"firstName": "Ada", "lastName": "Lovelace", "email": f"{name}@example.com"},
            "passwordSecretRef": {"name": "password"},
            "routingProfileName": "Basic Routing Profile",
            "securityProfileNames": ["Agent"],
            **spec,
        }
        self.repository.write(
            f"{name}.yaml",
            {
                "apiVersion": API_VERSION,
                "kind": "ConnectUser",
                "metadata": {"name": name, "namespace": self.name, **_wave(wave)},
                "spec": {key: value for key, value in wanted.items() if value is not None},
            },
        )

    # --- what is done -----------------------------------------------------------------------

    def apply_password(self) -> None:
        """The Secret, which is never in Git."""
        data = {"password": base64.b64encode(b"Rumpelst1lzchen").decode()}
        metadata = {"name": "password", "namespace": self.name}
        self.objects.apply({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": data})

    def hand_over(self, *, server_side: bool = False) -> str:
        """Commit what is written and have Argo CD keep it; returns the revision."""
        revision = self.repository.commit("Start")
        application = an_application(self.name, self.repository, ".", self.cluster.server, server_side=server_side)
        self.applications.create(application)
        return revision

    def commit(self, message: str) -> str:
        """Commit what is written, and have Argo CD look; returns the revision."""
        revision = self.repository.commit(message)
        self.applications.refresh(self.name)
        return revision

    # --- what is seen -----------------------------------------------------------------------

    def wait(self, revision: str, health: str = "Healthy", timeout: float = 240.0) -> Application:
        """Wait until Argo CD has synced that revision and its objects have that health."""
        return self.applications.wait(self.name, is_at(revision, health), timeout)

    def usernames(self) -> list[str]:
        """Who is in Connect in truth."""
        return sorted(each["Username"] for each in self.sim.users())

    def user(self, name: str) -> Manifest:
        """The ConnectUser as it is in the cluster; there must be one."""
        found = self.objects.get("ConnectUser", self.name, name)
        assert found is not None, f"no ConnectUser {name}"
        return found

    def writes_by(self, user: str, after: int) -> Iterator[AuditEvent]:
        """What a user of the API server has written to this team's objects of our kinds since a mark."""
        for event in self.cluster.audit_events(after, user=user):
            if event.is_write and event.group == GROUP and self.name in (event.namespace, event.name):
                yield event

    # --- the end ----------------------------------------------------------------------------

    def clear(self) -> None:
        """Leave nothing that operator or Argo CD would work on."""
        self.sim.clear_faults()
        with contextlib.suppress(ApiException):
            self.applications.delete(self.name)
        for kind, namespace in (("ConnectUser", self.name), ("ConnectInstance", None)):
            for found in self.objects.every(kind, namespace):
                if kind == "ConnectUser" or found["metadata"]["name"] == self.name:
                    self._abandon(kind, namespace, found["metadata"]["name"])

    def _abandon(self, kind: str, namespace: str | None, name: str) -> None:
        with contextlib.suppress(ApiException):  # gone by now
            self.objects.delete(kind, namespace, name)
            self.objects.patch(kind, namespace, name, {"metadata": {"finalizers": None}})


def _wave(number: int | None) -> Manifest:
    return {} if number is None else {"annotations": {"argocd.argoproj.io/sync-wave": str(number)}}
