"""The state file: one JSON record per line, appended before a call is answered, compacted at start.

So a committed call whose answer was sent is in the file, also after SIGKILL: the line has been handed to the kernel. A
last line without its newline is a call that was never answered, and is ignored. Compaction writes a temporary file and
renames it. Passwords cannot get here: no record has one. Temporary credentials are kept, hence mode 0600.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from connect_sim.state.records import Instance, Session
from connect_sim.state.settings import Settings
from connect_sim.state.user_table import StoredUser
from connect_sim.state.world import RECORD_TYPES, Change, World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TYPES: dict[str, type[Struct]] = {
    **RECORD_TYPES,
    "instance": Instance,
    "user": StoredUser,
    "session": Session,
    "settings": Settings,
}


class StateFile:
    """An append-only log of changes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._buffer: list[bytes] = []
        self._file: int | None = None

    def load(self, world: World) -> Settings | None:
        """Replay the file into an empty world; return the last settings. Returns None if there is no file.

        Raises ValueError naming the line if a complete line cannot be read.
        """
        if not self._path.exists():
            return None
        settings = Settings()
        complete, _, _torn = self._path.read_bytes().rpartition(b"\n")
        for number, line in enumerate(complete.splitlines(), 1):
            try:
                change = msgspec.json.decode(line, type=Change)
                record = None if change.record is None else msgspec.convert(change.record, _TYPES[change.kind])
                if isinstance(record, Settings):
                    settings = record
                else:
                    _replay(world, change, record)
            except (ValueError, KeyError) as error:
                raise ValueError(f"{self._path}, line {number}: {error}") from None
        return settings

    def compact(self, world: World, settings: Settings) -> None:
        """Write the whole state anew, atomically, and go on appending to the new file."""
        self.close()
        temporary = self._path.with_name(f"{self._path.name}.new")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            for change in _everything(world, settings):
                file.write(msgspec.json.encode(change) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._path)
        self._file = os.open(self._path, os.O_WRONLY | os.O_APPEND)

    def record(self, change: Change) -> None:
        """Take a change; `flush` writes it."""
        self._buffer.append(msgspec.json.encode(change) + b"\n")

    def flush(self) -> None:
        """Hand what was recorded to the kernel, in one write. Call before answering."""
        if self._buffer and self._file is not None:
            lines = memoryview(b"".join(self._buffer))
            while lines:
                lines = lines[os.write(self._file, lines) :]
        self._buffer.clear()

    def close(self) -> None:
        """Flush and close."""
        self.flush()
        if self._file is not None:
            os.close(self._file)
            self._file = None


def settings_change(settings: Settings) -> Change:
    """Return settings as a line of the file."""
    return Change(kind="settings", instance_id=None, key="settings", record=settings)


def _replay(world: World, change: Change, record: Any) -> None:  # noqa: ANN401 - any type of _TYPES
    if change.kind == "instance":
        if record is None:
            world.remove_instance(change.key)
        else:
            world.put_instance(record)
        return
    if change.kind == "session":
        world.put_session(record)
        return
    state = world.instances.get(change.instance_id or "")
    if state is None:
        raise ValueError(f"record of the unknown instance {change.instance_id}")
    if change.kind == "user":
        if record is None:
            world.remove_user(state, change.key, now=0.0)
        else:
            world.put_user(state, record.user, now=0.0, visible_from=record.visible_from)
    elif record is None:
        world.remove(state, change.kind, change.key)
    else:
        world.put(state, change.kind, record)


def _everything(world: World, settings: Settings) -> Iterator[Change]:
    yield settings_change(settings)
    for session in world.sessions.values():
        yield Change(kind="session", instance_id=None, key=session.id, record=session)
    for state in world.instances.after(None):
        yield Change(kind="instance", instance_id=None, key=state.id, record=state.instance)
        for kind in RECORD_TYPES:
            for record in state.table(kind).after(None):
                yield Change(kind=kind, instance_id=state.id, key=record.id, record=record)
        for stored in state.users.all():
            yield Change(kind="user", instance_id=state.id, key=stored.user.id, record=stored)
