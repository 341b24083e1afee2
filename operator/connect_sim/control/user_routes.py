"""Routes for users: the truth about them, and changes as if through the Connect console."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiohttp import web
from msgspec import to_builtins
from msgspec.structs import replace

from connect_sim.control.requests import MissingError, instance_in_path, json_body, to_spec
from connect_sim.seeding.specs import PresenceSpec
from connect_sim.seeding.users import build_user, edit_user
from connect_sim.semantics.agent_statuses import OFFLINE, TYPES
from connect_sim.semantics.user_views import true_state
from connect_sim.server.answers import control_answer
from connect_sim.state.records import Presence
from connect_sim.state.user_table import Delays

if TYPE_CHECKING:
    from connect_sim.server.simulator import Simulator
    from connect_sim.state.user_table import StoredUser
    from connect_sim.state.world import InstanceState

# Members of a PATCH that are the simulator's, not the user's.
_HIDE, _MOVES = "hideFor", "movesLastModified"


class UserRoutes:
    """Handlers."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    async def list(self, request: web.Request) -> web.Response:
        """Return all users of an instance, or the one of a `username`."""
        state = instance_in_path(request, self._simulator)
        username = request.query.get("username")
        return control_answer(
            {
                "users": [
                    self._document(state, stored)
                    for stored in state.users.all()
                    if username in (None, stored.user.username)
                ]
            }
        )

    async def read(self, request: web.Request) -> web.Response:
        """Return one user."""
        state = instance_in_path(request, self._simulator)
        return control_answer(self._document(state, _user(request, state)))

    async def add(self, request: web.Request) -> web.Response:
        """Add users, many at once if wanted; none if one of them is wrong."""
        simulator = self._simulator
        state = instance_in_path(request, simulator)
        body = await json_body(request)
        wanted = body.get("users", [body])
        moment = simulator.moment()
        built = [build_user(state, spec, moment) for spec in wanted]
        if len({user.username for user in built}) < len(built):
            raise ValueError("a username appears twice")
        for user in built:
            simulator.world.put_user(state, user, now=moment.now)
        simulator.flush()
        return control_answer(
            {"users": [{"Id": user.id, "Arn": user.arn, "Username": user.username} for user in built]}, 201
        )

    async def patch(self, request: web.Request) -> web.Response:
        """Edit a user; LastModifiedTime moves unless told otherwise."""
        simulator = self._simulator
        state = instance_in_path(request, simulator)
        stored = _user(request, state)
        body = await json_body(request)
        now = simulator.clock.now()
        hide, moves = body.pop(_HIDE, None), bool(body.pop(_MOVES, True))
        user = edit_user(state, stored.user, body, now) if body else stored.user
        if body and moves:
            user = replace(user, last_modified_time=round(now, 3))
        visible_from = None if hide is None else _delays(hide).since(now)
        lag = simulator.settings.content_lag.longest
        simulator.world.put_user(state, user, now=now, visible_from=visible_from, keep_older=lag)
        simulator.flush()
        return control_answer(self._document(state, _user(request, state)))

    async def remove(self, request: web.Request) -> web.Response:
        """Delete a user."""
        simulator = self._simulator
        state = instance_in_path(request, simulator)
        user = _user(request, state).user
        linger = simulator.settings.deletion_lag
        simulator.world.remove_user(state, user.id, now=simulator.clock.now(), linger=linger)
        simulator.flush()
        return control_answer({})

    async def patch_presence(self, request: web.Request) -> web.Response:
        """Sign a user in or out, and set its agent status, as at its desk."""
        simulator = self._simulator
        state = instance_in_path(request, simulator)
        user = _user(request, state).user
        spec = to_spec(await json_body(request), PresenceSpec)
        if spec.status not in TYPES or spec.sessions < 0:
            raise ValueError(f"sessions is 0 or more, and status one of {', '.join(TYPES)}")
        status = spec.status if spec.sessions else OFFLINE
        since = round(simulator.clock.now(), 3)
        presence = Presence(id=user.id, sessions=spec.sessions, status=status, status_since=since)
        simulator.world.put(state, "presence", presence)
        simulator.flush()
        return control_answer(to_builtins(presence))

    def _document(self, state: InstanceState, stored: StoredUser) -> dict[str, Any]:
        return true_state(stored.user, state.instance.region, self._simulator.settings)


def _user(request: web.Request, state: InstanceState) -> StoredUser:
    user_id = request.match_info["user"].rpartition("/")[2]
    stored = state.users.get(user_id)
    if stored is None:
        raise MissingError(f"no user {user_id}")
    return stored


def _delays(value: object) -> Delays:
    if isinstance(value, int | float):
        value = {"describe": value, "list": value, "search": value}
    return to_spec(value, Delays)
