"""Argo CD on this machine, without containers: its application-controller and repo-server over a LocalCluster.

What a test has it do is the test's. The programs are built by local_cluster.build, from the module in go/argocd/.
"""

from local_argocd.applications import Applications, an_application
from local_argocd.argocd import ArgoCD
from local_argocd.repository import Repository

__all__ = ["Applications", "ArgoCD", "Repository", "an_application"]
