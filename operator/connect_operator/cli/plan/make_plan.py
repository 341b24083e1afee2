"""The plan itself: gather the manifests, read their instances, decide about each user, report."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Coroutine, Iterable
from contextlib import asynccontextmanager

import click
from msgspec import UNSET
from rich.console import Console

from connect_operator.cli import cluster
from connect_operator.cli.instance_reader import Reader
from connect_operator.cli.owners import Owners
from connect_operator.cli.plan.dry_run import plan_user
from connect_operator.cli.plan.first_passwords import FirstPasswords
from connect_operator.cli.plan.grounds import Grounds
from connect_operator.cli.plan.report import InstancePlan, Report, UserPlan
from connect_operator.cli.plan.sources import Request, Source, gather
from connect_operator.cli.progress import duration
from connect_operator.cli.session import reader
from connect_operator.cli.terminal import printable
from connect_operator.config import Settings
from connect_operator.domain.conditions.conditions import Verdict
from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.connect.errors import ConnectError
from connect_operator.domain.connect.ownership import OWNER_TAG
from connect_operator.domain.kinds.objects import ConnectUser
from connect_operator.domain.kinds.spec import ConnectInstanceSpec
from connect_operator.engine.instances.deletion_guard import Guard
from connect_operator.engine.instances.detail_sweep import needed
from connect_operator.engine.instances.instance import Instance
from connect_operator.engine.instances.lookup import InstanceLookup
from connect_operator.engine.users.memory import Memories

_WORTH_SAYING = 10.0
_SKIPPED = (
    "e-mail addresses, mobile numbers and proficiencies were not read (--skip-details); "
    "they are taken to be as the manifests ask"
)


async def make_plan(
    request: Request, known: Settings, console: Console, *, rate: float | None, skip_details: bool
) -> Report:
    """The plan. Raises click's exceptions."""
    source = await gather(request, console)
    async with reader(console, known, rate) as (reading, progress), _passwords(source) as passwords:
        instances, problems = await _read(reading, source, everything=not request.files and not request.namespaces)
        lookup = InstanceLookup(source.store, instances)
        guard = Guard(source.store, Memories(), lookup, reading.clock, source.owners.cluster_id or "")
        for name, instance in instances.items():
            manifest = source.store.instance(name)
            if manifest is not None:
                instance.wave.recall(manifest.status.deletions, manifest.metadata.uid, reading.clock.now())
        grounds = Grounds(
            lookup, guard, source.owners, reading.clock, reading.window, problems, skip_details, passwords
        )
        if not skip_details:
            _announce(source.users, instances, console)
        task = progress.begin("comparing users", len(source.users))

        async def plan(user: ConnectUser) -> UserPlan:
            planned = await plan_user(grounds, user)
            task.advance()
            return planned

        users = await _all(plan(user) for user in source.users)
    assumptions = (*source.owners.assumptions, *((_SKIPPED,) if skip_details else ()), *passwords.assumptions)
    told = [_instance_plan(instance, users, source.owners) for instance in instances.values()]
    told += [InstancePlan(name=name, problem=problem) for name, problem in problems.items()]
    return Report(
        instances=tuple(sorted(told, key=lambda each: each.name)),
        users=tuple(sorted(users, key=lambda each: (each.instance, each.namespace, each.name))),
        assumptions=assumptions,
        assignments=tuple(sorted(source.assignments)),
    )


@asynccontextmanager
async def _passwords(source: Source) -> AsyncIterator[FirstPasswords]:
    """The Secrets of first passwords, those of the cluster where it has been asked for its objects."""
    if source.owners.namespaces is None:
        yield FirstPasswords(source.secrets)
        return
    async with cluster.connection(os.environ) as opened:
        yield FirstPasswords(source.secrets, opened)


async def _read(reading: Reader, source: Source, *, everything: bool) -> tuple[dict[str, Instance], dict[str, Verdict]]:
    """The instances that the users refer to or live in (or all), as far as they can be read."""
    store = source.store
    about = (each for user in source.users for each in (*store.instance_of(user), *store.homes_of(user)))
    asked = {each.metadata.name for each in about}
    wanted = {
        each.metadata.name: each.spec
        for each in store.instances()
        if each.spec is not None and (everything or each.metadata.name in asked)
    }
    refused = {name: _role_refused(spec) for name, spec in wanted.items() if name in source.foreign_roles}
    found, problems = await reading.read({name: spec for name, spec in wanted.items() if name not in refused})
    return found, {**problems, **refused}


def _role_refused(spec: ConnectInstanceSpec) -> Verdict:
    role = spec.assume_role.role_arn if spec.assume_role is not UNSET else ""
    return Verdict(
        reason=Reason.PERMISSION_DENIED,
        message=f"spec.assumeRole: a file names the role {role}, and no role is assumed on the word of a file; give "
        "--allow-assume-role where the files are trusted",
    )


async def _all(plans: Iterable[Coroutine[None, None, UserPlan]]) -> list[UserPlan]:
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(plan) for plan in plans]
    except ExceptionGroup as several:
        first = several.exceptions[0]
        if isinstance(first, ConnectError):
            raise click.ClickException(printable(first.text)) from None
        raise first from None
    return [task.result() for task in tasks]


def _announce(users: tuple[ConnectUser, ...], instances: dict[str, Instance], console: Console) -> None:
    """Say how long the calls for single users will take, when that is long."""
    costly = sum(needed(user, "?") is not None and user.status.verified is UNSET for user in users)
    rates = [each.services.quota.rate(each.operation("DescribeUser")) for each in instances.values()]
    seconds = costly / min(rates) if rates else 0.0
    if seconds >= _WORTH_SAYING:
        console.print(
            f"{costly} manifests ask for e-mail addresses or proficiencies, which cost calls for each user: "
            f"{duration(seconds)}; --skip-details leaves them out"
        )


def _instance_plan(instance: Instance, users: list[UserPlan], owners: Owners) -> InstancePlan:
    mine = {user.username for user in users if user.instance == instance.name}
    others = [record.user for record in instance.inventory if record.user.username not in mine]
    owned = sum(OWNER_TAG in user.tags for user in others)
    here = sum(owners.is_here(user.tags) for user in others)
    entries = [entry for catalog in instance.catalogs.values() for entry in catalog]
    return InstancePlan(
        name=instance.name,
        arn=str(instance.arn),
        identity_type=instance.facts.identity_management_type if instance.facts is not None else "",
        users=len(instance.inventory),
        unmanaged=len(others) - owned,
        here=here,
        elsewhere=owned - here,
        names={entry.id: entry.told for entry in entries},
    )
