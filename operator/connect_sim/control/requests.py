"""What all control routes share: reading a JSON body, finding an instance, and mistakes as answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from aiohttp import web

from connect_sim.errors import ApiError
from connect_sim.server.answers import control_answer

if TYPE_CHECKING:
    from connect_sim.server.guard import Handler
    from connect_sim.server.simulator import Simulator
    from connect_sim.state.world import InstanceState

SpecT = TypeVar("SpecT")


class MissingError(Exception):
    """What the path names does not exist (404)."""


@web.middleware
async def mistakes_as_answers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer a mistake of the caller with 400 or 404 and its reason."""
    try:
        return await handler(request)
    except MissingError as error:
        return control_answer({"error": str(error)}, 404)
    except (ValueError, ApiError) as error:
        return control_answer({"error": str(error)}, 400)


async def json_body(request: web.Request) -> dict[str, Any]:
    """Return the body as an object; an empty body is an empty object. Raises ValueError."""
    raw = await request.read()
    document = msgspec.json.decode(raw) if raw.strip() else {}
    if not isinstance(document, dict):
        raise ValueError("the body must be a JSON object")  # noqa: TRY004 - the caller's mistake, answered with 400
    return document


def to_spec(document: object, spec: type[SpecT]) -> SpecT:
    """Return a document as a spec. Raises ValueError that names what is wrong (msgspec's errors are ValueErrors)."""
    return msgspec.convert(document, spec)


def instance_in_path(request: web.Request, simulator: Simulator) -> InstanceState:
    """Return the instance whose ID or ARN is in the path."""
    key = request.match_info["instance"].rpartition("/")[2]
    state = simulator.world.instances.get(key)
    if state is None:
        raise MissingError(f"no instance {key}")
    return state


def number_in_query(request: web.Request, name: str, default: int) -> int:
    """Return a whole number from the query. Raises ValueError."""
    text = request.query.get(name)
    return default if text is None else int(text)
