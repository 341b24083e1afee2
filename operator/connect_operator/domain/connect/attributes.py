"""What an instance knows of predefined attributes, which proficiencies name, judged against a manifest. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from connect_operator.domain.kinds.spec import Proficiency
from connect_operator.domain.text.near_names import hint

# As many names or values as a message still tells one by one.
_MOST_TOLD = 20


def missing(
    proficiencies: Iterable[tuple[int, Proficiency]],
    known: Mapping[str, tuple[str, ...] | None],
    names: tuple[str, ...] | None,
) -> tuple[str, ...]:
    """What is wrong with each proficiency (and its place in the manifest) that cannot be given, field first.

    `known`: the values of each attribute that was read, None of one that does not exist; what is not in there is not
    judged. `names`: of all attributes, None where they are not known.
    """
    return tuple(
        told
        for place, each in proficiencies
        if each.attribute_name in known
        and (told := _wrong(f"spec.proficiencies[{place}]", each, known[each.attribute_name], names))
    )


def _wrong(field: str, each: Proficiency, values: tuple[str, ...] | None, names: tuple[str, ...] | None) -> str:
    if values is None:
        what = f"{field}.attributeName: the instance has no predefined attribute {each.attribute_name!r}"
        return f"{what}; {_instead(each.attribute_name, names)}"
    if each.attribute_value in values:
        return ""
    what = f"{field}.attributeValue: predefined attribute {each.attribute_name!r} has no value {each.attribute_value!r}"
    return f"{what}; {_instead(each.attribute_value, values)}"


def _instead(wanted: str, existing: tuple[str, ...] | None) -> str:
    """The near ones, else what exists, else where to look."""
    if existing is None:
        return "`connect-operator plan --list attributes` shows what it has"
    near = hint(wanted, existing)
    if near:
        return near
    if not existing:
        return "it has none"
    told = ", ".join(map(repr, sorted(existing)[:_MOST_TOLD]))
    more = len(existing) - _MOST_TOLD
    return f"it has {told}" + (f" and {more} more" if more > 0 else "")
