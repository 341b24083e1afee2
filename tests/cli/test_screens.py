"""Every screen of docs/cli.md, and that of `plan` in the README, is what is printed, word by word.

A screen is a block that begins with `$ connect-operator`. What a reader has in the cluster, in Connect and in the
folder is said here for each; a screen for which nobody says that fails. UPDATE_SCREENS=1 writes the pages anew, for a
person to review.
"""

from __future__ import annotations

import os
import re
import shlex
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from connect_sim.control_client import DEFAULT_INSTANCE, OTHER_ACCOUNT_INSTANCE, SimControl

from .commands import FAST, Cli
from .in_cluster import InCluster
from .manifests import Manifest, a_user, an_instance

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "docs/cli.md")
_BLOCK = re.compile(r"^```\n\$ (connect-operator [^\n]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
USER_ID = "2d9a1c6e-7f0b-4c1d-9a53-0e8b7c6d5f41"
PROFILES = {"routingProfileName": "Basic Routing Profile", "securityProfileNames": ["Agent"]}


JOHN = {
    "securityProfileNames": ["Agent", "QualityAnalyst"],
    "hierarchyGroupPath": "EMEA/Berlin/Team A",
    "AutoAcceptConfigs": [{"Channel": "VOICE", "AutoAccept": True}, {"Channel": "CHAT", "AutoAccept": False}],
    "AfterContactWorkConfigs": [
        {"Channel": channel, "AfterContactWorkConfig": {"AfterContactWorkTimeLimit": seconds}}
        for channel, seconds in (("VOICE", 60), ("CHAT", 30))
    ],
    "proficiencies": [
        {"AttributeName": "Language", "AttributeValue": language, "Level": level}
        for language, level in (("German", 5), ("English", 3))
    ],
    "Tags": {"team": "support"},
}


class Screen(NamedTuple):
    """A command, what a page says that it prints, and the page."""

    command: str
    printed: str
    page: str


class Place(NamedTuple):
    """Where a reader is."""

    sim: SimControl
    held: InCluster
    folder: Path
    cli: Cli


SCREENS = [
    Screen(match[1], match[2], page) for page in PAGES for match in _BLOCK.finditer((ROOT / page).read_text("utf-8"))
]


def somebody(username: str, **members: Any) -> dict[str, Any]:  # noqa: ANN401 - members of a user
    return {"Username": username, "IdentityInfo": {"FirstName": "Ann", "LastName": "Lee"}, **members}


def managed(place: Place, manifest: Manifest, **members: Any) -> None:  # noqa: ANN401 - members of a user
    """An object of the cluster, and its user in Connect as it says, or with these members."""
    applied = place.held.apply(manifest)
    name, spec = manifest["metadata"]["name"], manifest["spec"]
    place.held.hold(name)
    identity = {key[0].upper() + key[1:]: value for key, value in spec["identityInfo"].items()}
    tags = {"connect-operator.io/owner": place.held.owner(applied)}
    username = spec.get("username", name)
    user = {"Id": USER_ID if name == "bea" else str(uuid.uuid4()), "Username": username, "IdentityInfo": identity}
    place.sim.add_users([{**user, **PROFILES, **members, "Tags": {**tags, **members.get("Tags", {})}}])


def an_instance_with_people(place: Place) -> None:
    place.held.apply(an_instance(DEFAULT_INSTANCE))
    for name, labels in (("ann", {"team": "a"}), ("bea", {"team": "a"}), ("cat", {"team": "b"})):
        manifest = a_user(name)
        manifest["metadata"]["labels"] = labels
        managed(place, manifest)
    (place.folder / "users").mkdir()
    kept = a_user("ann", place.held.namespace)
    (place.folder / "users" / "ann.yaml").write_text(yaml.safe_dump(kept))


def the_demo(place: Place) -> None:
    """John Roe of the samples, and three others of his instance."""
    place.held.apply(an_instance(DEFAULT_INSTANCE))
    [john] = yaml.safe_load_all((ROOT / "manifests/samples/connectuser-by-name.yaml").read_text())
    managed(place, john, **JOHN)
    for name in ("jane.doe", "maya.lind", "richard.miles"):
        managed(place, a_user(name))


def somebody_with_rights(place: Place) -> None:
    bea = {"Username": "bea", "IdentityInfo": {"FirstName": "Bea", "LastName": "Roe"}}
    place.sim.add_users([*map(somebody, ("ann", "cat", "dan")), {**bea, "securityProfileNames": ["Admin"]}])


def two_instances(place: Place) -> None:
    place.held.apply(an_instance(DEFAULT_INSTANCE, "test"))
    role = {"roleArn": "arn:aws:iam::444455556666:role/connect-operator", "externalId": "simulated-external-id"}
    place.held.apply(an_instance(OTHER_ACCOUNT_INSTANCE, "production", region="eu-central-1", assumeRole=role))
    there = SimControl(place.sim.base_url, instance=OTHER_ACCOUNT_INSTANCE)
    group = ""
    for sim, below in ((place.sim, "Berlin"), (there, "London")):
        groups = {each["name"]: each["id"] for each in sim.records("hierarchy-groups")}
        top = groups.get("EMEA") or sim.add_record("hierarchy-groups", name="EMEA")["id"]
        group = groups.get(below) or sim.add_record("hierarchy-groups", name=below, parentId=top)["id"]
    same = [somebody(f"agent-{number}") for number in range(12)]
    place.sim.add_users([*same, somebody("bea"), somebody("ann", hierarchyGroupPath="EMEA/Berlin")])
    there.add_users([*same, somebody("ann", HierarchyGroupId=group, securityProfileNames=["Agent", "Admin"])])


def a_messy_spreadsheet(place: Place) -> None:
    header = ["user login", "first name", "last name", "email address", "phone type", "phone number"]
    header += ["routing profile name", "security profile names"]
    rows = [[name, "Ann", "Lee", f"{name}@example.com", "soft", "", "Basic", "Agent"] for name in "abcdefgh"]
    rows[0][0], rows[0][4] = "ann", "cell"
    rows[5][0] = "ann"
    rows[7][5] = "4.93012E+11"
    text = "\n".join(",".join(cells) for cells in (header, *rows))
    (place.folder / "people.csv").write_text(text + "\n")


SCENES: dict[str, Callable[[Place], None]] = {
    "plan -f devtools/": the_demo,
    "plan ": an_instance_with_people,
    "who ": somebody_with_rights,
    "diff ": two_instances,
    "csv import ": a_messy_spreadsheet,
    "explain ": lambda _: None,
}


@pytest.fixture
def place(cluster_cli: Cli, sim: SimControl, held: InCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A reader, in a folder of their own."""
    (tmp_path / "devtools").symlink_to(ROOT / "devtools")
    monkeypatch.chdir(tmp_path)
    return Place(sim, held, tmp_path, cluster_cli.with_environment(CONNECT_OPERATOR_CLUSTER_ID=held.cluster_id))


@pytest.mark.parametrize("screen", SCREENS, ids=[each.command for each in SCREENS])
def test_a_screen_is_what_is_printed(screen: Screen, place: Place) -> None:
    words = screen.command.removeprefix("connect-operator ")
    SCENES[next(each for each in SCENES if words.startswith(each))](place)
    more = ("-n", place.held.namespace) if words.startswith("plan -f devtools") else ()
    fast = FAST if words.startswith(("plan ", "who ", "diff ")) else ()
    ended = place.cli(*shlex.split(words), *more, *fast)
    told = [line for line in f"{ended.out}{ended.err}".splitlines(keepends=True) if "still waiting for" not in line]
    shown = "".join(told).replace(f"{place.held.namespace}/", "default/")
    if os.environ.get("UPDATE_SCREENS"):
        path = ROOT / screen.page
        before = f"```\n$ {screen.command}\n{screen.printed}```"
        path.write_text(path.read_text("utf-8").replace(before, f"```\n$ {screen.command}\n{shown}```"), "utf-8")
    assert shown.splitlines() == screen.printed.splitlines()


def test_there_are_screens_of_each_kind() -> None:
    told = {next(each for each in SCENES if screen.command[17:].startswith(each)) for screen in SCREENS}
    assert told == set(SCENES)
