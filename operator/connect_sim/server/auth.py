"""Who signed a request: access key -> account, SigV4 scope -> region. Signatures themselves are not verified.

Unless authentication is strict, an unknown or missing key is the default account's, so that any credentials work.
Temporary keys come from AssumeRole; their session token must fit, and they expire.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from connect_sim.errors import ApiError
from connect_sim.semantics.context import Caller

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connect_sim.state.records import Session
    from connect_sim.state.world import World

_CREDENTIAL = re.compile(r"AWS4-HMAC-SHA256\s.*Credential=([^/,\s]+)/(\d{8})/([^/,\s]+)/([^/,\s]+)/aws4_request")
_TEMPORARY_PREFIX = "ASIA"


@dataclass(frozen=True, slots=True)
class Scope:
    """What the Authorization header says."""

    access_key_id: str = ""
    region: str = ""
    session_token: str | None = None


def read_scope(headers: Mapping[str, str]) -> Scope:
    """Return the credential scope; empty members if there is no SigV4 header."""
    found = _CREDENTIAL.match(headers.get("authorization", ""))
    if found is None:
        return Scope()
    return Scope(found[1], found[3], headers.get("x-amz-security-token"))


def identify(scope: Scope, world: World, now: float, *, strict: bool) -> Caller:
    """Return the caller. Raises ApiError with the codes of AWS's front door, all 403."""
    region = scope.region or world.default_region
    session = world.sessions.get(scope.access_key_id)
    if session is not None:
        _check_session(session, scope, now)
        return Caller(session.account, region, session.principal_arn, session.assumed_role_id)
    account = world.access_keys.get(scope.access_key_id)
    if account is None and (strict or scope.access_key_id.startswith(_TEMPORARY_PREFIX)):
        if not scope.access_key_id:
            raise ApiError("MissingAuthenticationTokenException", "Missing Authentication Token")
        raise ApiError("UnrecognizedClientException", "The security token included in the request is invalid.")
    account = account or world.default_account
    return Caller(account, region, f"arn:aws:iam::{account}:user/simulated", "AIDASIMULATEDUSER000")


def _check_session(session: Session, scope: Scope, now: float) -> None:
    if session.session_token != scope.session_token:
        raise ApiError("UnrecognizedClientException", "The security token included in the request is invalid.")
    if session.expires_at <= now:
        raise ApiError("ExpiredTokenException", "The security token included in the request is expired")
