"""Search conditions and filters, compiled to predicates. Which fields a resource has, its own module says.

Conditions that stand side by side in one node must all hold. Fields yield the values to compare; a condition holds if
one of them matches (SecurityProfileId has many).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from connect_sim.errors import invalid_parameter

if TYPE_CHECKING:
    from connect_sim.state.settings import Settings

RecordT = TypeVar("RecordT")
Predicate = Callable[[RecordT], bool]
Fields = Mapping[str, Callable[[RecordT], Iterable[str | None]]]
# Compiles a condition that only one kind of resource has (ListCondition, HierarchyGroupCondition).
SpecialCompiler = Callable[[Mapping[str, Any]], Predicate[RecordT]]

_CONTAINS_LENGTH = (2, 25)
MAX_FILTER_TAGS = 25


def compile_criteria(
    criteria: Mapping[str, Any],
    fields: Fields[RecordT],
    settings: Settings,
    special: Mapping[str, SpecialCompiler[RecordT]] | None = None,
) -> Predicate[RecordT]:
    """Return the predicate of a SearchCriteria tree. Raises InvalidParameter for what it cannot mean."""
    special = special or {}
    parts: list[Predicate[RecordT]] = []
    for member, condition in criteria.items():
        if member == "OrConditions":
            parts.append(any_of([compile_criteria(item, fields, settings, special) for item in condition]))
        elif member == "AndConditions":
            parts.append(all_of([compile_criteria(item, fields, settings, special) for item in condition]))
        elif member == "StringCondition":
            parts.append(compile_string(condition, fields, settings))
        else:
            parts.append(special[member](condition))
    return all_of(parts)


def all_of(parts: list[Predicate[RecordT]]) -> Predicate[RecordT]:
    """Return the conjunction; an empty one holds."""
    if len(parts) == 1:
        return parts[0]
    return lambda record: all(part(record) for part in parts)


def any_of(parts: list[Predicate[RecordT]]) -> Predicate[RecordT]:
    """Return the disjunction; an empty one holds, as a list of no conditions restricts nothing."""
    if not parts:
        return lambda _: True
    return lambda record: any(part(record) for part in parts)


def compile_string(condition: Mapping[str, Any], fields: Fields[RecordT], settings: Settings) -> Predicate[RecordT]:
    """Return the predicate of a StringCondition. Field names heed case: `resourceId` is not `resourceID`."""
    missing = [name for name in ("FieldName", "Value", "ComparisonType") if name not in condition]
    if missing:
        raise invalid_parameter(f"StringCondition lacks {', '.join(missing)}.")
    name, value, comparison = condition["FieldName"], condition["Value"], condition["ComparisonType"]
    if name not in fields:
        raise invalid_parameter(f"StringCondition.FieldName must be one of {', '.join(fields)}.")
    shortest, longest = _CONTAINS_LENGTH
    if (
        comparison == "CONTAINS"
        and not shortest <= len(value) <= longest
        and settings["searchContainsLength"] == "error"
    ):
        raise invalid_parameter(f"StringCondition.Value must have {shortest} to {longest} characters with CONTAINS.")
    return _compare(fields[name], value, comparison, fold=settings["searchCase"] == "insensitive")


def _compare(
    values_of: Callable[[RecordT], Iterable[str | None]], wanted: str, comparison: str, *, fold: bool
) -> Predicate[RecordT]:
    if fold:
        wanted = wanted.casefold()
    tests: dict[str, Callable[[str], bool]] = {
        "EXACT": lambda value: value == wanted,
        "STARTS_WITH": lambda value: value.startswith(wanted),
        "CONTAINS": lambda value: wanted in value,
    }
    test = tests[comparison]
    if fold:
        return lambda record: any(value is not None and test(value.casefold()) for value in values_of(record))
    return lambda record: any(value is not None and test(value) for value in values_of(record))


def compile_tag(condition: Mapping[str, Any], tags_of: Callable[[RecordT], Mapping[str, str]]) -> Predicate[RecordT]:
    """Return the predicate of a TagCondition; without a value, the key is enough."""
    if "TagKey" not in condition:
        raise invalid_parameter("TagCondition lacks TagKey.")
    key, value = condition["TagKey"], condition.get("TagValue")
    if value is None:
        return lambda record: key in tags_of(record)
    return lambda record: tags_of(record).get(key) == value


def compile_tag_filter(
    tag_filter: Mapping[str, Any], tags_of: Callable[[RecordT], Mapping[str, str]]
) -> Predicate[RecordT]:
    """Return the predicate of a ControlPlaneTagFilter: an OR of ANDs, an AND, or one condition."""
    _one_member(tag_filter, "TagFilter")
    for member, condition in tag_filter.items():
        if member == "OrConditions":
            return any_of([all_of([compile_tag(item, tags_of) for item in group]) for group in condition])
        if member == "AndConditions":
            return all_of([compile_tag(item, tags_of) for item in condition])
        return compile_tag(condition, tags_of)
    return all_of([])


def compile_attribute_filter(
    attribute_filter: Mapping[str, Any],
    tags_of: Callable[[RecordT], Mapping[str, str]],
    hierarchy: SpecialCompiler[RecordT] | None = None,
) -> Predicate[RecordT]:
    """Return the predicate of a UserAttributeFilter, or of an AttributeFilter, which has no hierarchy condition."""

    def conjunction(group: Mapping[str, Any]) -> Predicate[RecordT]:
        if len(group.get("TagConditions", ())) > MAX_FILTER_TAGS:
            raise invalid_parameter(f"A filter has at most {MAX_FILTER_TAGS} tag conditions.")
        parts = [compile_tag(item, tags_of) for item in group.get("TagConditions", ())]
        if hierarchy and "HierarchyGroupCondition" in group:
            parts.append(hierarchy(group["HierarchyGroupCondition"]))
        return all_of(parts)

    _one_member(attribute_filter, "The attribute filter")
    for member, condition in attribute_filter.items():
        if member == "OrConditions":
            return any_of([conjunction(group) for group in condition])
        if member == "AndCondition":
            return conjunction(condition)
        if member == "HierarchyGroupCondition" and hierarchy:
            return hierarchy(condition)
        return compile_tag(condition, tags_of)
    return all_of([])


def _one_member(given: Mapping[str, Any], name: str) -> None:
    if len(given) > 1:
        raise invalid_parameter(f"{name} must have exactly one member.")
