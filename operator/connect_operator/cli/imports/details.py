"""What no list shows: e-mail addresses, mobile numbers and proficiencies, by two calls a user."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

import msgspec

from connect_operator.cli.instance_reader import patiently
from connect_operator.cli.progress import Progress, Task
from connect_operator.domain.connect.errors import ConnectError, ErrorKind
from connect_operator.domain.connect.user import ObservedUser
from connect_operator.engine.instances.instance import Instance
from connect_operator.engine.instances.record import Record


class Detailed(NamedTuple):
    """The users by username, and the names of those whom DescribeUser does not know (deleted meanwhile, or too new)."""

    users: tuple[ObservedUser, ...]
    vanished: tuple[str, ...]


async def read_details(instance: Instance, progress: Progress, *, skip: bool) -> Detailed:
    """All users of an instance. `skip` leaves out what costs calls, save where the lists were not enough.

    Raises ConnectError.
    """
    records = sorted(instance.inventory, key=lambda record: record.user.username)
    costly = [record for record in records if not skip or record.partial]
    task = progress.begin("reading e-mail addresses and proficiencies", len(costly)) if costly else None
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_read(instance, record, task, skip=skip)) for record in records]
    except ExceptionGroup as several:
        raise several.exceptions[0] from None  # the others were cancelled, or tell the same
    found = [each.result() for each in tasks]
    return Detailed(
        tuple(user for user in found if user is not None),
        tuple(record.user.username for record, user in zip(records, found, strict=True) if user is None),
    )


async def _read(instance: Instance, record: Record, task: Task | None, *, skip: bool) -> ObservedUser | None:
    if skip and not record.partial:
        return record.user
    user_id, api = record.user.user_id, instance.api
    try:
        described = await patiently(instance, "DescribeUser", lambda: api.describe_user(user_id))
        user = described.user
        if not skip:
            found = await patiently(instance, "ListUserProficiencies", lambda: api.list_user_proficiencies(user_id))
            user = msgspec.structs.replace(user, proficiencies=found)
    except ConnectError as error:
        if error.kind is not ErrorKind.NOT_FOUND:
            raise
        return None
    finally:
        if task is not None:
            task.advance()
    return user
