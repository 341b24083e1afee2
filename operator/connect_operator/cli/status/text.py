"""The snapshot as text: columns that line up, messages cut to a line unless asked for whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from rich.text import Text

from connect_operator.cli.progress import duration
from connect_operator.cli.status.assignments import Assignments, FailedAssignment
from connect_operator.cli.status.snapshot import InstanceState, Snapshot, StuckUser
from connect_operator.cli.terminal import printable
from connect_operator.domain.reasons import TABLE, Reason
from connect_operator.domain.timestamps import rfc3339

SHORT = 100
"""Characters of a message that are shown unless the whole is asked for."""

_MOST_FAILED = 10
_PHASE_STYLES = {"Assigned": "green", "Failed": "red"}

_INSTANCE_COLUMNS = (
    "INSTANCE", "READY", "IDENTITY", "USERS", "UNMANAGED", "OBJECTS", "READY OBJECTS", "DRIFTED", "PENDING", "DONE BY",
)  # fmt: skip
_STUCK_COLUMNS = ("NAMESPACE/NAME", "REASON", "SINCE", "MESSAGE")
_WIDE_COLUMNS = ("NAMESPACE/NAME", "USERNAME", "INSTANCE", "REASON", "SINCE", "MESSAGE")
_NUMBERS = frozenset({"USERS", "UNMANAGED", "OBJECTS", "READY OBJECTS", "DRIFTED", "PENDING"})


def lines(snapshot: Snapshot, now: float, *, wide: bool = False, most_stuck: int | None = None) -> Iterator[Text]:
    """The whole status; of the stuck objects `most_stuck` at most."""
    yield from instance_lines(snapshot, now)
    yield Text()
    yield reason_line(snapshot)
    if snapshot.stuck:
        yield Text()
        yield from stuck_lines(snapshot.stuck, now, wide=wide, most=most_stuck)
    yield from assignment_lines(snapshot.assignments, now, wide=wide)


def instance_lines(snapshot: Snapshot, now: float) -> Iterator[Text]:
    """A table of the instances; below it, what is wrong with those that are not Ready."""
    if not snapshot.instances:
        yield Text("There is no ConnectInstance.")
        return
    rows = [_cells(each, now) for each in snapshot.instances]
    styles = ["" if each.ready == "True" else "red" for each in snapshot.instances]
    yield from _table(_INSTANCE_COLUMNS, rows, styles)
    for each in snapshot.instances:
        if each.ready != "True":
            yield Text(f"! {printable(each.name)}: {each.reason}: {printable(each.message)}", style="red")


def reason_line(snapshot: Snapshot) -> Text:
    """`200 ConnectUsers: 198 Available, 2 InvalidSpec`, the most frequent first."""
    return _counted("ConnectUsers", snapshot.reasons, _style)


def assignment_lines(assignments: Assignments | None, now: float, *, wide: bool = False) -> Iterator[Text]:
    """`12 ConnectContactAssignments: 10 Assigned, 1 Failed, 1 Pending`, and a table of the failed ones."""
    if assignments is None:
        yield Text()
        yield Text("ConnectContactAssignments: not shown, for you may not list them or the cluster does not know them")
        return
    if assignments.phases:
        yield Text()
        yield _counted("ConnectContactAssignments", assignments.phases, _PHASE_STYLES.get)
    if assignments.failed:
        yield Text()
        yield from failed_lines(assignments.failed, now, wide=wide)


def _counted(what: str, counts: Counter[str], style: Callable[[str], str | None]) -> Text:
    line = Text(f"{counts.total()} {what}")
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    for number, (word, count) in enumerate(ordered):
        line.append(", " if number else ": ")
        line.append(f"{count} {word}", style=style(word))
    return line


def stuck_lines(stuck: Sequence[StuckUser], now: float, *, wide: bool, most: int | None = None) -> Iterator[Text]:
    """A table of the stuck objects."""
    shown = stuck if most is None else stuck[:most]
    rows = [_stuck_cells(each, now, wide=wide) for each in shown]
    yield from _table(_WIDE_COLUMNS if wide else _STUCK_COLUMNS, rows, [""] * len(rows))
    if len(shown) < len(stuck):
        yield Text(f"… and {len(stuck) - len(shown)} more", style="dim")


def failed_lines(failed: Sequence[FailedAssignment], now: float, *, wide: bool) -> Iterator[Text]:
    """A table of the failed assignments, the latest first; in full only where everything is asked for."""
    shown = failed if wide else failed[:_MOST_FAILED]
    rows = [
        (
            f"{each.namespace}/{each.name}",
            each.reason,
            _age(now - each.since) if each.since is not None else "",
            " ".join(printable(each.message).split()) if wide else shortened(each.message),
        )
        for each in shown
    ]
    yield from _table(_STUCK_COLUMNS, rows, [""] * len(rows))
    if len(shown) < len(failed):
        yield Text(f"… and {len(failed) - len(shown)} earlier ones", style="dim")


def shortened(message: str) -> str:
    """The message on one line, cut where it is long."""
    line = " ".join(printable(message).split())
    return line if len(line) <= SHORT else line[: SHORT - 1] + "…"


def _cells(each: InstanceState, now: float) -> tuple[str, ...]:
    done_by = ""
    if each.done_by is not None:
        done_by = f"{rfc3339(each.done_by)} ({duration(max(0.0, each.done_by - now))})"
    numbers = (each.users, each.unmanaged, each.objects, each.ready_objects, each.drifted, each.pending)
    return (printable(each.name), each.ready, each.identity_type, *map(str, numbers), done_by)


def _stuck_cells(each: StuckUser, now: float, *, wide: bool) -> tuple[str, ...]:
    since = _age(now - each.since) if each.since is not None else ""
    name = f"{each.namespace}/{each.name}"
    if wide:
        message = " ".join(printable(each.message).split())
        return (name, printable(each.username), printable(each.instance), each.reason, since, message)
    return (name, each.reason, since, shortened(each.message))


def _age(seconds: float) -> str:
    """As kubectl writes ages: 45s, 12m, 3h, 5d."""
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= size:
            return f"{int(seconds // size)}{unit}"
    return f"{max(0, int(seconds))}s"


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]], styles: Sequence[str]) -> Iterator[Text]:
    widths = [max(len(cell) for cell in cells) for cells in zip(columns, *rows, strict=True)]
    for cells, style in zip((columns, *rows), ("bold", *styles), strict=True):
        padded = [
            cell.rjust(width) if column in _NUMBERS else cell.ljust(width)
            for column, cell, width in zip(columns, cells, widths, strict=True)
        ]
        yield Text("  ".join(padded).rstrip(), style=style)


def _style(reason: str) -> str:
    if reason not in set(Reason):
        return ""
    row = TABLE[Reason(reason)]
    if row.ready:
        return "green"
    return "red" if row.stalled else "yellow"
