"""The ports: what the engine needs of Amazon Connect, of the Kubernetes API and of time.

aws/ and kube/ implement them; nothing here knows a library.
"""

from connect_operator.engine.ports.clock import Clock
from connect_operator.engine.ports.cluster import (
    AssignmentsApi,
    ClusterApi,
    ClusterUnavailableError,
    Event,
    ObjectChangedError,
    ObjectGoneError,
    SecretValue,
)
from connect_operator.engine.ports.connect import (
    ConnectApi,
    ConnectGateway,
    Created,
    InstanceFacts,
    Password,
    QuickConnect,
    UserPage,
)
from connect_operator.engine.ports.kinds import KindController

__all__ = [
    "AssignmentsApi",
    "Clock",
    "ClusterApi",
    "ClusterUnavailableError",
    "ConnectApi",
    "ConnectGateway",
    "Created",
    "Event",
    "InstanceFacts",
    "KindController",
    "ObjectChangedError",
    "ObjectGoneError",
    "Password",
    "QuickConnect",
    "SecretValue",
    "UserPage",
]
