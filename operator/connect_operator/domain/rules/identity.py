"""The rules that an instance's identity management type adds to a manifest, checked before any call.

Source: the CreateUser and UserIdentityInfo documentation in the service model and the administrator guide. Where they
contradict each other (e-mail with SAML) the reading that more sources share is taken: SAML users have no e-mail.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal

import msgspec
from msgspec import UNSET

from connect_operator.domain.kinds.spec import ConnectUserSpec, IdentityInfo

DIRECTORY = "EXISTING_DIRECTORY"
IdentityType = Literal["CONNECT_MANAGED", "SAML", "EXISTING_DIRECTORY"]

_SAML_USERNAME = 64
_OTHER_USERNAME = 20
# AWS's own rule less the control characters that it lets through: no keyboard types them, and log files choke on them.
_PASSWORD = re.compile(r"^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[^\s\x00-\x1f\x7f-\x9f]{8,64}")
_USERNAME = re.compile(r"[a-zA-Z0-9_.@-]+")
_MAIL_USERNAME = re.compile(r"[a-zA-Z0-9_.-]+@[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)*\.[a-zA-Z]{2,63}")
_DIRECTORY_OWNED = (("firstName", "first_name"), ("lastName", "last_name"), ("email", "email"))


def violations(spec: ConnectUserSpec, username: str, identity_type: str, *, creating: bool) -> tuple[str, ...]:
    """Every rule that the manifest breaks on an instance of that type, each naming the field and the remedy.

    `creating` adds what only CreateUser demands; an existing user's absent fields are unmanaged.
    """
    found = [*_emptied(spec, identity_type, creating=creating)]
    if creating:
        # A user that exists has a name that Connect, or somebody with other means, once took.
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
    return (
        "needs 8 to 64 characters without spaces and control characters (such as NUL or a line end), with a lower-case "
        "letter, an upper-case letter and a digit"
    )


def normal_form(text: str) -> str:
    """The text in Unicode NFC, the only form that Connect accepts for names."""
    return unicodedata.normalize("NFC", text)


def in_normal_form(identity: IdentityInfo) -> IdentityInfo:
    """The same block with its names in the form that Connect accepts."""
    names = {
        field: normal_form(value)
        for field, value in (("first_name", identity.first_name), ("last_name", identity.last_name))
        if value is not UNSET
    }
    return msgspec.structs.replace(identity, **names)


def _username(username: str, identity_type: str) -> Iterator[str]:
    longest = _SAML_USERNAME if identity_type == "SAML" else _OTHER_USERNAME
    if len(username) > longest:
        yield (
            f"spec.username: {username!r} has {len(username)} characters, but an instance with identity management "
            f"{identity_type} takes {longest} at most; a username cannot be changed later, so choose a shorter one"
        )
    yield from username_form(username)


def username_form(username: str) -> Iterator[str]:
    """What is wrong with the characters of a username that Connect is to take, whatever the identity type."""
    if not _USERNAME.fullmatch(username):
        told = "may hold only letters, digits and the characters _ . - @"
    elif "@" in username and not _MAIL_USERNAME.fullmatch(username):
        told = "may hold an @ only as a whole e-mail address such as jane.doe@example.com"
    else:
        return
    yield (
        f"spec.username: {username!r} {told} where Connect is to create the user; choose another, or let whatever "
        "makes such users make it first: one that exists is taken over with adoptionPolicy IfUnowned, whatever its name"
    )


def _emptied(spec: ConnectUserSpec, identity_type: str, *, creating: bool) -> Iterator[str]:
    """Members that the identity type requires, asked to be empty; at creation `_creating` tells of those it requires.

    The model takes names of length 0 with SAML, yet requires them: an empty one is no name to anybody.
    """
    identity = spec.identity_info
    if identity is UNSET:
        return
    required = () if creating else _required(identity_type)
    for field, member in _DIRECTORY_OWNED:
        if getattr(identity, member) != "":
            continue
        if identity_type == DIRECTORY:
            yield f"spec.identityInfo.{field}: it is the directory's, and cannot be made empty here; remove the field"
        elif field in required:
            yield (
                f"spec.identityInfo.{field}: cannot be made empty with identity management {identity_type}; give a "
                "value, or leave the field out to keep what Connect holds"
            )


def _required(identity_type: str) -> tuple[str, ...]:
    """The members of identityInfo that a user of that type must have."""
    if identity_type == DIRECTORY:
        return ()
    return ("firstName", "lastName", "email") if identity_type == "CONNECT_MANAGED" else ("firstName", "lastName")


def _saml(spec: ConnectUserSpec) -> Iterator[str]:
    if spec.password_secret_ref is not UNSET:
        yield "spec.passwordSecretRef: a SAML instance has no passwords; remove the field"
    if spec.directory_user_id is not UNSET:
        yield "spec.directoryUserId: a SAML instance has no directory; remove the field"
    if spec.identity_info is not UNSET and spec.identity_info.email not in (UNSET, ""):
        yield "spec.identityInfo.email: a SAML instance refuses it; use secondaryEmail instead"


def _creating(spec: ConnectUserSpec, identity_type: str) -> Iterator[str]:
    identity = spec.identity_info if spec.identity_info is not UNSET else IdentityInfo()
    if identity_type == "CONNECT_MANAGED" and spec.password_secret_ref is UNSET:
        yield (
            "spec.passwordSecretRef: required to create a user, because the instance manages identities itself; "
            "name a Secret that holds the first password, or have one made (generate: true)"
        )
    required = _required(identity_type)
    for field, member in _DIRECTORY_OWNED:
        value = getattr(identity, member)
        if field not in required or value not in (UNSET, ""):
            continue
        remedy = "add it" if value is UNSET else "it cannot be empty"
        yield (
            f"spec.identityInfo.{field}: required to create a user with identity management {identity_type}; {remedy}"
        )
