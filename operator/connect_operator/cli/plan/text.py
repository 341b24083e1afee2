"""The plan for people: a diff in the manner of Terraform's, one block a user, and a summary line at the end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from rich.text import Text

from connect_operator.cli.plan.report import Action, InstancePlan, Report, UserPlan
from connect_operator.cli.terminal import counted, printable
from connect_operator.domain.connect.ownership import OWNER_TAG
from connect_operator.domain.plan.changes import Change

_SIGNS = {
    Action.CREATE: ("+", "green"),
    Action.UPDATE: ("~", "yellow"),
    Action.ADOPT: ("@", "cyan"),
    Action.DELETE: ("-", "red"),
    Action.RELEASE: ("@", "cyan"),
    Action.BLOCKED: ("!", "red"),
    Action.OBSERVE: ("?", "blue"),
}
_REFERENCES = frozenset({"routingProfileId", "securityProfileIds", "hierarchyGroupId"})
_ALWAYS = (Action.CREATE, Action.UPDATE, Action.DELETE)
_WORDS = {
    Action.CREATE: "to create",
    Action.UPDATE: "to update",
    Action.ADOPT: "to adopt",
    Action.DELETE: "to delete",
    Action.RELEASE: "to release",
    Action.BLOCKED: "blocked",
    Action.OBSERVE: "observed",
    Action.NONE: "unchanged",
}


def lines(report: Report) -> Iterator[Text]:
    """The plan, line by line; colours are styles that a terminal shows and a file does not."""
    for instance in report.instances:
        users = [user for user in report.users if user.instance == instance.name]
        yield from _heading(instance)
        if instance.problem is not None:
            yield Text(f"  The plan of its {counted(len(users), 'user')} cannot be made.", style="red")
        else:
            yield from (line for user in users for line in _block(user, instance.names))
        yield Text()
    known = {instance.name for instance in report.instances}
    lost = [user for user in report.users if user.instance not in known]
    for user in lost:
        yield from _block(user, {})
    if lost:
        yield Text()
    for assumption in report.assumptions:
        yield Text(f"Assumed: {assumption}.", style="dim")
    for instance in report.instances:
        yield from _others(instance)
    if report.assignments:
        yield _not_planned(len(report.assignments))
    yield summary(report)


def summary(report: Report) -> Text:
    """`Plan: 3 to create, 1 to update, 0 to delete, 2 blocked, 194 unchanged`."""
    counts = report.counts
    parts = [
        f"{counts[action]} {word}"
        for action, word in _WORDS.items()
        if counts[action] or action in (*_ALWAYS, Action.BLOCKED, Action.NONE)
    ]
    return Text(f"Plan: {', '.join(parts)}", style="bold")


def _heading(instance: InstancePlan) -> Iterator[Text]:
    yield Text(f"ConnectInstance {printable(instance.name)}", style="bold")
    if instance.problem is not None:
        yield Text(f"  ! {instance.problem.reason}: {printable(instance.problem.message)}", style="red")
    else:
        users = counted(instance.users, "user")
        yield Text(f"  {instance.arn}, {instance.identity_type}, {users}", style="dim")


def _others(instance: InstancePlan) -> Iterator[Text]:
    """What is in the instance besides, which nobody here touches."""
    kinds = (
        (instance.unmanaged, "unmanaged"),
        (instance.here, "managed by other objects of this cluster"),
        (instance.elsewhere, "managed from elsewhere"),
    )
    for count, what in kinds:
        if count:
            verb = "is" if count == 1 else "are"
            yield Text(
                f"{counted(count, 'further user')} of {instance.name} {verb} {what}, and left alone.", style="dim"
            )


def _not_planned(count: int) -> Text:
    one = "1 ConnectContactAssignment is not planned: it is run once, when it is applied."
    several = f"{count} ConnectContactAssignments are not planned: each is run once, when it is applied."
    return Text(one if count == 1 else several, style="dim")


def _block(user: UserPlan, names: Mapping[str, str]) -> list[Text]:
    """A line for the user and one for each change; a tagging is on the user's own line, an unchanged one is silent."""
    left = [_left(change, names) for change in user.ignored]
    if user.action is Action.NONE:
        return [_quiet(user), *left] if user.message or left else []
    sign, style = _SIGNS[user.action]
    head = Text(f"  {sign} {user.namespace}/{printable(user.name)}", style=style)
    head.append(f"  {user.action.value}", style="bold")
    if user.username != user.name:
        head.append(f" user {printable(user.username)}")
    tagging = [change for change in user.changes if change.field == f"tags[{OWNER_TAG}]"]
    for change in tagging:
        head.append(f": owner {printable(change.old)} -> {printable(change.new)}")
    if user.action is Action.DELETE and user.message:
        head.append(f": {printable(user.message)}")
    block = [head]
    rest = [change for change in user.changes if change not in tagging]
    block += [_change(change, names, created=user.action is Action.CREATE) for change in rest]
    block += left
    # Of these two the head and the changes say the same.
    if user.message and user.action not in (Action.DELETE, Action.OBSERVE):
        block.append(_why(user))
    return block


def _quiet(user: UserPlan) -> Text:
    why = f": {printable(user.message)}" if user.message else ""
    return Text(f"    {user.namespace}/{printable(user.name)}  none{why}", style="dim")


def _left(change: Change, names: Mapping[str, str]) -> Text:
    line = _change(change, names, created=False)
    return Text(f"{line.plain}  (left to Connect by ignoreDrift)", style="dim")


def _why(user: UserPlan) -> Text:
    prefix = f"{user.reason}: " if user.reason else ""
    return Text(
        f"      ! {prefix}{printable(user.message)}", style="red" if user.action is Action.BLOCKED else "yellow"
    )


def _change(change: Change, names: Mapping[str, str], *, created: bool) -> Text:
    old, new = _named(change, change.old, names), _named(change, change.new, names)
    line = Text(f"      {printable(change.field)}: ")
    if not created:
        line.append(printable(old), style="red")
        line.append(" -> ")
    line.append(printable(new), style="green")
    return line


def _named(change: Change, value: str, names: Mapping[str, str]) -> str:
    """The ids of a reference as names, with the id where only that tells two apart."""
    if change.field not in _REFERENCES:
        return value
    return re.sub(r"[^, ]+", lambda match: names.get(match.group(), match.group()), value)
