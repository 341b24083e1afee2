"""What can be changed while the simulator runs: switches, delays and rates. GET and PATCH /_sim/settings show these."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from connect_sim.state.switches import BY_NAME, SWITCHES
from connect_sim.state.user_table import NO_DELAY, Delays

if TYPE_CHECKING:
    from collections.abc import Mapping


class Rate(Struct, frozen=True, forbid_unknown_fields=True):
    """A token bucket: `rate` tokens per second, `burst` at most. A rate of None is no limit."""

    rate: float | None = 2.0
    burst: float = 5.0


# Service limits page: every operation has 2/s with a burst of 5, save those listed there.
DEFAULT_RATES = {"default": Rate(2.0, 5.0), "DescribeContact": Rate(10.0, 15.0)}


class Settings(Struct, frozen=True, kw_only=True, rename="camel"):
    """All settings. Delays are seconds; `*_by_user` are keyed by username, `*_by_instance` by instance ID."""

    switches: dict[str, str] = {}
    visibility_delay: Delays = NO_DELAY
    visibility_delay_by_instance: dict[str, Delays] = {}
    visibility_delay_by_user: dict[str, Delays] = {}
    content_lag: Delays = NO_DELAY
    deletion_lag: Delays = NO_DELAY
    username_reuse_seconds: float = 0.0
    rates: dict[str, Rate] = field(default_factory=lambda: dict(DEFAULT_RATES))

    def __getitem__(self, switch: str) -> str:
        return self.switches.get(switch, BY_NAME[switch].default)

    def rate_of(self, operation: str) -> Rate:
        """Return the bucket of an operation."""
        return self.rates.get(operation, self.rates["default"])

    def visibility_of(self, instance_id: str, username: str) -> Delays:
        """Return the delay of a new user: its own, else its instance's, else the general one."""
        by_instance = self.visibility_delay_by_instance.get(instance_id, self.visibility_delay)
        return self.visibility_delay_by_user.get(username, by_instance)

    def patched(self, patch: Mapping[str, Any]) -> Settings:
        """Return settings with the patch applied; maps are merged by key, and a null takes a key away.

        Raises ValueError that names what is wrong: an unknown setting, a value that is not allowed.
        """
        fields = {name.encode: name.name for name in _fields()}
        switches, changes = dict(self.switches), {}
        for name, value in patch.items():
            if name in BY_NAME:
                switches[name] = _allowed(name, value)
            elif name in fields and name != "switches":
                changes[fields[name]] = _converted(self, fields[name], name, value)
            else:
                raise ValueError(f"unknown setting {name!r}; GET /_sim/settings lists them")
        return replace(self, switches=switches, **changes)

    def document(self) -> dict[str, Any]:
        """Return every setting as JSON values, each switch with its description, allowed values and default."""
        found: dict[str, Any] = msgspec.to_builtins(self)
        found["switches"] = {
            switch.name: {
                "value": self[switch.name],
                "default": switch.default,
                "allowed": list(switch.allowed),
                "description": switch.description,
            }
            for switch in SWITCHES
        }
        return found


class _Field(Struct, frozen=True):
    name: str
    encode: str


def _fields() -> list[_Field]:
    return [_Field(field.name, field.encode_name) for field in msgspec.structs.fields(Settings)]


def _allowed(name: str, value: object) -> str:
    allowed = BY_NAME[name].allowed
    if value is None:
        return allowed[0]
    if value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(allowed)}")
    return str(value)


def _converted(settings: Settings, field: str, name: str, value: object) -> object:
    types = {
        "rates": dict[str, Rate],
        "visibility_delay_by_instance": dict[str, Delays],
        "visibility_delay_by_user": dict[str, Delays],
        "username_reuse_seconds": float,
    }
    wanted = types.get(field, Delays)
    if wanted is Delays and isinstance(value, int | float):
        value = {"describe": value, "list": value, "search": value}
    try:
        if not isinstance(value, dict) or wanted is Delays:
            return msgspec.convert(value, wanted)
        given: dict[str, Any] = msgspec.convert({key: item for key, item in value.items() if item is not None}, wanted)
    except msgspec.ValidationError as error:
        raise ValueError(f"{name}: {error}") from None
    kept = {key: item for key, item in getattr(settings, field).items() if key not in value}
    merged = {**kept, **given}
    return {**DEFAULT_RATES, **merged} if field == "rates" else merged
