"""Whether an operator runs: a Deployment with its label, a process at this machine's health address, or its traces."""

from __future__ import annotations

from typing import Any

import aiohttp
import msgspec

from connect_operator.cli.check.findings import NOTE, OK, WRONG, Finding, Operator
from connect_operator.config import Address
from connect_operator.domain.kinds.objects import ConnectInstance
from connect_operator.domain.kinds.status import find_condition
from connect_operator.kube.connection import Connection, Request, RequestRefusedError

_LABEL = "app.kubernetes.io/name=connect-operator"
_DEPLOYMENTS = "/apis/apps/v1/deployments"
_HEALTH_SECONDS = 2.0
_HTTP_OK = 200


async def deployments(opened: Connection) -> list[Operator] | None:
    """The operator's Deployments; None where they may not be listed. Raises ClusterUnavailableError."""
    try:
        body = await opened.request(Request("GET", _DEPLOYMENTS, query={"labelSelector": _LABEL}))
    except RequestRefusedError:
        return None
    items: list[dict[str, Any]] = msgspec.json.decode(body).get("items") or []
    return [_operator(each) for each in items]


async def running(
    found: list[Operator] | None, health: Address | None, instances: tuple[ConnectInstance, ...] | None
) -> list[Finding]:
    """A line for each Deployment; without one, what else tells of an operator."""
    if found:
        lines = [_deployment(each) for each in found]
        many = sum(each.ready > 0 for each in found) > 1
        double = "two operators of one cluster share an API quota without knowing of each other; remove one"
        return [*lines, Finding("operator", WRONG, double)] if many else lines
    why = "Deployments may not be listed" if found is None else f"no Deployment has the label {_LABEL}"
    if health is not None and await _answers(health):
        return [Finding("operator", OK, f"a process on this machine answers at {health}/healthz; {why}")]
    if instances and all(_is_seen(each) for each in instances):
        detail = f"{why}, but every ConnectInstance has been looked at since its last edit; it may run elsewhere"
        return [Finding("operator", NOTE, detail)]
    if found is None:
        return [Finding("operator", NOTE, f"{why}, so whether one runs cannot be told")]
    return [Finding("operator", WRONG, f"none runs: {why}; kubectl apply -k manifests/ installs it")]


def _deployment(each: Operator) -> Finding:
    where = f"Deployment {each.namespace}/{each.name}, image {each.image}"
    if each.ready:
        return Finding("operator", OK, f"{where}, {each.ready} ready")
    look = f"kubectl -n {each.namespace} describe pods; kubectl -n {each.namespace} logs deployment/{each.name}"
    return Finding("operator", WRONG, f"{where}: no pod is ready; look at {look}")


def _operator(raw: dict[str, Any]) -> Operator:
    pod = raw["spec"]["template"]["spec"]
    return Operator(
        namespace=raw["metadata"]["namespace"],
        name=raw["metadata"]["name"],
        service_account=pod.get("serviceAccountName") or "default",
        image=next((each.get("image", "") for each in pod.get("containers") or ()), ""),
        ready=(raw.get("status") or {}).get("readyReplicas") or 0,
    )


def _is_seen(instance: ConnectInstance) -> bool:
    ready = find_condition(instance.status.conditions, "Ready")
    return ready is not None and ready.observed_generation == instance.metadata.generation


async def _answers(health: Address) -> bool:
    host = health.host if health.host not in ("", "0.0.0.0", "::") else "127.0.0.1"  # noqa: S104 - compared, not bound
    timeout = aiohttp.ClientTimeout(total=_HEALTH_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(f"http://{Address(host, health.port)}/healthz") as answer,
        ):
            return answer.status == _HTTP_OK and "watch" in await answer.text()
    except (aiohttp.ClientError, TimeoutError, OSError):
        return False
