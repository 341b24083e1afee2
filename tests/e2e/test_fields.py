"""Every mutable field of a ConnectUser: set, changed, emptied, unmanaged; exactly the calls that this takes, no others.

All walks go side by side, each with a user of its own: the module walks once, and each case looks at its own step.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import yaml

from .conftest import NewStage
from .fields import WALKS
from .stage import OWNER_TAG, Stage
from .walks import IDENTITY, Step

CRD = Path(__file__).parents[2] / "crds" / "connectusers.yaml"
IMMUTABLE = {"instanceRef", "instanceId", "username", "passwordSecretRef", "directoryUserId"}
POLICIES = {"deletionPolicy", "adoptionPolicy", "managementPolicy", "suspend"}
CALENDAR = {"state", "activeFrom", "activeUntil", "ignoreDrift"}
"""They change what the other fields come to: tests/e2e/test_leaving.py and test_drift_policy.py."""
NOT_WALKED = IMMUTABLE | POLICIES | CALENDAR
CASES = [(name, step) for name, walk in WALKS.items() for step in walk.steps]


@dataclass(frozen=True)
class Seen:
    """What a step has led to: a complaint if the object did not become Ready, the writes, the user in Connect."""

    trouble: str
    calls: list[Any]
    holds: dict[str, Any]


@pytest.fixture(scope="module")
def walked(new_module_stage: NewStage) -> dict[tuple[str, str], Seen]:
    stage = new_module_stage()
    names = {of_name: f"walker-{number}" for number, of_name in enumerate(WALKS)}
    for name in names.values():
        stage.apply_user(name, identityInfo=IDENTITY)
    stage.wait_ready(*names.values())
    seen: dict[tuple[str, str], Seen] = {}
    for position in count():
        wave = {of: list(walk.steps)[position] for of, walk in WALKS.items() if position < len(walk.steps)}
        if not wave:
            break
        seen |= _wave(stage, names, wave)
    return seen


def _wave(stage: Stage, names: dict[str, str], wave: dict[str, str]) -> dict[tuple[str, str], Seen]:
    """One step of every walk that has one left."""
    kinds = ("routing-profiles", "security-profiles", "hierarchy-groups")
    ids = {f"<{name}>": each for kind in kinds for name, each in stage.ids(kind).items()}
    spelled = {each: name for name, each in ids.items()}
    since = stage.mark()
    for of, step in wave.items():
        spec = _substituted(WALKS[of].steps[step].spec, ids)
        stage.apply_user(names[of], **{"identityInfo": IDENTITY, **spec})
    troubles = {of: _trouble(stage, names[of]) for of in wave}
    seen = {}
    for of, step in wave.items():
        user = stage.truth(names[of])
        user["Tags"].pop(OWNER_TAG)
        calls = [list(each) for each in stage.changes(since, user_id=user["Id"])]
        seen[of, step] = Seen(troubles[of], _substituted(calls, spelled), _substituted(user, spelled))
    return seen


def _substituted(value: Any, texts: dict[str, str]) -> Any:  # noqa: ANN401 - JSON values
    """A JSON value with each of these texts replaced by the other: ids by names, or names by ids."""
    if isinstance(value, dict):
        return {key: _substituted(member, texts) for key, member in value.items()}
    if isinstance(value, list):
        return [_substituted(member, texts) for member in value]
    return texts.get(value, value) if isinstance(value, str) else value


def _trouble(stage: Stage, name: str) -> str:
    try:
        stage.wait_ready(name)
    except TimeoutError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(("field", "step"), CASES, ids=[f"{name}-{step}" for name, step in CASES])
def test_step(walked: dict[tuple[str, str], Seen], field: str, step: str) -> None:
    expected, seen = WALKS[field].steps[step], walked[field, step]
    assert not seen.trouble
    assert [each[0] for each in seen.calls] == [each[0] for each in expected.calls]
    # What the call replaces whole is sent with all that Connect showed beside what the step is about.
    assert all(_says(told[1], wanted[1]) for told, wanted in zip(seen.calls, expected.calls, strict=True)), seen.calls
    assert _held(seen, expected) == _comparable(expected.holds)


def test_walks_are_of_every_mutable_field() -> None:
    """The table is complete: what it lacks is immutable, or no property of the Connect user."""
    (version,) = yaml.safe_load(CRD.read_text())["spec"]["versions"]
    spec = version["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]
    blocks = {name: f"{name}." for name in ("identityInfo", "phoneConfig")}
    members = {f"{prefix}{each}" for name, prefix in blocks.items() for each in spec[name]["properties"]}
    assert set(WALKS) == (spec.keys() - blocks.keys() - NOT_WALKED) | members


def _says(told: Any, wanted: Any) -> bool:  # noqa: ANN401 - JSON values
    """Whether the parameters have all that is wanted."""
    if isinstance(wanted, dict) and isinstance(told, dict):
        return all(name in told and _says(told[name], member) for name, member in wanted.items())
    return bool(_comparable(told) == _comparable(wanted))


def _held(seen: Seen, expected: Step) -> object:
    empty: dict[str, object] = {name: [] if value == [] else None for name, value in expected.holds.items()}
    return _comparable({name: seen.holds.get(name, nothing) for name, nothing in empty.items()})


def _comparable(value: Any) -> Any:  # noqa: ANN401 - JSON values
    """Sets that Connect shows in an order of its own, in ours."""
    if isinstance(value, dict):
        return {key: _comparable(member) for key, member in value.items()}
    if isinstance(value, list):
        members = [_comparable(member) for member in value]
        is_set = all(isinstance(member, str) or "Channel" in member or "AttributeName" in member for member in members)
        return sorted(members, key=str) if is_set else members
    return value
