"""Health checks and actions in Argo CD's own layout, judged by the cases beside them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from lupa.lua51 import LuaRuntime, lua_type

ROOT = Path(__file__).parents[2] / "manifests" / "argocd" / "resource_customizations"
KINDS = sorted(ROOT.glob("*/*"))
# What Argo CD does not load. Of os it has date and time, but only for who says require("os").
ABSENT = ("string", "math", "io", "os", "debug", "coroutine", "python")
Case = tuple[Path, dict[str, Any]]


def run(script: Path, document: Path) -> Any:  # noqa: ANN401 - what a script returns
    lua = LuaRuntime()
    names = lua.globals()
    for name in ABSENT:
        names[name] = None
    clock = lua.table_from({"date": lambda _: "0001-01-01T00:00:00Z"})
    names["require"] = {"os": clock}.__getitem__
    names["obj"] = lua.table_from(yaml.safe_load(document.read_text()), recursive=True)
    return plain(lua.execute(script.read_text()))


def plain(value: Any) -> Any:  # noqa: ANN401 - JSON values
    if lua_type(value) != "table":
        return value
    keys = list(value.keys())
    if keys and keys == list(range(1, len(keys) + 1)):
        return [plain(value[key]) for key in keys]
    return {key: plain(value[key]) for key in keys}


def cases(name: str, member: str) -> list[Case]:
    files = [kind / name for kind in KINDS if (kind / name).exists()]
    return [(file.parent, case) for file in files for case in yaml.safe_load(file.read_text())[member]]


def name_of(value: object) -> str:
    if isinstance(value, dict):
        return f"{value.get('action', '')}{value['inputPath'].removeprefix('testdata/').removesuffix('.yaml')}"
    return str(value).removeprefix(str(ROOT))


def test_every_kind_has_cases() -> None:
    definitions = (ROOT.parents[2] / "crds").glob("*.yaml")
    kinds = {yaml.safe_load(path.read_text())["spec"]["names"]["kind"] for path in definitions}
    assert {kind.name for kind in KINDS} == kinds == {folder.name for folder, _ in cases("health_test.yaml", "tests")}


@pytest.mark.parametrize(("folder", "case"), cases("health_test.yaml", "tests"), ids=name_of)
def test_health(folder: Path, case: dict[str, Any]) -> None:
    assert run(folder / "health.lua", folder / case["inputPath"]) == case["healthStatus"]


@pytest.mark.parametrize(("folder", "case"), cases("actions/action_test.yaml", "discoveryTests"), ids=name_of)
def test_which_actions_are_offered(folder: Path, case: dict[str, Any]) -> None:
    offered = run(folder / "discovery.lua", folder / case["inputPath"])
    assert offered == {each["name"]: {"disabled": each["disabled"]} for each in case["result"]}
    assert offered.keys() == {path.parent.name for path in folder.glob("*/action.lua")}


@pytest.mark.parametrize(("folder", "case"), cases("actions/action_test.yaml", "actionTests"), ids=name_of)
def test_what_an_action_does(folder: Path, case: dict[str, Any]) -> None:
    done = run(folder / case["action"] / "action.lua", folder / case["inputPath"])
    assert done == yaml.safe_load((folder / case["expectedOutputPath"]).read_text())


def test_every_document_is_used() -> None:
    used = {folder / case["inputPath"] for folder, case in cases("health_test.yaml", "tests")}
    for member in ("discoveryTests", "actionTests"):
        for folder, case in cases("actions/action_test.yaml", member):
            used |= {folder / case[key] for key in ("inputPath", "expectedOutputPath") if key in case}
    assert used == set(ROOT.rglob("testdata/*.yaml"))


def test_the_config_map_offers_the_same_actions() -> None:
    data = yaml.safe_load((ROOT.parent / "argocd-cm.yaml").read_text())["data"]
    for kind in KINDS:
        entry = data.get(f"resource.customizations.actions.{kind.parent.name}_{kind.name}")
        files = {path.parent.name: path.read_text() for path in (kind / "actions").glob("*/action.lua")}
        actions = yaml.safe_load(entry) if entry else {"definitions": []}
        assert {each["name"]: each["action.lua"] for each in actions["definitions"]} == files
        if entry:
            assert actions["discovery.lua"] == (kind / "actions" / "discovery.lua").read_text()
