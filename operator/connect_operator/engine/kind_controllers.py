"""The engine's door for each kind, by the kind's name: what kube/ delivers comes in here, and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass

from connect_operator.domain.kinds.objects import ConnectInstance, ConnectUser, ObjectKey, Version
from connect_operator.domain.kinds.registry import CONNECT_CONTACT_ASSIGNMENT, CONNECT_INSTANCE, CONNECT_USER
from connect_operator.engine.controller import Controller
from connect_operator.engine.ports import KindController


@dataclass(frozen=True, slots=True)
class UserDoor:
    """For ConnectUsers."""

    controller: Controller

    def changed(self, subject: ConnectUser) -> None:
        """A ConnectUser as the API server had it."""
        self.controller.user_changed(subject)

    def gone(self, key: ObjectKey, uid: str, version: str = "") -> None:
        """That ConnectUser does not exist any more."""
        self.controller.user_gone(key, uid, version)

    def known(self) -> dict[ObjectKey, Version]:
        """All ConnectUsers."""
        return self.controller.store.known_users()

    def buried(self) -> dict[ObjectKey, str]:
        """Those that are gone."""
        return self.controller.store.gone_users.versions()


@dataclass(frozen=True, slots=True)
class InstanceDoor:
    """For ConnectInstances, whose keys have no namespace."""

    controller: Controller

    def changed(self, subject: ConnectInstance) -> None:
        """A ConnectInstance as the API server had it."""
        self.controller.instance_changed(subject)

    def gone(self, key: ObjectKey, uid: str, version: str = "") -> None:
        """That ConnectInstance does not exist any more."""
        self.controller.instance_gone(key.name, uid, version)

    def known(self) -> dict[ObjectKey, Version]:
        """All ConnectInstances."""
        return self.controller.store.known_instances()

    def buried(self) -> dict[ObjectKey, str]:
        """Those that are gone."""
        return self.controller.store.gone_instances.versions()


def kind_controllers(controller: Controller) -> dict[str, KindController]:
    """The doors of all kinds."""
    return {
        CONNECT_USER.name: UserDoor(controller),
        CONNECT_INSTANCE.name: InstanceDoor(controller),
        CONNECT_CONTACT_ASSIGNMENT.name: controller.assignments,
    }
