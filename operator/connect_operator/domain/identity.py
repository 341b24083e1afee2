"""The rules that an instance's identity management type adds to a manifest, checked before any call.

Source: the CreateUser and UserIdentityInfo documentation in the service model and the administrator guide. Where they
contradict each other (e-mail with SAML) the reading that more sources share is taken: SAML users have no e-mail.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal

from msgspec import UNSET

from connect_operator.domain.spec import ConnectUserSpec, IdentityInfo

DIRECTORY = "EXISTING_DIRECTORY"
IdentityType = Literal["CONNECT_MANAGED", "SAML", "EXISTING_DIRECTORY"]

_SAML_USERNAME = 64
_OTHER_USERNAME = 20
_PASSWORD = re.compile(r"^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)\S{8,64}")


def violations(spec: ConnectUserSpec, username: str, identity_type: str, *, creating: bool) -> tuple[str, ...]:
    """Every rule that the manifest breaks on an instance of that type, each naming the field and the remedy.

    `creating` adds what only CreateUser demands; an existing user's absent fields are unmanaged.
    """
    found = [*_names(spec)]
    if creating:
        # A user that exists has a name that Connect once took.
        found += _username(username, identity_type)
    if identity_type == "SAML":
        found += _saml(spec)
    if identity_type == "EXISTING_DIRECTORY" and spec.password_secret_ref is not UNSET:
        found.append("spec.passwordSecretRef: the instance takes passwords from its directory; remove the field")
    if creating:
        found += _creating(spec, identity_type)
    return tuple(found)


def password_violation(password: str) -> str | None:
    """What is wrong with a password by Connect's rule, without a word of its content."""
    if _PASSWORD.fullmatch(password):
        return None
    return "needs 8 to 64 characters without spaces, with a lower-case letter, an upper-case letter and a digit"


def normal_form(text: str) -> str:
    """The text in Unicode NFC, the only form that Connect accepts for names."""
    return unicodedata.normalize("NFC", text)


def _username(username: str, identity_type: str) -> Iterator[str]:
    longest = _SAML_USERNAME if identity_type == "SAML" else _OTHER_USERNAME
    if len(username) > longest:
        yield (
            f"spec.username: {username!r} has {len(username)} characters, but an instance with identity management "
            f"{identity_type} takes {longest} at most; a username cannot be changed later, so choose a shorter one"
        )


def _names(spec: ConnectUserSpec) -> Iterator[str]:
    identity = spec.identity_info
    if identity is UNSET:
        return
    for field, value in (("firstName", identity.first_name), ("lastName", identity.last_name)):
        if value == "":
            yield f"spec.identityInfo.{field}: Connect has no empty names; give one or leave the field out"


def _saml(spec: ConnectUserSpec) -> Iterator[str]:
    if spec.password_secret_ref is not UNSET:
        yield "spec.passwordSecretRef: a SAML instance has no passwords; remove the field"
    if spec.directory_user_id is not UNSET:
        yield "spec.directoryUserId: a SAML instance has no directory; remove the field"
    if spec.identity_info is not UNSET and spec.identity_info.email not in (UNSET, ""):
        yield "spec.identityInfo.email: a SAML instance refuses it; use secondaryEmail instead"


def _creating(spec: ConnectUserSpec, identity_type: str) -> Iterator[str]:
    identity = spec.identity_info if spec.identity_info is not UNSET else IdentityInfo()
    required: dict[str, object] = {}
    if identity_type != "EXISTING_DIRECTORY":
        required |= {"firstName": identity.first_name, "lastName": identity.last_name}
    if identity_type == "CONNECT_MANAGED":
        required |= {"email": identity.email}
        if spec.password_secret_ref is UNSET:
            yield (
                "spec.passwordSecretRef: required to create a user, because the instance manages identities itself; "
                "name a Secret that holds the first password"
            )
    for field, value in required.items():
        if value is UNSET or (value == "" and field == "email"):
            name = f"spec.identityInfo.{field}"
            yield f"{name}: required to create a user with identity management {identity_type}; add it"
