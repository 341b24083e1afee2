"""A real Kubernetes API on this machine: kube-apiserver and etcd, without containers, in about three seconds.

Here belongs what finds, builds, starts and stops the two servers, and what every user of such a cluster needs:
kubeconfigs, custom resource definitions, the audit log. What a test or a demonstration does with a cluster is its own.

There is no controller-manager: a deleted namespace stays Terminating and garbage collection does not run.
"""

from local_cluster.audit import AuditEvent
from local_cluster.cluster import LocalCluster
from local_cluster.control_plane import ClusterError
from local_cluster.credentials import ClusterUser

__all__ = ["AuditEvent", "ClusterError", "ClusterUser", "LocalCluster"]
