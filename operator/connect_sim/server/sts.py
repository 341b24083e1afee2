"""STS: AssumeRole and GetCallerIdentity in the query protocol, read and written after botocore's model of STS.

Credentials of an assumed role are the role's account's. A role may demand an external ID. Unknown roles are refused as
STS does, with AccessDenied. Session tokens are random and checked; secrets are not, since no signature is verified.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from botocore.model import ListShape, StructureShape

from connect_sim.errors import ApiError
from connect_sim.model.service import load_service
from connect_sim.server.auth import identify, read_scope
from connect_sim.server.calls import Call
from connect_sim.server.journal import redacted
from connect_sim.state.records import Session

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.model import OperationModel, Shape

    from connect_sim.semantics.context import CallContext, Handler, Output, Params
    from connect_sim.server.journal import Entry
    from connect_sim.server.simulator import Simulator
    from connect_sim.state.world import World

_NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"
DEFAULT_DURATION_SECONDS = 3600
# STS's own names for the front door's errors.
_STS_CODES = {
    "ExpiredTokenException": "ExpiredToken",
    "MissingAuthenticationTokenException": "MissingAuthenticationToken",
    "UnrecognizedClientException": "InvalidClientTokenId",
}


def read_call(body: bytes, headers: Mapping[str, str], entry: Entry, simulator: Simulator) -> Call:
    """Return the call of a form-encoded body. Raises ApiError with STS's codes."""
    form = dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
    entry.operation = form.get("Action", "")
    if entry.operation not in HANDLERS:
        raise ApiError("InvalidAction", f"Could not find operation {entry.operation or 'without a name'}.")
    operation = load_service("sts").operation(entry.operation)
    params = _read_structure(operation.input_shape, form, "") if operation.input_shape else {}
    entry.params = redacted(params)
    now = simulator.clock.now()
    try:
        caller = identify(read_scope(headers), simulator.world, now, strict=simulator.options.strict_auth)
    except ApiError as error:
        raise ApiError(_STS_CODES.get(error.code, error.code), error.message) from None
    entry.account = caller.account
    return Call(operation, params, caller, entry, HANDLERS[entry.operation])


def assume_role(world: World, params: Params, context: CallContext) -> Output:
    """Return temporary credentials of a role."""
    role = world.roles.get(params["RoleArn"])
    if role is None or (role.external_id is not None and params.get("ExternalId") != role.external_id):
        raise ApiError(
            "AccessDenied",
            f"User: {context.caller.principal_arn} is not authorized to perform: sts:AssumeRole "
            f"on resource: {params['RoleArn']}",
        )
    name = params["RoleSessionName"]
    role_name = role.arn.rpartition("/")[2]
    session = Session(
        id=f"ASIA{secrets.token_hex(8).upper()}",
        secret_access_key=secrets.token_hex(20),
        session_token=secrets.token_urlsafe(60),
        account=role.account,
        principal_arn=f"arn:aws:sts::{role.account}:assumed-role/{role_name}/{name}",
        assumed_role_id=f"AROASIMULATEDROLE000:{name}",
        expires_at=context.now + params.get("DurationSeconds", DEFAULT_DURATION_SECONDS),
    )
    world.put_session(session)
    return {
        "Credentials": {
            "AccessKeyId": session.id,
            "SecretAccessKey": session.secret_access_key,
            "SessionToken": session.session_token,
            "Expiration": session.expires_at,
        },
        "AssumedRoleUser": {"AssumedRoleId": session.assumed_role_id, "Arn": session.principal_arn},
    }


def get_caller_identity(_world: World, _params: Params, context: CallContext) -> Output:
    """Return who signed the call."""
    caller = context.caller
    return {"UserId": caller.user_id, "Account": caller.account, "Arn": caller.principal_arn}


def _read_structure(shape: StructureShape, form: Mapping[str, str], prefix: str) -> dict[str, Any]:
    found = {}
    for name, member in shape.members.items():
        value = _read(member, form, f"{prefix}{name}")
        if value is not None:
            found[name] = value
    return found


def _read(shape: Shape, form: Mapping[str, str], path: str) -> Any:  # noqa: ANN401 - typed by the shape
    if isinstance(shape, StructureShape):
        return _read_structure(shape, form, f"{path}.") or None
    if isinstance(shape, ListShape):
        items, number = [], 1
        while (item := _read(shape.member, form, f"{path}.member.{number}")) is not None:
            items.append(item)
            number += 1
        return items or None
    text = form.get(path)
    if text is None or shape.type_name == "string":
        return text
    try:
        return int(text)
    except ValueError:
        raise ApiError("ValidationError", f"The value of {path} cannot be read as {shape.type_name}.") from None


def write_output(operation: OperationModel, output: Mapping[str, Any], request_id: str) -> str:
    """Return the XML answer."""
    name = operation.name
    result = _write_structure(operation.output_shape, output) if operation.output_shape else ""
    return (
        f'<{name}Response xmlns="{_NAMESPACE}"><{name}Result>{result}</{name}Result>'
        f"<ResponseMetadata><RequestId>{escape(request_id)}</RequestId></ResponseMetadata></{name}Response>"
    )


def _write_structure(shape: StructureShape, value: Mapping[str, Any]) -> str:
    parts = []
    for name, item in value.items():
        member = shape.members[name]
        if isinstance(member, StructureShape):
            text = _write_structure(member, item)
        elif member.type_name == "timestamp":
            text = datetime.fromtimestamp(item, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        else:
            text = escape(str(item))
        parts.append(f"<{name}>{text}</{name}>")
    return "".join(parts)


HANDLERS: dict[str, Handler] = {"AssumeRole": assume_role, "GetCallerIdentity": get_caller_identity}
