"""The manifests of the demonstration, and how they are shown."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

import yaml

from demo.manifest_files import DEMO, NAMESPACE, SAMPLES, difference, read, shown_path, without_comments

if TYPE_CHECKING:
    from pathlib import Path

_ASSIGNMENT = "ConnectContactAssignment"


def test_every_object_of_the_samples_has_a_namespace_or_is_cluster_scoped() -> None:
    placed = {each["kind"]: each["metadata"].get("namespace") for each in read(SAMPLES)}
    assert placed.pop("ConnectInstance") is None
    assert placed == dict.fromkeys(("ConnectUser", "ConnectContactAssignment", "Secret", "RoleBinding"), NAMESPACE)


def test_the_night_shift_is_twenty_different_users() -> None:
    users = read(DEMO / "night-shift.yaml")
    assert len({each["metadata"]["name"] for each in users}) == 20
    assert len({each["spec"]["identityInfo"]["email"] for each in users}) == 20


def test_the_edited_user_differs_from_its_sample_in_the_two_lines_that_the_act_tells_of() -> None:
    shown = difference(SAMPLES / "connectuser-by-name.yaml", DEMO / "edited-user.yaml").splitlines()
    assert [line for line in shown if line.startswith(("+", "-"))] == [
        "-    lastName: Roe",
        "+    lastName: Roe-Smith",
        "-  routingProfileName: Basic Routing Profile",
        "+  routingProfileName: Priority Routing Profile",
    ]


def test_the_contacts_of_the_samples_wait_in_the_simulator_and_those_of_the_demonstration_are_others() -> None:
    text = resources.files("connect_sim").joinpath("seeds/default.yaml").read_text(encoding="utf-8")
    waiting = {each["id"] for instance in yaml.safe_load(text)["instances"] for each in instance.get("contacts", [])}
    assert contacts(SAMPLES)
    assert set(contacts(SAMPLES)) <= waiting
    assert not waiting & set(contacts(DEMO))
    everywhere = [*contacts(SAMPLES), *contacts(DEMO)]
    assert len(everywhere) == len(set(everywhere)), "of two assignments of one contact the second fails"


def test_every_assignment_is_for_a_user_who_has_a_manifest() -> None:
    users = {
        each["metadata"]["name"] for path in (SAMPLES, DEMO) for each in read(path) if each["kind"] == "ConnectUser"
    }
    for path in (SAMPLES, DEMO):
        assert {each["spec"]["userRef"]["name"] for each in read(path) if each["kind"] == _ASSIGNMENT} <= users


def contacts(folder: Path) -> list[str]:
    return [each["spec"]["contactId"] for each in read(folder) if each["kind"] == _ASSIGNMENT]


def test_leaving_comments_out_changes_no_object() -> None:
    for path in sorted((*SAMPLES.glob("*.yaml"), *DEMO.glob("*.yaml"))):
        text = path.read_text(encoding="utf-8")
        assert list(yaml.safe_load_all(without_comments(path))) == list(yaml.safe_load_all(text)), path


def test_paths_are_shown_as_typed_in_the_projects_folder() -> None:
    shown: dict[Path, str] = {
        SAMPLES: "manifests/samples/",
        DEMO / "night-shift.yaml": "devtools/demo/manifests/night-shift.yaml",
    }
    for path, text in shown.items():
        assert shown_path(path) == text
