"""How the API server, the definitions of our kinds, the ConnectInstances and AWS's credentials stand."""

from __future__ import annotations

import msgspec

from connect_operator.aws.caller_identity import CallerIdentity
from connect_operator.cli.check.findings import NOTE, OK, WRONG, Finding
from connect_operator.domain.kinds.objects import GROUP, VERSION, ConnectInstance
from connect_operator.domain.kinds.status import find_condition
from connect_operator.kube.connection import Connection, NotFoundError, Request, RequestRefusedError
from connect_operator.kube.identity import OldClusterError, check_version
from connect_operator.kube.teardown import CRDS, DEFINITIONS


class _Version(msgspec.Struct, frozen=True):
    name: str = ""
    served: bool = False


class _Spec(msgspec.Struct, frozen=True):
    versions: list[_Version] = []


class _Metadata(msgspec.Struct, frozen=True, rename="camel"):
    deletion_timestamp: str = ""


class _Definition(msgspec.Struct, frozen=True):
    metadata: _Metadata
    spec: _Spec = _Spec()


async def api_server(opened: Connection) -> Finding:
    """Its version. Raises ClusterUnavailableError."""
    try:
        return Finding("Kubernetes", OK, await check_version(opened))
    except OldClusterError as error:
        return Finding("Kubernetes", WRONG, str(error))


async def definition(opened: Connection, plural: str) -> Finding:
    """One of our kinds. Raises ClusterUnavailableError."""
    name = f"{plural}.{GROUP}"
    try:
        body = await opened.request(Request("GET", f"{CRDS}/{name}"))
    except NotFoundError:
        return Finding("kinds", WRONG, f"{name} is not known here; kubectl apply -f crds/")
    except RequestRefusedError:
        return Finding("kinds", NOTE, f"{name}: you may not get its definition")
    found = msgspec.json.decode(body, type=_Definition)
    if found.metadata.deletion_timestamp:
        return Finding("kinds", WRONG, f"{name} is being deleted, with all its objects; see docs/uninstall.md")
    if not any(each.name == VERSION and each.served for each in found.spec.versions):
        return Finding("kinds", WRONG, f"{name} does not serve {VERSION}, which this version needs; apply crds/ again")
    return Finding("kinds", OK, f"{name} {VERSION}")


async def definitions(opened: Connection) -> list[Finding]:
    """All of our kinds."""
    return [await definition(opened, plural) for plural in DEFINITIONS]


def instances(found: tuple[ConnectInstance, ...] | None) -> list[Finding]:
    """A line for each ConnectInstance: what the operator's own credentials reach shows there."""
    if found is None:
        return [Finding("instances", NOTE, "ConnectInstances may not be listed, so nothing can be said of them")]
    if not found:
        return [
            Finding("instances", NOTE, "there is no ConnectInstance yet; see manifests/samples/connectinstance.yaml")
        ]
    return [_instance(each) for each in found]


def _instance(manifest: ConnectInstance) -> Finding:
    what = f"instance {manifest.metadata.name}"
    ready = find_condition(manifest.status.conditions, "Ready")
    if ready is None or ready.observed_generation != manifest.metadata.generation:
        return Finding(what, WRONG, "no operator has looked at its newest version")
    detail = f"{ready.reason}: {ready.message}"
    return Finding(what, OK if ready.status == "True" else WRONG, detail)


def credentials(identity: CallerIdentity) -> Finding:
    """Those of this very environment; the operator's show in the ConnectInstances."""
    if identity.arn:
        return Finding("AWS credentials", OK, f"here: {identity.arn} (from {identity.method})")
    if identity.trouble:
        return Finding("AWS credentials", NOTE, f"here: {identity.trouble}")
    return Finding("AWS credentials", NOTE, "here: none; whether the operator has its own, its ConnectInstances tell")
