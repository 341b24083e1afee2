"""What a reader has when they come to a command, and which commands are not run here, and why.

A walk is a page from its top to its end, in one cluster; a page that says two ways has a walk for each.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import yaml

from .blocks import Block, yaml_of
from .reader import SAMPLES, Reader

Scene = Callable[[Reader], object]


class Walk(NamedTuple):
    """How a reader goes through a page.

    `before`: what happens before the block that begins so. `without`: the blocks, by how they begin, that are left out;
    `but`: the single commands.

    `folder`: where the reader is, from the repository's root. `instead`: words of the page that are others here.
    """

    page: str
    before: Mapping[str, Scene] = {}
    without: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    folder: str = "."
    instead: Mapping[str, str] = {}

    def scene(self, block: Block) -> Scene | None:
        """What comes before a block."""
        return next((scene for start, scene in self.before.items() if block.first.startswith(start)), None)

    def commands(self, block: Block) -> Block | None:
        """What the reader runs of a block; None where that is nothing."""
        steps = tuple(step for step in block.steps if not step.command.startswith(self.but))
        passed = f"{block.first}\n".startswith(self.without)
        return None if passed or not steps else block._replace(steps=steps)

    def here(self, printed: str) -> str:
        """What the page says, in the words of this machine."""
        for word, other in self.instead.items():
            printed = printed.replace(word, other)
        return printed


NOT_RUN = {
    "make ": "is the suite itself, or starts what the tests start in parts",
    "docker ": "needs a container engine; tests/image builds and runs the image",
    "kubectl create namespace connect-operator": "is done already: the reader's operator is in it",
    "helm install": "needs the image; tests/install has Helm install, upgrade and uninstall the chart",
    "kubeconform ": "is not a program of this project; tests/unit judges manifests by the schemas",
    ".venv/bin/connect-sim": "goes on until it is ended; a test of its own compares what it prints",
    "PYTHONPATH=devtools": "goes on until it is ended; tests/e2e starts the same cluster",
    "kubectl -n connect-operator logs": "needs a kubelet, and a cluster of tests has none",
    "kubectl -n connect-operator rollout status": "needs a Deployment controller, and a cluster of tests has none",
}
"""Commands, by their beginning, that no walk runs."""

IN_OTHER_TESTS = tuple(f"connect-operator {command}" for command in ("plan", "who", "diff", "csv import", "explain"))
"""Screens that tests/cli/test_screens.py compares, each with a place of its own."""


def _taken(reader: Reader) -> None:
    reader.sim.add_users([{"Username": "alex.kim", "IdentityInfo": {"FirstName": "A.", "LastName": "Kim"}}])
    reader.apply("devtools/demo/manifests/taken-username.yaml")
    reader.reason("alex.kim", "UsernameTaken")


def _two_contacts(reader: Reader) -> None:
    late = "devtools/demo/manifests/contact-that-left.yaml"
    manifest = yaml.safe_load((reader.folder / late).read_text())
    reader.jane()
    reader.sim.add_record("contacts", id=manifest["spec"]["contactId"], channel="CHAT")
    reader.sim.move_contact(manifest["spec"]["contactId"], "ENDED")
    (reader.folder / "late.yaml").write_text(
        yaml.safe_dump({**manifest, "metadata": {"name": "late-chat"}, "spec": {**manifest["spec"], **_FOR_JANE}})
    )
    reader.apply("late.yaml")
    reader.phase("late-chat", "Failed")


_FOR_JANE = {"userRef": {"name": "jane.doe"}}


def _instances(reader: Reader) -> None:
    reader.samples()
    _taken(reader)
    for name in ("support", "support-other-account", "support-saml"):
        reader.reason(name, "Available", "ConnectInstance")
    reader.objects.wait("ConnectInstance", None, "support", _counts_alex, timeout=600.0)


def _counts_alex(found: Mapping[str, Any] | None) -> bool:
    status = (found or {}).get("status") or {}
    return (status["objects"]["notReady"], status["users"]["total"]) == (1, 5)


def _paused(reader: Reader) -> None:
    """A wave that the guard has stopped."""
    reader.jane()
    guard = {"maxPending": 0, "minPending": 0}
    reader.objects.patch("ConnectInstance", None, "support", {"spec": {"deletionGuard": guard}})
    reader.shell("kubectl delete connectuser jane.doe --wait=false")
    reader.reason("jane.doe", "DeletionsPaused")


def _observed(reader: Reader) -> None:
    reader.objects.patch(
        "ConnectUser", "default", "jane.doe", {"spec": {"managementPolicy": "Observe", "routingProfileName": "Nobody"}}
    )


def _spreadsheet(reader: Reader) -> None:
    reader.jane("team-a")
    base = yaml.safe_load((reader.folder / SAMPLES / "connectuser-minimal.yaml").read_text())
    spec = {"instanceRef": {"name": "test"}, "routingProfileName": "Basic Routing Profile"}
    (reader.folder / "base.yaml").write_text(yaml.safe_dump({**base, "metadata": {"labels": {"a": "b"}}, "spec": spec}))


def _maya_of_team_a(reader: Reader) -> None:
    reader.instance("team-a")
    manifest = yaml.safe_load((reader.folder / SAMPLES / "connectuser-generated-password.yaml").read_text())
    manifest["metadata"]["namespace"] = "team-a"
    reader.objects.apply(manifest)


def _team_a(reader: Reader) -> None:
    reader.shell("kubectl create namespace team-a")


def _sam(reader: Reader) -> None:
    (reader.folder / "sam.yaml").write_text(yaml_of("docs/tutorial.md", "sam.lee"))


def _one_manifest(reader: Reader) -> None:
    reader.jane()
    (reader.folder / "users").mkdir()
    (reader.folder / "users" / "jane.yaml").symlink_to(reader.folder / SAMPLES / "connectuser-minimal.yaml")


def _argocd(reader: Reader) -> None:
    reader.shell("kubectl create namespace argocd", "kubectl -n argocd create configmap argocd-cm")


def _lease(reader: Reader) -> None:
    """Somebody leads."""
    reader.shell("until kubectl -n connect-operator get lease connect-operator; do :; done")


def _a_ready_pod(reader: Reader) -> None:
    """What a Deployment controller would write; there is none."""
    status = {"status": {"replicas": 1, "readyReplicas": 1}}
    patch = (
        f"kubectl -n connect-operator patch deployment connect-operator --subresource status -p '{json.dumps(status)}'"
    )
    reader.shell(patch)
    _lease(reader)


KEEP, CONFIRM = "connect-operator keep-deletions support\n", "connect-operator confirm-deletions support\n"
MANY = f"{SAMPLES}/many-teams/README.md"
LATER = ("kubectl delete -f crds/ --wait", "connect-operator keep-deletions support --namespace")

WALKS = {
    "readme": Walk(
        "README.md",
        {
            "kubectl get connectusers": lambda reader: reader.samples(),
            "kubectl get connectuser alex.kim": _taken,
            "kubectl apply -f crds": _a_ready_pod,
        },
    ),
    "argocd": Walk("docs/argocd.md", {"kubectl": _argocd}),
    "cli": Walk(
        "docs/cli.md",
        {
            "connect-operator csv export": _spreadsheet,
            "eval": lambda reader: reader.shell("mkdir -p ~/.config/fish/completions"),
        },
    ),
    "assignments": Walk("docs/connectcontactassignment.md", {"kubectl apply": _two_contacts}),
    "instances": Walk(
        "docs/connectinstance.md", {"kubectl get connectinstances": _instances, "connect-operator confirm": _paused}
    ),
    "users": Walk(
        "docs/connectuser.md",
        {
            "kubectl apply": lambda reader: reader.jane(),
            "kubectl get connectuser jane.doe -o jsonpath": _observed,
        },
    ),
    "disaster": Walk("docs/disaster-recovery.md"),
    "availability": Walk(
        "docs/high-availability.md",
        {"kubectl -n connect-operator get lease": _lease},
        instead={"connect-operator-7c9d5b-x2x7k_0b7f3c9e-…": "…"},
    ),
    "editors": Walk("docs/howto/editors.md", {"connect-operator plan": _one_manifest}),
    "helm": Walk(
        "docs/howto/install-helm.md",
        {"kubectl apply": lambda reader: reader.shell(f"cp {SAMPLES}/connectinstance.yaml instance.yaml")},
    ),
    "kustomize": Walk("docs/howto/install-kustomize.md"),
    "passwords": Walk(
        "docs/howto/passwords.md",
        {
            "kubectl -n team-a create rolebinding connect-operator-secrets": _team_a,
            "kubectl -n team-a wait": _maya_of_team_a,
        },
    ),
    "iam": Walk("docs/iam.md"),
    "settings": Walk("docs/settings.md"),
    "simulator": Walk("docs/simulator.md"),
    "tutorial": Walk(
        "docs/tutorial.md",
        {"kubectl get": lambda reader: reader.samples(), "kubectl apply -f sam.yaml": _sam},
    ),
    "uninstall, users stay": Walk(
        "docs/uninstall.md", {"kubectl delete connectinstances": lambda reader: reader.jane()}, (CONFIRM, *LATER)
    ),
    "uninstall, users go": Walk(
        "docs/uninstall.md", {"kubectl delete connectinstances": lambda reader: reader.jane()}, (KEEP, *LATER)
    ),
    "uninstall, kinds first": Walk(
        "docs/uninstall.md",
        {"kubectl delete -f crds/ --wait": lambda reader: reader.jane("team-a")},
        ("kubectl delete connect", KEEP, CONFIRM, "kubectl wait --for=delete connectinstances"),
    ),
    "upgrade": Walk("docs/upgrade.md", {"connect-operator check": _a_ready_pod}),
    "one team": Walk("manifests/samples/one-team/README.md", folder=f"{SAMPLES}/one-team"),
    "many teams, the test account": Walk(MANY, but=("kubectl apply -k overlays/prod",), folder=f"{SAMPLES}/many-teams"),
    "many teams, production": Walk(MANY, but=("kubectl apply -k overlays/test",), folder=f"{SAMPLES}/many-teams"),
    "rights": Walk(
        "docs/who-may-do-what.md",
        {
            "kubectl patch": lambda reader: reader.jane(),
            "kubectl -n team-a create rolebinding": _team_a,
        },
    ),
}
