"""`explain`: every reason that an object can show is explained, as the operator's own table and the documents say."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from connect_operator.cli import main
from connect_operator.cli.explain.explanations import _TABLE, EXPLANATIONS
from connect_operator.domain.conditions.reasons import TABLE, Reason
from connect_operator.domain.kinds.assignment import Ending

ROOT = Path(__file__).parents[3]
PAGES = ("connectuser.md", "connectinstance.md", "connectcontactassignment.md")


def documented(page: str) -> set[str]:
    """The reasons in the table below `## Conditions`."""
    text = (ROOT / "docs" / page).read_text().partition("## Conditions")[2].partition("\n## ")[0]
    cells = re.findall(r"^\| ([A-Z][A-Za-z, ]*) \|", text, re.MULTILINE)
    return {reason for cell in cells for reason in cell.split(", ")}


def test_every_reason_that_the_operator_knows_is_explained() -> None:
    known = {each.value for each in Reason} | {each.value for each in Ending}
    assert known - EXPLANATIONS.keys() == set()


def test_no_reason_is_explained_twice() -> None:
    assert [each.reason for each in _TABLE] == list(EXPLANATIONS)


@pytest.mark.parametrize("page", PAGES)
def test_every_reason_that_the_documents_list_is_explained(page: str) -> None:
    assert len(documented(page)) >= 5
    assert documented(page) - EXPLANATIONS.keys() == set()


def test_every_explanation_says_meaning_and_remedy_and_where_more_is() -> None:
    for each in EXPLANATIONS.values():
        assert all(len(text) > 4 for text in (each.meaning, each.then, each.remedy)), each.reason
        page, _, anchor = each.page.partition("#")
        assert f"## {anchor.title()}" in (ROOT / page).read_text()


def test_yaml_is_the_same_as_json() -> None:
    as_json, as_yaml = (CliRunner().invoke(main, ["explain", "-o", form]).output for form in ("json", "yaml"))
    assert yaml.safe_load(as_yaml) == json.loads(as_json)
    assert not as_yaml.lstrip().startswith("{")


def test_conditions_are_those_of_the_table() -> None:
    shown = EXPLANATIONS["WaitingForQuota"].conditions
    assert shown == "Ready False, Synced False, Reconciling True"
    assert all(EXPLANATIONS[reason.value].conditions.startswith(f"Ready {row.ready}") for reason, row in TABLE.items()
               if reason not in (Reason.SUSPENDED, Reason.OBSERVING))  # fmt: skip


@pytest.mark.parametrize("name", ["UsernameTaken", "usernametaken", "username-taken"])
def test_a_reason_is_explained_however_it_is_written(name: str) -> None:
    result = CliRunner().invoke(main, ["explain", name])
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("UsernameTaken\n")
    assert "deletionPolicy: Retain" in result.stdout
    assert "Ready False, Synced False, Stalled True" in result.stdout


def test_an_unknown_reason_gets_the_near_ones() -> None:
    result = CliRunner().invoke(main, ["explain", "UsernamTake"])
    assert result.exit_code == 1
    assert "there is no reason 'UsernamTake'; did you mean UsernameTaken?" in result.stderr


def test_without_a_reason_all_are_listed() -> None:
    result = CliRunner().invoke(main, ["explain"])
    assert [line.split()[0] for line in result.stdout.splitlines()] == list(EXPLANATIONS)


def test_json_for_programs() -> None:
    result = CliRunner().invoke(main, ["explain", "InvalidSpec", "-o", "json"])
    assert '"remedy": "Correct the field that the message names."' in result.stdout
