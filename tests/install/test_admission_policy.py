"""What the admission policies refuse, whoever asks: on the real API server, by people with tokens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from kubernetes.client import ApiClient, CoreV1Api, RbacAuthorizationV1Api

from local_stack import Objects, let_generate_secrets

from .conftest import NewPerson, Person
from .manifests import a_user, an_assignment, an_instance
from .policies import without_policy

Refused = Callable[..., str]
OURS = "connect-operator.io/user"
# What people write who do not want to list resources.
EVERYTHING = [{"apiGroups": ["connect-operator.io"], "resources": ["*"], "verbs": ["*"]}]


@pytest.fixture
def forger(person: NewPerson) -> Person:
    """Has every right in the namespace, status and finalizers included."""
    return person("forger", rules=EVERYTHING)


@pytest.fixture(scope="module")
def masters(admin: ApiClient) -> Objects:
    """Objects, by the group system:masters."""
    return Objects(admin)


@pytest.mark.parametrize("kind", ["ConnectUser", "ConnectContactAssignment"])
def test_status_is_refused_to_who_has_the_right(forger: Person, namespace: str, kind: str, refused: Refused) -> None:
    made = forger.objects.apply((a_user if kind == "ConnectUser" else an_assignment)(namespace))
    forged = {"status": {"userId": "11111111-1111-4111-8111-111111111111"}}

    told = refused(forger.objects.patch, kind, namespace, made["metadata"]["name"], forged, subresource="status")

    assert "status is written by connect-operator alone" in told


def test_status_is_refused_to_administrators(masters: Objects, namespace: str, refused: Refused) -> None:
    masters.apply(a_user(namespace))
    name = f"status-{namespace}"[:60]
    masters.apply(an_instance(name))

    for kind, where, which in (("ConnectUser", namespace, "jane.doe"), ("ConnectInstance", None, name)):
        told = refused(masters.patch, kind, where, which, {"status": {"instanceArn": "arn"}}, subresource="status")
        assert "not even by administrators" in told


def test_a_finalizer_of_ours_is_refused_at_creation(forger: Person, namespace: str, refused: Refused) -> None:
    for finalizer in (OURS, "connect-operator.io/instance", "connect-operator.io/whatever"):
        told = refused(forger.objects.apply, a_user(namespace, finalizers=[finalizer]))
        assert "put on by connect-operator alone" in told
    forger.objects.apply(a_user(namespace, finalizers=["example.com/theirs"]))


def test_a_finalizer_of_ours_is_refused_later(
    forger: Person, masters: Objects, namespace: str, refused: Refused
) -> None:
    forger.objects.apply(a_user(namespace))
    for who in (forger.objects, masters):
        told = refused(who.patch, "ConnectUser", namespace, "jane.doe", {"metadata": {"finalizers": [OURS]}})
        assert "put on by connect-operator alone" in told


@pytest.fixture
def held(forger: Person, operator_person: Person, namespace: str) -> Person:
    """The forger's ConnectUser has the operator's finalizer and another's."""
    forger.objects.apply(a_user(namespace, finalizers=["example.com/theirs"]))
    finalizers = {"metadata": {"finalizers": ["example.com/theirs", OURS]}}
    operator_person.objects.patch("ConnectUser", namespace, "jane.doe", finalizers)
    return forger


def test_a_finalizer_of_ours_stays_on_whoever_pulls_at_it(held: Person, namespace: str, refused: Refused) -> None:
    for left in ([], ["example.com/theirs"], ["example.com/theirs", "connect-operator.io/users"]):
        told = refused(held.objects.patch, "ConnectUser", namespace, "jane.doe", {"metadata": {"finalizers": left}})
        assert "connect-operator" in told
    held.objects.delete("ConnectUser", namespace, "jane.doe")
    told = refused(held.objects.patch, "ConnectUser", namespace, "jane.doe", {"metadata": {"finalizers": None}})
    assert "read in status.conditions what it waits for" in told

    # Theirs they may take off, and the rest of the object is theirs as before.
    held.objects.patch("ConnectUser", namespace, "jane.doe", {"metadata": {"finalizers": [OURS]}})


def test_the_operator_takes_its_finalizer_off(held: Person, operator_person: Person, namespace: str) -> None:
    change = {"metadata": {"finalizers": ["example.com/theirs"]}}
    operator_person.objects.patch("ConnectUser", namespace, "jane.doe", change)
    assert (held.objects.get("ConnectUser", namespace, "jane.doe") or {})["metadata"]["finalizers"] == [
        "example.com/theirs"
    ]


def test_an_administrator_takes_it_off_in_an_emergency(held: Person, masters: Objects, namespace: str) -> None:
    masters.delete("ConnectUser", namespace, "jane.doe")
    masters.patch("ConnectUser", namespace, "jane.doe", {"metadata": {"finalizers": None}})
    assert held.objects.get("ConnectUser", namespace, "jane.doe") is None


def test_an_administrator_need_not_be_of_system_masters(
    held: Person, person: NewPerson, admin: ApiClient, namespace: str
) -> None:
    """On EKS nobody is: who has cluster-admin by a binding counts, too."""
    rescuer = person("rescuer", rules=[])
    subject = {"kind": "ServiceAccount", "name": "rescuer", "namespace": namespace}
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"}
    binding = {"metadata": {"name": f"rescuer-{namespace}"}, "roleRef": reference, "subjects": [subject]}
    rbac = RbacAuthorizationV1Api(admin)
    rbac.create_cluster_role_binding(binding)
    try:
        rescuer.objects.patch("ConnectUser", namespace, "jane.doe", {"metadata": {"finalizers": None}})
    finally:
        rbac.delete_cluster_role_binding(f"rescuer-{namespace}")
    assert "finalizers" not in (held.objects.get("ConnectUser", namespace, "jane.doe") or {})["metadata"]


HUGE: list[tuple[str, dict[str, Any], str]] = [
    ("one big annotation", {"annotations": {"example.com/x": "x" * 66_000}}, "65536 characters at most"),
    ("ours is no exception", {"annotations": {"connect-operator.io/x": "x" * 250_000}}, "65536 characters at most"),
    ("many small ones", {"annotations": {f"a{number}": "x" for number in range(65)}}, "64 at most, found 65"),
    ("thousands", {"annotations": {f"a{number}": "x" * 20 for number in range(9000)}}, "64 at most, found 9000"),
    (
        "finalizers",
        {"finalizers": [f"{'x' * 60}.example.com/{'y' * 50}{number}" for number in range(7000)]},
        "16 at most",
    ),
    ("labels", {"labels": {f"l{number}": "x" for number in range(1000)}}, "64 at most, found 1000"),
    (
        "owners",
        {
            "ownerReferences": [
                {"apiVersion": "v1", "kind": "Secret", "name": f"n{number}", "uid": str(number)}
                for number in range(100)
            ]
        },
        "metadata.ownerReferences: 16 at most",
    ),
    *(
        (
            f"the {part} of an owner",
            {"ownerReferences": [{"apiVersion": "v1", "kind": "Secret", "name": "n", "uid": "u", part: "x" * size}]},
            "metadata.ownerReferences: 1024 characters each at most",
        )
        for part, size in (("name", 1100), ("uid", 600_000), ("kind", 1100))
    ),
]


@pytest.mark.parametrize(("reason", "metadata", "expected"), HUGE, ids=[each[0] for each in HUGE])
def test_huge_metadata_is_refused(
    forger: Person, namespace: str, reason: str, metadata: dict[str, Any], expected: str, refused: Refused
) -> None:
    told = refused(forger.objects.apply, a_user(namespace, **metadata))
    assert expected in told, reason
    assert len(told) < 3000, "the refusal is no copy of what was refused"


def test_metadata_is_bounded_when_it_grows(forger: Person, namespace: str, refused: Refused) -> None:
    forger.objects.apply(a_user(namespace))
    change = {"metadata": {"annotations": {"example.com/x": "x" * 70_000}}}
    assert "65536" in refused(forger.objects.patch, "ConnectUser", namespace, "jane.doe", change)


def test_many_field_managers_are_refused(admin: ApiClient, namespace: str, refused: Refused) -> None:
    """Each of them costs as much as the manifest; only those of server-side apply are not merged by the API server."""

    def apply_all() -> None:
        for number in range(70):
            Objects(admin, manager=f"manager-{number}").apply(a_user(namespace))

    assert "64 field managers at most" in refused(apply_all)


def test_usual_metadata_passes(forger: Person, namespace: str) -> None:
    """What kubectl apply, Argo CD and Helm put on, of the largest manifest that there can be."""
    annotations = {
        "kubectl.kubernetes.io/last-applied-configuration": "x" * 45_000,
        "argocd.argoproj.io/tracking-id": "t" * 300,
        "meta.helm.sh/release-name": "users",
    }
    labels = {"app.kubernetes.io/instance": "users", "app.kubernetes.io/managed-by": "Helm"}
    forger.objects.apply(a_user(namespace, annotations=annotations, labels=labels, finalizers=["example.com/a"]))


def test_what_was_huge_before_the_policy_can_shrink_and_go(
    admin: ApiClient, masters: Objects, operator_person: Person, forger: Person, namespace: str, refused: Refused
) -> None:
    with without_policy(admin):
        owner = {"apiVersion": "v1", "kind": "Secret", "name": "n", "uid": "u" * 5000}
        huge = {"annotations": {"example.com/x": "x" * 90_000}, "ownerReferences": [owner]}
        forger.objects.apply(a_user(namespace, **huge, finalizers=[OURS]))

    grown = {"metadata": {"annotations": {"example.com/x": "x" * 90_001}}}
    assert "65536" in refused(forger.objects.patch, "ConnectUser", namespace, "jane.doe", grown)
    forger.objects.patch("ConnectUser", namespace, "jane.doe", {"spec": {"tags": {"team": "a"}}})
    forger.objects.delete("ConnectUser", namespace, "jane.doe")
    operator_person.objects.patch("ConnectUser", namespace, "jane.doe", {"metadata": {"finalizers": None}})
    assert masters.get("ConnectUser", namespace, "jane.doe") is None


def test_the_operator_cannot_rewrite_what_people_have_asked_for(
    operator_person: Person, forger: Person, masters: Objects, namespace: str, refused: Refused
) -> None:
    forger.objects.apply(a_user(namespace))
    name = f"spec-{namespace}"[:60]
    masters.apply(an_instance(name))

    for kind, where, which, change in (
        ("ConnectUser", namespace, "jane.doe", {"spec": {"securityProfileNames": ["Admin"]}}),
        ("ConnectInstance", None, name, {"spec": {"allowedAdoptionPolicies": ["Always", "Never"]}}),
    ):
        told = refused(operator_person.objects.patch, kind, where, which, change)
        assert "never creates an object of these kinds or changes a spec" in told
    # Status it writes, and the annotation that confirms deletions it takes off.
    operator_person.objects.patch(
        "ConnectUser", namespace, "jane.doe", {"status": {"userId": "u"}}, subresource="status"
    )
    masters.patch("ConnectInstance", None, name, {"metadata": {"annotations": {"connect-operator.io/x": "true"}}})
    removal = {
        "metadata": {"annotations": {"connect-operator.io/x": None}, "finalizers": ["connect-operator.io/instance"]}
    }
    operator_person.objects.patch("ConnectInstance", None, name, removal)


def _a_secret(namespace: str, uid: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any part of a Secret
    """One as the operator makes it for an object, but for these changes."""
    owner = {"apiVersion": "connect-operator.io/v1alpha1", "kind": "ConnectUser", "name": "jane.doe", "uid": uid}
    metadata = {
        "namespace": namespace,
        "name": "first-password",
        # The second says for whom a token would be made.
        "annotations": {"connect-operator.io/generated-for": uid, "kubernetes.io/service-account.name": "default"},
        "ownerReferences": [owner],
    }
    return {"apiVersion": "v1", "kind": "Secret", "type": "Opaque", "metadata": metadata, **changes}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"type": "kubernetes.io/service-account-token"}, "the token of any ServiceAccount"),
        ({"metadata": {"annotations": {"connect-operator.io/generated-for": "uid-of-another"}}}, "for somebody else"),
        ({"metadata": {"ownerReferences": []}}, "that nobody would collect"),
        ({"metadata": {"annotations": {}}}, "that looks like a person's"),
    ],
)
def test_an_operator_that_was_taken_over_makes_no_other_secrets(  # noqa: PLR0913 - who, where, and the case
    forger: Person,
    operator_person: Person,
    masters: Objects,
    admin: ApiClient,
    namespace: str,
    refused: Refused,
    *,
    change: dict[str, Any],
    reason: str,
) -> None:
    let_generate_secrets(admin, namespace)
    uid = forger.objects.apply(a_user(namespace))["metadata"]["uid"]
    secrets = CoreV1Api(operator_person.api)
    plain = _a_secret(namespace, uid)
    metadata = {**plain["metadata"], **change.get("metadata", {})}
    told = refused(secrets.create_namespaced_secret, namespace, {**plain, **change, "metadata": metadata})
    assert "makes and deletes no Secrets but those of first passwords" in told, reason
    secrets.create_namespaced_secret(namespace, plain)
    secrets.delete_namespaced_secret("first-password", namespace)
    masters.apply({"apiVersion": "v1", "kind": "Secret", "metadata": {"namespace": namespace, "name": "theirs"}})
    told = refused(secrets.delete_namespaced_secret, "theirs", namespace)
    assert "makes and deletes no Secrets but those of first passwords" in told
