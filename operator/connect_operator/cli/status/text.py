"""The snapshot as text: columns that line up, messages on one line, cut only where a terminal ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from rich.text import Text

from connect_operator.cli.progress import duration
from connect_operator.cli.status.assignments import Assignments, FailedAssignment
from connect_operator.cli.status.snapshot import DifferingUser, InstanceState, Snapshot, StuckUser
from connect_operator.cli.terminal import counted, printable
from connect_operator.domain.conditions.reasons import TABLE, Reason
from connect_operator.domain.text.timestamps import rfc3339

_MOST_FAILED = 10
_MOST_DIFFERING = 10
_PHASE_STYLES = {"Assigned": "green", "Failed": "red"}

_INSTANCE_COLUMNS = (
    "INSTANCE", "READY", "IDENTITY", "USERS", "UNMANAGED", "OBJECTS", "READY OBJECTS", "DRIFTED", "PENDING", "DONE BY",
)  # fmt: skip
_STUCK_COLUMNS = ("NAMESPACE/NAME", "REASON", "SINCE", "MESSAGE")
_WIDE_COLUMNS = ("NAMESPACE/NAME", "USERNAME", "INSTANCE", "REASON", "SINCE", "MESSAGE")
# What a narrow terminal leaves out, the least important first.
_DISPENSABLE = ("IDENTITY", "UNMANAGED", "USERS", "DRIFTED", "USERNAME", "SINCE")
_SOME_WORDS = 30
# Of a reason, an age or a number.
_LONGEST_CELL = 40
_NUMBERS = frozenset({"USERS", "UNMANAGED", "OBJECTS", "READY OBJECTS", "DRIFTED", "PENDING"})


def lines(snapshot: Snapshot, now: float, *, wide: bool = False, width: int | None = None) -> Iterator[Text]:
    """The whole status. `width`: of the terminal; None: there is none, so that nothing is cut."""
    width = None if wide else width
    yield from instance_lines(snapshot, now, width)
    yield Text()
    yield reason_line(snapshot)
    if snapshot.stuck:
        yield Text()
        yield from stuck_lines(snapshot.stuck, now, wide=wide, width=width)
    if snapshot.differing:
        yield Text()
        yield from differing_lines(snapshot.differing, wide=wide, width=width)
    yield from assignment_lines(snapshot.assignments, now, wide=wide, width=width)


def instance_lines(snapshot: Snapshot, now: float, width: int | None = None) -> Iterator[Text]:
    """A table of the instances; below it, what is wrong with those that are not Ready."""
    if not snapshot.instances:
        yield Text("There is no ConnectInstance.")
        return
    rows = [_cells(each, now, narrow=width is not None) for each in snapshot.instances]
    styles = ["" if each.ready == "True" else "red" for each in snapshot.instances]
    yield from _table(_INSTANCE_COLUMNS, rows, styles, width)
    for each in snapshot.instances:
        if each.ready != "True":
            yield Text(f"! {printable(each.name)}: {printable(each.reason)}: {printable(each.message)}", style="red")


def reason_line(snapshot: Snapshot) -> Text:
    """`200 ConnectUsers: 198 Available, 2 InvalidSpec`, the most frequent first."""
    return _counted("ConnectUser", snapshot.reasons, _style)


def assignment_lines(
    assignments: Assignments | None, now: float, *, wide: bool = False, width: int | None = None
) -> Iterator[Text]:
    """`12 ConnectContactAssignments: 10 Assigned, 1 Failed, 1 Pending`, and a table of the failed ones."""
    if assignments is None:
        yield Text()
        yield Text("ConnectContactAssignments: not shown, for you may not list them or the cluster does not know them")
        return
    if assignments.phases:
        yield Text()
        yield _counted("ConnectContactAssignment", assignments.phases, _PHASE_STYLES.get)
    if assignments.failed:
        yield Text()
        yield from failed_lines(assignments.failed, now, wide=wide, width=width)


def _counted(what: str, counts: Counter[str], style: Callable[[str], str | None]) -> Text:
    line = Text(counted(counts.total(), what))
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    for number, (word, count) in enumerate(ordered):
        line.append(", " if number else ": ")
        line.append(f"{count} {printable(word)}", style=style(word))
    return line


def stuck_lines(
    stuck: Sequence[StuckUser], now: float, *, wide: bool, most: int | None = None, width: int | None = None
) -> Iterator[Text]:
    """A table of the stuck objects."""
    shown = stuck if most is None else stuck[:most]
    rows = [_stuck_cells(each, now, wide=wide) for each in shown]
    yield from _table(_WIDE_COLUMNS if wide else _STUCK_COLUMNS, rows, [""] * len(rows), width)
    if len(shown) < len(stuck):
        yield Text(f"… and {len(stuck) - len(shown)} more", style="dim")


def differing_lines(differing: Sequence[DifferingUser], *, wide: bool, width: int | None = None) -> Iterator[Text]:
    """Who differs from the manifest with leave, and in what; in full only where everything is asked for."""
    left, waiting = sum(bool(each.ignored) for each in differing), sum(bool(each.waiting) for each in differing)
    parts = [f"{left} left to Connect by ignoreDrift"] if left else []
    parts += [f"{waiting} to be put back in the next window"] if waiting else []
    yield Text(f"{counted(len(differing), 'ConnectUser')} changed in Connect: {', '.join(parts)}", style="yellow")
    shown = differing if wide else differing[:_MOST_DIFFERING]
    rows = [
        (f"{each.namespace}/{each.name}", mark, on_a_line(line))
        for each in shown
        for mark, lines_of in (("left", each.ignored), ("waits", each.waiting))
        for line in lines_of
    ]
    yield from _table(("NAMESPACE/NAME", "DRIFT", "CHANGED"), rows, [""] * len(rows), width)
    if len(shown) < len(differing):
        yield Text(f"… and {len(differing) - len(shown)} more", style="dim")


def failed_lines(
    failed: Sequence[FailedAssignment], now: float, *, wide: bool, width: int | None = None
) -> Iterator[Text]:
    """A table of the failed assignments, the latest first; in full only where everything is asked for."""
    shown = failed if wide else failed[:_MOST_FAILED]
    rows = [
        (
            f"{each.namespace}/{each.name}",
            each.reason,
            _age(now - each.since) if each.since is not None else "",
            on_a_line(each.message),
        )
        for each in shown
    ]
    yield from _table(_STUCK_COLUMNS, rows, [""] * len(rows), width)
    if len(shown) < len(failed):
        yield Text(f"… and {len(failed) - len(shown)} earlier ones", style="dim")


def on_a_line(message: str) -> str:
    """The message on one line."""
    return printable(" ".join(message.split()))


def _cells(each: InstanceState, now: float, *, narrow: bool) -> tuple[str, ...]:
    done_by = ""
    if each.done_by is not None:
        left = duration(max(0.0, each.done_by - now))
        done_by = left if narrow else f"{rfc3339(each.done_by)} ({left})"
    numbers = (each.users, each.unmanaged, each.objects, each.ready_objects, each.drifted, each.pending)
    return (each.name, each.ready, each.identity_type, *map(str, numbers), done_by)


def _stuck_cells(each: StuckUser, now: float, *, wide: bool) -> tuple[str, ...]:
    since = _age(now - each.since) if each.since is not None else ""
    name = f"{each.namespace}/{each.name}"
    if wide:
        return (name, each.username, each.instance, each.reason, since, on_a_line(each.message))
    return (name, each.reason, since, on_a_line(each.message))


def _age(seconds: float) -> str:
    """As kubectl writes ages: 45s, 12m, 3h, 5d."""
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= size:
            return f"{int(seconds // size)}{unit}"
    return f"{max(0, int(seconds))}s"


def _table(
    columns: Sequence[str], rows: Sequence[Sequence[str]], styles: Sequence[str], width: int | None
) -> Iterator[Text]:
    """Columns that line up. In a terminal of that width the last one is cut, after others were left out for it."""
    rows = [_bounded([printable(cell) for cell in cells], width) for cells in rows]
    shown = _fitting(columns, rows, width)
    columns, rows = [columns[at] for at in shown], [[cells[at] for at in shown] for cells in rows]
    widths = _widths(columns, rows)
    for cells, style in zip((columns, *rows), ("bold", *styles), strict=True):
        padded = [
            cell.rjust(size) if column in _NUMBERS else cell.ljust(size)
            for column, cell, size in zip(columns, cells, widths, strict=True)
        ]
        line = "  ".join(padded).rstrip()
        yield Text(line if width is None else _cut(line, width), style=style)


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def _bounded(cells: list[str], width: int | None) -> list[str]:
    """No name takes more than half of the terminal, else one long name leaves no room for anybody's message."""
    if width is None:
        return cells
    name, *others, message = cells
    return [_cut(name, max(width // 2, 1)), *(_cut(each, _LONGEST_CELL) for each in others), message]


def _fitting(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int | None) -> list[int]:
    """The columns that are shown, by number; a message counts as some words."""
    kept = list(range(len(columns)))
    sizes = [
        min(size, _SOME_WORDS) if column == "MESSAGE" else size
        for column, size in zip(columns, _widths(columns, rows), strict=True)
    ]
    for name in _DISPENSABLE:
        if width is not None and name in columns and sum(sizes[at] + 2 for at in kept) - 2 > width:
            kept.remove(columns.index(name))
    return kept


def _widths(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    return [max(len(cell) for cell in cells) for cells in zip(columns, *rows, strict=True)]


def _style(reason: str) -> str:
    if reason not in set(Reason):
        return ""
    row = TABLE[Reason(reason)]
    if row.ready:
        return "green"
    return "red" if row.stalled else "yellow"
