"""What no list shows: the contact details (DescribeUser does) and the proficiencies (ListUserProficiencies does).

Source: the service model. Elements of ListUsers have no details at all, those of SearchUsers only the first and the
last name; neither operation knows proficiencies. No other place says so.
"""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from connect_operator.domain.connect.user import ContactDetails
from connect_operator.domain.kinds.spec import IdentityInfo, Proficiency

# The two members of an ObservedUser that are UNSET until a call for the single user has shown them.
CONTACT, PROFICIENCIES = "contact", "proficiencies"
# What the first consists of, as IdentityInfo names it, too.
CONTACT_FIELDS = ContactDetails.__struct_fields__
_WRITTEN = dict(zip(IdentityInfo.__struct_fields__, IdentityInfo.__struct_encode_fields__, strict=True))
_PATHS = (*(f"identityInfo.{_WRITTEN[name]}" for name in CONTACT_FIELDS), PROFICIENCIES)


def asked_for(identity: IdentityInfo | UnsetType, proficiencies: tuple[Proficiency, ...] | UnsetType) -> frozenset[str]:
    """Which of CONTACT and PROFICIENCIES a manifest with these members manages."""
    found = set() if proficiencies is UNSET else {PROFICIENCIES}
    if identity is not UNSET and any(getattr(identity, name) is not UNSET for name in CONTACT_FIELDS):
        found.add(CONTACT)
    return frozenset(found)


def is_unlisted(change: str) -> bool:
    """Whether a line of status.plan or status.ignored, which begins with the field's path, is about such a field."""
    return change.startswith(_PATHS)
