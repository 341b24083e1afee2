"""Where the manifests of a plan come from: files, the cluster, or files as if they were applied to the cluster."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import click
import msgspec
from msgspec import UNSET
from rich.console import Console

from connect_operator.cli import cluster
from connect_operator.cli.documents.files import FilesError, read_documents
from connect_operator.cli.options import InstanceOptions
from connect_operator.cli.owners import Owners
from connect_operator.cli.plan.first_passwords import Keys
from connect_operator.cli.plan.objects import Manifests, read_objects
from connect_operator.cli.plan.pruning import pruned, selects
from connect_operator.cli.terminal import printable, printable_lines
from connect_operator.domain.connect.arn import bare_id
from connect_operator.domain.kinds.objects import GROUP, ConnectInstance, ConnectUser, Metadata, ObjectKey
from connect_operator.domain.kinds.spec import AllowedNamespace
from connect_operator.domain.kinds.status import InstanceStatus
from connect_operator.domain.text.timestamps import rfc3339
from connect_operator.engine.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to plan. No files means the cluster's objects; `instance` stands for one that is in neither."""

    files: tuple[str, ...]
    namespaces: tuple[str, ...]
    instance: InstanceOptions | None
    offline: bool
    cluster_id: str | None
    allow_assume_role: bool = False
    prune: bool = False
    selector: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """The objects to plan, and everything that is known besides; `assignments` are in the files, and not planned."""

    users: tuple[ConnectUser, ...]
    store: Store
    owners: Owners
    assignments: tuple[ObjectKey, ...] = ()
    foreign_roles: frozenset[str] = frozenset()
    """The ConnectInstances whose role nobody but a file names, and may not be assumed therefore."""
    secrets: Mapping[ObjectKey, Keys] = field(default_factory=dict)
    """The Secrets of the files."""


async def gather(request: Request, console: Console) -> Source:
    """Read what the request names. Raises click's exceptions."""
    if not request.files:
        return await _of_cluster(request)
    try:
        documents = read_documents(request.files, sys.stdin, f"{GROUP}/")
        manifests = read_objects(documents, (request.namespaces or ("default",))[0])
    except FilesError as error:
        raise click.ClickException(printable_lines(error.messages)) from error
    for note in manifests.notes:
        console.print(printable(f"passed over: {note}"))
    if not manifests.users and not manifests.instances and not manifests.assignments:
        raise click.ClickException(f"{', '.join(request.files)}: no ConnectUser and no ConnectInstance is in there")
    in_cluster, owners = await _in_cluster(request, console)
    _refuse_finalizers(manifests, in_cluster, asked=owners.namespaces is not None)
    store = _store(manifests, in_cluster)
    if request.instance is not None or owners.namespaces is None:
        _name_instance(store, manifests.users, request)  # else the cluster has said that there is none
    users = tuple(store.user(user.key) or user for user in manifests.users)
    if request.prune:
        users += await _pruned(request, manifests, in_cluster, store)
    roles = frozenset() if request.allow_assume_role else _foreign_roles(manifests, in_cluster)
    return Source(users, store, owners, tuple(manifests.assignments), roles, manifests.secrets)


def _refuse_finalizers(manifests: Manifests, in_cluster: cluster.ClusterObjects, *, asked: bool) -> None:
    """The admission policy: an object that exists may keep the operator's finalizer, no other may come with it."""
    existing = {("ConnectUser", *user.key) for user in in_cluster.users}
    existing |= {("ConnectInstance", "", each.metadata.name) for each in in_cluster.instances}
    wrong = [
        f"{place}: metadata.finalizers: those of {GROUP} are put on by connect-operator alone; leave them out"
        for identity, place in manifests.places.items()
        if asked and identity not in existing
    ]
    if wrong:
        raise click.ClickException(printable_lines(wrong))


async def _pruned(
    request: Request, manifests: Manifests, in_cluster: cluster.ClusterObjects, store: Store
) -> tuple[ConnectUser, ...]:
    """The objects that a prune would take, entered into the store as being deleted. Raises click's exceptions."""
    try:
        async with cluster.connection(os.environ) as opened:
            labels = await cluster.labels_of_users(opened)
        among = {key for key, found in labels.items() if selects(request.selector, found)}
    except cluster.ClusterError as error:
        raise click.ClickException(f"--prune asks the cluster which objects there are: {error}") from error
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    kept = {*(user.key for user in manifests.users), *manifests.assignments}
    gone = pruned(in_cluster.users, kept, among, rfc3339(time.time()))
    for user in gone:
        store.put_user(user)
    return tuple(gone)


def _foreign_roles(manifests: Manifests, in_cluster: cluster.ClusterObjects) -> frozenset[str]:
    """The ConnectInstances of files with a role that the cluster's object of that name does not have.

    A pull request must not steer which role the credentials of a repository's checks are used for.
    """
    known = {each.metadata.name: each.spec.assume_role for each in in_cluster.instances if each.spec is not None}
    return frozenset(
        each.metadata.name
        for each in manifests.instances
        if each.spec is not None
        and each.spec.assume_role is not UNSET
        and known.get(each.metadata.name) != each.spec.assume_role
    )


async def _of_cluster(request: Request) -> Source:
    if request.instance is not None:
        raise click.UsageError("--instance goes with -f; the cluster's objects name their instances themselves")
    try:
        async with cluster.connection(os.environ) as opened:
            objects = await cluster.list_objects(opened, request.namespaces)
            identity = await cluster.cluster_id(opened, request.cluster_id)
    except cluster.ClusterError as error:
        raise click.ClickException(f"{error}; or plan files with -f") from error
    owners = _owners(objects, identity, request.namespaces, request)
    return Source(objects.users, _store(Manifests(), objects), owners)


async def _in_cluster(request: Request, console: Console) -> tuple[cluster.ClusterObjects, Owners]:
    """What the cluster holds, if one is configured and answers; files can be planned without."""
    nothing = cluster.ClusterObjects((), ()), Owners(request.cluster_id)
    if request.offline or not cluster.is_configured(os.environ):
        return nothing
    try:
        async with cluster.connection(os.environ) as opened:
            objects = await cluster.list_objects(opened)
            identity = await cluster.cluster_id(opened, request.cluster_id)
    except cluster.ClusterError as error:
        console.print(printable(f"planning without the cluster: {error}"))
        return nothing
    return objects, _owners(objects, identity, (), request)


def _owners(
    objects: cluster.ClusterObjects, identity: str | None, namespaces: tuple[str, ...], request: Request
) -> Owners:
    return Owners(
        cluster_id=identity,
        uids=frozenset(user.metadata.uid for user in objects.users),
        namespaces=frozenset(namespaces),
        configured=request.cluster_id is not None,
    )


def _store(manifests: Manifests, in_cluster: cluster.ClusterObjects) -> Store:
    """All objects as they will be once the files are applied."""
    store = Store()
    for instance in (*in_cluster.instances, *manifests.instances):
        store.put_instance(instance)
    existing = {user.key: user for user in in_cluster.users}
    for user in (*in_cluster.users, *manifests.users):
        before = existing.get(user.key)
        if before is None or before is user:
            store.put_user(user)
        else:
            store.put_user(_applied(before, user))
    return store


def _applied(before: ConnectUser, manifest: ConnectUser) -> ConnectUser:
    """The object with the manifest applied: another spec is another generation, and ends what was verified of it."""
    if before.spec == manifest.spec:
        return before
    metadata = msgspec.structs.replace(before.metadata, generation=before.metadata.generation + 1)
    return ConnectUser(metadata=metadata, spec=manifest.spec, status=before.status)


def _name_instance(store: Store, users: list[ConnectUser], request: Request) -> None:
    """Let the instance of the command line stand for the one that is missing, and refuse what stays without."""
    missing = [user for user in users if not store.instance_of(user)]
    names = sorted({_asked(user) for user in missing})
    if not names:
        return
    if request.instance is None:
        raise click.ClickException(
            f"no ConnectInstance for {', '.join(names)} (asked for by {missing[0].key}); add its manifest to the "
            "files, or name the instance with --instance and --region"
        )
    wanted = bare_id(request.instance.instance)
    refs = {user.spec.instance_ref.name for user in missing if user.spec and user.spec.instance_ref is not UNSET}
    others = [user for user in missing if user.spec and user.spec.instance_id is not UNSET]
    if len(refs) > 1 or any(bare_id(_asked(user)) != wanted for user in others):
        raise click.ClickException(
            f"--instance {wanted} can stand for one instance, but these are missing: {', '.join(names)}; "
            "add their manifests to the files"
        )
    spec = msgspec.structs.replace(request.instance.spec("*"), allowed_namespaces=(AllowedNamespace(name="*"),))
    name = next(iter(refs), wanted.lower())
    metadata = Metadata(name=name, uid=f"new-{name}")
    store.put_instance(ConnectInstance(metadata=metadata, spec=spec, status=InstanceStatus()))


def _asked(user: ConnectUser) -> str:
    if user.spec is None:
        return ""
    return user.spec.instance_ref.name if user.spec.instance_ref is not UNSET else str(user.spec.instance_id)
