"""Alerts and dashboard: PromQL that parses, metrics and labels that exist, a runbook for each alert."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

from generate.declared_metrics import declared

ROOT = Path(__file__).parents[2]
MONITORING = ROOT / "manifests" / "monitoring"
RUNBOOKS = ROOT / "docs" / "runbooks"
RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((MONITORING / "prometheusrule.yaml").read_text())["spec"]["groups"]
    for rule in group["rules"]
]
PANELS: list[dict[str, Any]] = json.loads((MONITORING / "dashboard.json").read_text())["panels"]
EXPRESSIONS = [
    *((rule["alert"], rule["expr"]) for rule in RULES),
    *((panel["title"], target["expr"]) for panel in PANELS for target in panel["targets"]),
]
# Grafana's own, which it replaces before it asks.
VARIABLES = {"$__rate_interval": "5m", "$instance": ".*"}


def labels_by_series() -> dict[str, set[str]]:
    """Every series that the operator has, with its labels."""
    found: dict[str, set[str]] = {}
    for family in declared():
        for suffix in ("_bucket", "_sum", "_count") if family.type == "histogram" else ("",):
            found[f"{family.name}{suffix}"] = {*family.labels, *(("le",) if suffix == "_bucket" else ())}
    return found


SERIES = labels_by_series()


def plain(expression: str) -> str:
    for name, value in VARIABLES.items():
        expression = expression.replace(name, value)
    return expression


def used(expression: str) -> set[str]:
    return set(re.findall(r"\b(?:connect_operator|workqueue|controller_runtime|rest_client)_\w+", expression))


@pytest.mark.parametrize(("name", "expression"), EXPRESSIONS, ids=[name for name, _ in EXPRESSIONS])
def test_an_expression_can_be_evaluated(name: str, expression: str) -> None:
    promql_parser.parse(plain(expression))
    assert used(expression), name
    assert used(expression) <= SERIES.keys()


@pytest.mark.parametrize(("name", "expression"), EXPRESSIONS, ids=[name for name, _ in EXPRESSIONS])
def test_an_expression_names_labels_that_exist(name: str, expression: str) -> None:
    available = set.union(*(SERIES[series] for series in used(expression)))
    matched = re.findall(r"(\w+)\s*(?:=~|!~|!=|=)\s*\"", expression)
    grouped = [label.strip() for group in re.findall(r"\bby \(([^)]*)\)", expression) for label in group.split(",")]
    assert {*matched, *grouped} <= available, name


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["alert"]))
def test_an_alert_says_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in {"critical", "warning", "info"}
    assert rule["annotations"].keys() == {"summary", "description", "runbook_url"}
    runbook = ROOT / rule["annotations"]["runbook_url"]
    assert runbook.read_text().startswith(f"# {rule['alert']}\n")
    assert f"({runbook.relative_to(ROOT / 'docs')})" in (ROOT / "docs" / "monitoring.md").read_text()
    labels = set(re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"]))
    assert all(f"by ({label})" in rule["expr"] for label in labels), "a label that was summed away"


def test_no_runbook_is_of_an_alert_that_does_not_exist() -> None:
    assert {path.stem for path in RUNBOOKS.glob("*.md")} == {rule["alert"] for rule in RULES}
