"""What the instance's identity type demands and forbids, and the rules of names, passwords and e-mail addresses.

Sources: CreateUser and UserIdentityInfo in the service model, the administrator guide. On the documented contradiction
about Email with SAML see the switch `samlEmail`. No message holds a value.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from connect_sim.errors import ApiError, invalid_parameter, invalid_request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connect_sim.state.records import Instance
    from connect_sim.state.settings import Settings

MANAGED, SAML, DIRECTORY = "CONNECT_MANAGED", "SAML", "EXISTING_DIRECTORY"
_USERNAME = re.compile(r"[a-zA-Z0-9_.@-]+")
_MAIL_USERNAME = re.compile(r"[a-zA-Z0-9_.-]+@[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)+")
_USERNAME_LENGTH = {MANAGED: 20, SAML: 64, DIRECTORY: 20}
_MANAGED_NAME_LENGTH = {"FirstName": 255, "LastName": 256}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_SECONDARY_EMAIL = re.compile(r"(?=^.{0,265}$)[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,63}")
E164 = re.compile(r"\+[1-9]\d{1,14}")
_REQUIRED = {MANAGED: ("FirstName", "LastName", "Email"), SAML: ("FirstName", "LastName"), DIRECTORY: ()}
_DIRECTORY_OWNED = ("FirstName", "LastName", "Email")


def check_username(username: str, identity_type: str, settings: Settings) -> None:
    """Raise InvalidParameter unless the name fits the identity type, as far as the switch `usernameRule` has it."""
    rule = settings["usernameRule"]
    if rule == "free" or (rule == "saml-free" and identity_type == SAML):
        return
    longest = _USERNAME_LENGTH[identity_type]
    if len(username) > longest:
        raise invalid_parameter(f"Username must have at most {longest} characters on a {identity_type} instance.")
    if not _USERNAME.fullmatch(username):
        raise invalid_parameter("Username may hold only letters, digits and _ . @ -")
    if "@" in username and not _MAIL_USERNAME.fullmatch(username):
        raise invalid_parameter("Username may hold an @ only as part of a whole e-mail address.")


def check_credentials(instance: Instance, params: Mapping[str, Any], settings: Settings) -> None:
    """Raise unless Password and DirectoryUserId fit the identity type."""
    kind, code = instance.identity_management_type, settings["identityTypeRuleCode"]
    if kind == MANAGED and "Password" not in params:
        raise ApiError(code, "Password is required: this instance manages identities itself.")
    if kind != MANAGED and "Password" in params:
        raise ApiError(code, f"Password must not be given on a {kind} instance.")
    has_directory_id = "DirectoryUserId" in params
    if kind == SAML and has_directory_id:
        raise ApiError(code, "DirectoryUserId must not be given on a SAML instance.")
    if kind == MANAGED and has_directory_id and settings["directoryIdOnManaged"] == "refused":
        raise ApiError(code, "DirectoryUserId must not be given: this instance manages identities itself.")
    if kind == DIRECTORY and not instance.directory_reachable and not has_directory_id:
        raise ApiError(code, "DirectoryUserId is required: Amazon Connect cannot reach the directory.")


def check_identity(identity: Mapping[str, str], identity_type: str, settings: Settings) -> None:
    """Raise unless every given member is well formed and allowed for the identity type."""
    if identity_type == SAML and identity.get("Email") and settings["samlEmail"] == "refused":
        raise ApiError(settings["identityTypeRuleCode"], "IdentityInfo.Email must not be given on a SAML instance.")
    for member in ("FirstName", "LastName"):
        _check_name(identity, member, identity_type)
    if identity.get("Email") and not _EMAIL.fullmatch(identity["Email"]):
        raise invalid_parameter("IdentityInfo.Email is not an e-mail address.")
    if identity.get("SecondaryEmail") and not _SECONDARY_EMAIL.fullmatch(identity["SecondaryEmail"]):
        raise invalid_parameter("IdentityInfo.SecondaryEmail is not an e-mail address.")
    if identity.get("Mobile") and not E164.fullmatch(identity["Mobile"]):
        raise invalid_parameter("IdentityInfo.Mobile is not an E.164 number.")


def _check_name(identity: Mapping[str, str], member: str, identity_type: str) -> None:
    name = identity.get(member)
    if name is None:
        return
    if not unicodedata.is_normalized("NFC", name):
        raise invalid_parameter(f"IdentityInfo.{member} must be in Unicode normalization form C.")
    longest = _MANAGED_NAME_LENGTH[member]
    if identity_type == MANAGED and not 1 <= len(name) <= longest:
        raise invalid_parameter(f"IdentityInfo.{member} must have 1 to {longest} characters.")


def check_required(identity: Mapping[str, str], identity_type: str, settings: Settings) -> None:
    """Raise unless the members that the identity type requires are there."""
    missing = [member for member in _REQUIRED[identity_type] if member not in identity or not _filled(identity, member)]
    if missing:
        raise ApiError(
            settings["identityTypeRuleCode"],
            f"{', '.join(f'IdentityInfo.{member}' for member in missing)} required on a {identity_type} instance.",
        )


def _filled(identity: Mapping[str, str], member: str) -> bool:
    # SAML allows names of length 0 (service model); an e-mail address is never empty.
    return bool(identity[member]) or member != "Email"


def check_directory_untouched(identity: Mapping[str, str], identity_type: str) -> None:
    """Raise if an update names members that the directory manages."""
    given = [member for member in _DIRECTORY_OWNED if member in identity]
    if identity_type == DIRECTORY and given:
        raise invalid_request(f"The directory manages {', '.join(given)}; they cannot be updated here.")


def without_empty(identity: Mapping[str, str]) -> dict[str, str]:
    """Return the block without members that "" clears; names may be empty with SAML and stay."""
    return {member: value for member, value in identity.items() if value or member in ("FirstName", "LastName")}
