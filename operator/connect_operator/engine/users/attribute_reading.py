"""Reading predefined attributes for an object that waits for it."""

from __future__ import annotations

from connect_operator.domain.connect.errors import ConnectError, ErrorKind
from connect_operator.engine.instances.caller import Caller
from connect_operator.engine.users.step import UserStep


def attributes_call(name: str) -> str:
    """The operation that reads that attribute, or with "" the names of all."""
    return "DescribePredefinedAttribute" if name else "ListPredefinedAttributes"


async def read_attributes(caller: Caller, step: UserStep, name: str) -> None:
    """Read, with the token in hand. What may not or cannot be read is left to Connect's answer to the write.

    Raises ConnectError where the service throttles. One page of names is enough for a message.
    """
    api, known, tick = step.instance.api, step.instance.attributes, caller.clock.monotonic()
    try:
        if name:
            values = await caller.call(step, attributes_call(name), lambda: api.describe_attribute(name))
            known.take(name, values, tick)
        else:
            names, _ = await caller.call(step, attributes_call(name), lambda: api.list_attributes(None))
            known.take_names(names, tick)
    except ConnectError as error:
        if error.kind is ErrorKind.THROTTLED:
            raise
        if error.kind is ErrorKind.NOT_FOUND and name:
            known.take(name, None, tick)
        else:
            known.take_refusal(name, tick)
