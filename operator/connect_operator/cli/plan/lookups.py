"""Carrying out a decision to look something up: the answer goes into this command's inventory and memory."""

from __future__ import annotations

from connect_operator.cli.instance_reader import patiently
from connect_operator.domain.connect.errors import ConnectError, ErrorKind
from connect_operator.domain.connect.user import ObservedUser
from connect_operator.engine.instances.instance import Instance
from connect_operator.engine.instances.sweep import read_attribute_names
from connect_operator.engine.users import evidence
from connect_operator.engine.users.situation import (
    Decision,
    Describe,
    FindByName,
    ListProficiencies,
    ReadAttributes,
    Situation,
)


async def look_up(instance: Instance, situation: Situation, decision: Decision) -> bool:
    """Look up; tells whether there is an answer that settles something. Raises ConnectError.

    There is none when DescribeUser does not know a user whom a list shows: new, or just deleted.
    """
    api, inventory, started = instance.api, instance.inventory, situation.tick
    match decision:
        case Describe(user_id):
            try:
                described = await patiently(instance, "DescribeUser", lambda: api.describe_user(user_id))
            except ConnectError as error:
                if error.kind is not ErrorKind.NOT_FOUND:
                    raise
                return _absent(situation, user_id)
            situation.memory.readings.note_described(user_id, started, absent=False)
            inventory.take_described(described, started)
        case ListProficiencies(user_id):
            found = await patiently(instance, "ListUserProficiencies", lambda: api.list_user_proficiencies(user_id))
            inventory.take_proficiencies(user_id, found, started)
        case FindByName(username):
            page = await patiently(instance, "SearchUsers", lambda: api.search_users(None, username=username))
            for user in page.users:
                if isinstance(user, ObservedUser) and user.username == username:
                    inventory.take_found(user, started)
            if inventory.named(username) is None:
                situation.memory.readings.note_nobody(started)
        case ReadAttributes(name):
            await _attributes(instance, name, started)
        case _:
            raise RuntimeError(f"{decision} is no look-up")
    return True


async def _attributes(instance: Instance, name: str, started: float) -> None:
    """What may not be read is left open, as by the operator."""
    api, known = instance.api, instance.attributes
    try:
        if name:
            values = await patiently(instance, "DescribePredefinedAttribute", lambda: api.describe_attribute(name))
            known.take(name, values, started)
        else:
            known.take_names(await read_attribute_names(api, instance.call), started)
    except ConnectError as error:
        if error.kind is ErrorKind.NOT_FOUND and name:
            known.take(name, None, started)
        else:
            known.take_refusal(name, started)


def _absent(situation: Situation, user_id: str) -> bool:
    """DescribeUser knows no such user; that counts only together with the lists, as for the operator."""
    if not evidence.is_strong_absence(situation, user_id):
        return False
    memory = situation.memory
    situation.instance.inventory.take_absent(user_id)
    memory.readings.note_described(user_id, situation.tick, absent=True)
    memory.identity.reject(user_id)
    return True
