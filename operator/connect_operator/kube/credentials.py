"""Where the cluster is and who we are there: KUBECONFIG, ~/.kube/config or the pod's service account.

The configuration loader of `kubernetes.aio` reads all three and runs exec plugins (EKS, GKE, AKS). The result serves
both the API client and the watch. No request to the cluster is made here.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from kubernetes.aio import config as kubernetes_config
from kubernetes.aio.client import Configuration
from yaml import YAMLError

LoadConfiguration = Callable[[], Awaitable[Any]]
"""Makes a new `kubernetes.aio` Configuration, with fresh credentials. Raises NoClusterError."""


class NoClusterError(Exception):
    """No cluster is configured, or its configuration cannot be used; the message says what to do."""


def loader(environ: Mapping[str, str]) -> LoadConfiguration:
    """What API client and watch need to connect, and to connect again, to the cluster that `environ` names."""
    return partial(load_configuration, environ)


async def load_configuration(environ: Mapping[str, str]) -> Any:  # noqa: ANN401 - the client library is untyped
    """A new `kubernetes.aio` Configuration; called again whenever the API server refuses the credentials.

    KUBECONFIG wins, then the service account of the pod, then ~/.kube/config: a developer says KUBECONFIG explicitly,
    and a pod has no home worth reading. Raises NoClusterError.
    """
    configuration = Configuration()
    try:
        if not environ.get("KUBECONFIG") and environ.get("KUBERNETES_SERVICE_HOST"):
            kubernetes_config.load_incluster_config(configuration)
        else:
            paths = _existing(environ.get("KUBECONFIG") or "~/.kube/config")
            kubeconfig = await kubernetes_config.load_kube_config(
                config_file=paths, client_configuration=configuration, persist_config=False
            )
            _keep_fresh(configuration, kubeconfig)
    except (kubernetes_config.ConfigException, OSError, ValueError, TypeError, YAMLError) as error:
        raise NoClusterError(
            f"no usable Kubernetes configuration ({error}); set KUBECONFIG to a kubeconfig file, "
            "or run in a pod with a service account"
        ) from error
    return configuration


def _keep_fresh(configuration: Any, kubeconfig: Any) -> None:  # noqa: ANN401 - the client library is untyped
    """Run an exec plugin again shortly before its token expires; the client library leaves that to its users."""
    if not hasattr(kubeconfig, "exec_plugin_expiry"):
        return

    async def refresh(_configuration: object) -> None:
        await kubeconfig.load_from_exec_plugin()  # does nothing until five minutes before the expiry
        configuration.api_key["BearerToken"] = kubeconfig.token

    configuration.refresh_api_key_hook = refresh


def _existing(paths: str) -> str:
    """The same paths, if at least one of them is a file; the client library would go on with nothing."""
    if not any(Path(path).expanduser().is_file() for path in paths.split(os.pathsep) if path):
        raise FileNotFoundError(f"there is no file {paths}")
    return paths
