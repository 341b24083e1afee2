"""The columns: those of AWS's own upload template, then ours. One row of the table below is one column.

AWS's names and their order are those of the template that the Connect console offers for download (as AWS's samples
and backup tools write it; on SAML instances without e-mail address and password). The column with the hierarchy is
that of AWS's bulk-creation sample. Other spellings that people use are known by `aliases`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from connect_operator.cli.spreadsheet import channels, values

Read = Callable[[str], Any]
Write = Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header, the member of spec that it fills, how a cell is read and written, and other spellings.

    `clears`: `(empty)` is allowed and makes the member empty.
    """

    header: str
    path: str
    read: Read = values.text
    write: Write = str
    aliases: tuple[str, ...] = ()
    clears: bool = False


def _yes_or_no(value: bool) -> str:  # noqa: FBT001 - a cell's value
    return "yes" if value else "no"


def _names(value: list[str]) -> str:
    return values.joined([values.escaped(each) for each in value])


def _phone_type(value: str) -> str:
    return value.removesuffix("_PHONE").lower()


def _pairs(value: dict[str, str]) -> str:
    entries = [f"{values.escaped(key, key=True)}={values.escaped(each)}" for key, each in value.items()]
    return values.joined(entries)


def _proficiencies(value: list[dict[str, Any]]) -> str:
    entries = [
        f"{values.escaped(each['attributeName'], key=True)}={values.escaped(each['attributeValue'])}:{each['level']}"
        for each in value
    ]
    return values.joined(entries)


AWS = (
    Column("first name", "identityInfo.firstName", aliases=("given name", "forename")),
    Column("last name", "identityInfo.lastName", aliases=("surname", "family name")),
    Column("email address", "identityInfo.email", aliases=("email", "e-mail", "e-mail address", "mail")),
    Column("user login", "username", aliases=("login", "user name", "username", "agent login")),
    Column("routing profile name", "routingProfileName", aliases=("routing profile",)),
    Column(
        "security_profile_name_1|security_profile_name_2",
        "securityProfileNames",
        values.names,
        _names,
        ("security profile", "security profiles", "security profile name", "security profile names"),
    ),
    Column("phone type (soft/desk)", "phoneConfig.phoneType", values.phone_type, _phone_type, ("phone type",)),
    Column(
        "phone number", "phoneConfig.deskPhoneNumber", values.telephone, aliases=("desk phone number",), clears=True
    ),
    Column(
        "soft phone auto accept (yes/no)",
        "phoneConfig.autoAccept",
        values.yes_or_no,
        _yes_or_no,
        ("soft phone auto accept", "auto accept", "auto accept calls"),
    ),
    Column(
        "ACW timeout (seconds)",
        "phoneConfig.afterContactWorkTimeLimit",
        values.number,
        aliases=("acw timeout", "after contact work time limit", "after call work timeout"),
    ),
)
OURS = (
    Column(
        "hierarchy group path",
        "hierarchyGroupPath",
        aliases=("userhierarchy", "user hierarchy", "agent hierarchy", "hierarchy", "hierarchy group"),
        clears=True,
    ),
    Column(
        "secondary email",
        "identityInfo.secondaryEmail",
        aliases=("secondary email address", "second email"),
        clears=True,
    ),
    Column("mobile", "identityInfo.mobile", values.telephone, aliases=("mobile number", "mobile phone"), clears=True),
    Column(
        "persistent connection (yes/no)",
        "phoneConfig.persistentConnection",
        values.yes_or_no,
        _yes_or_no,
        ("persistent connection",),
    ),
    Column("auto accept by channel", "autoAcceptConfigs", *channels.AUTO_ACCEPT, clears=True),
    Column("ACW timeout by channel", "afterContactWorkConfigs", *channels.AFTER_CONTACT_WORK, clears=True),
    Column("phone by channel", "phoneNumberConfigs", *channels.PHONE, clears=True),
    Column("persistent connection by channel", "persistentConnectionConfigs", *channels.PERSISTENT, clears=True),
    Column("voice enhancement by channel", "voiceEnhancementConfigs", *channels.VOICE_ENHANCEMENT, clears=True),
    Column(
        "proficiencies", "proficiencies", values.proficiencies, _proficiencies, ("proficiency", "skills"), clears=True
    ),
    Column("tags", "tags", values.pairs, _pairs, ("tag",), clears=True),
    Column("directory user id", "directoryUserId"),
    Column("routing profile id", "routingProfileId"),
    Column("security profile ids", "securityProfileIds", values.names, _names, ("security profile id",)),
    Column("hierarchy group id", "hierarchyGroupId", aliases=("user hierarchy id",), clears=True),
    Column("instance id", "instanceId", aliases=("instance", "instance arn")),
    Column("adoption policy", "adoptionPolicy"),
    Column("state", "state", aliases=("status", "state (active/inactive)")),
    Column("active from", "activeFrom", aliases=("start", "start date", "first day")),
    Column("active until", "activeUntil", aliases=("end", "end date", "last day")),
    Column("deletion policy", "deletionPolicy"),
)
ALL = (*AWS, *OURS)
_PASSWORDS = frozenset({"password", "temporary password", "initial password"})


def plain(header: str) -> str:
    """A header without what people change in it: case, blanks and underscores, what is in brackets."""
    words = re.sub(r"\([^)]*\)", " ", header.casefold()).replace("_", " ").replace("-", " ")
    return " ".join(words.split())


_BY_NAME = {plain(name): column for column in ALL for name in (column.header, column.path, *column.aliases)}
_BY_NAME |= {plain(column.path.rpartition(".")[2]): column for column in ALL}


def find(header: str) -> Column | None:
    """The column of that header."""
    return _BY_NAME.get(plain(header))


def is_password(header: str) -> bool:
    """Whether a column holds first passwords, which no manifest may."""
    return plain(header) in _PASSWORDS


def is_known(header: str) -> bool:
    """Whether a header is one of ours, or AWS's."""
    return find(header) is not None or is_password(header)


def meant(header: str) -> str:
    """The headers that are near, as half a sentence."""
    near = difflib.get_close_matches(plain(header), _BY_NAME, n=1, cutoff=0.6)
    if near:
        return f'did you mean "{_BY_NAME[near[0]].header}"? If not, remove the column'
    return f"remove it, or give it one of these names: {', '.join(column.header for column in ALL)}"
