"""Secrets that the operator makes, on the real API server: with its marks, once, and refused with what to grant."""

from __future__ import annotations

import base64

import pytest
from kubernetes.client import ApiClient, CoreV1Api

from connect_operator.engine.ports import ObjectChangedError, Password, SecretValue
from connect_operator.kube.client import KubernetesCluster
from connect_operator.kube.connection import Connection
from connect_operator.kube.credentials import loader
from connect_operator.kube.generated_secrets import GENERATED_FOR, RefusedSecretError
from local_cluster import LocalCluster
from local_stack import let_generate_secrets

from .objects import Objects

CLEAR = "Rumpelst1lzchen-is-my-name"


@pytest.fixture
def password() -> Password:
    return Password(CLEAR)


@pytest.fixture
def generating(admin: ApiClient, objects: Objects) -> Objects:
    """The namespace has the RoleBinding of the sample."""
    let_generate_secrets(admin, objects.namespace)
    return objects


async def read(api: KubernetesCluster, namespace: str, name: str = "first", key: str = "password") -> SecretValue:
    found = await api.read_secret(namespace, name, key)
    assert found is not None
    return found


async def test_a_secret_says_for_whom_it_was_made(
    api: KubernetesCluster, admin: ApiClient, generating: Objects, password: Password
) -> None:
    user = generating.create_user()
    assert await api.create_secret(user, "first", "pw", password)
    secret = CoreV1Api(admin).read_namespaced_secret("first", generating.namespace)
    (owner,) = secret.metadata.owner_references
    assert (owner.api_version, owner.kind, owner.name, owner.uid, owner.controller, owner.block_owner_deletion) == (
        "connect-operator.io/v1alpha1",
        "ConnectUser",
        "jdoe",
        user.metadata.uid,
        True,
        None,
    )
    assert secret.metadata.annotations == {GENERATED_FOR: user.metadata.uid}
    assert secret.metadata.labels == {"app.kubernetes.io/managed-by": "connect-operator"}
    assert (secret.type, secret.immutable) == ("Opaque", True)
    assert {key: base64.b64decode(value).decode() for key, value in secret.data.items()} == {"pw": CLEAR}
    found = await read(api, generating.namespace, key="pw")
    assert found.made_for == user.metadata.uid
    assert found.made == secret.metadata.creation_timestamp.timestamp()
    assert found.password is not None
    assert found.password.reveal() == CLEAR


async def test_one_that_exists_is_left_as_it_is(
    api: KubernetesCluster, generating: Objects, password: Password
) -> None:
    user = generating.create_user()
    generating.create_secret("first", {"password": b"Passw0rd!"})
    before = await read(api, generating.namespace)
    assert await api.create_secret(user, "first", "password", password) is False
    assert await api.create_secret(user, "first", "password", password, rehearse=True) is False
    after = await read(api, generating.namespace)
    assert (after.uid, after.resource_version, after.made_for) == (before.uid, before.resource_version, "")


async def test_a_rehearsal_makes_nothing(api: KubernetesCluster, generating: Objects, password: Password) -> None:
    user = generating.create_user()
    assert await api.create_secret(user, "first", "password", password, rehearse=True)
    assert await api.read_secret(generating.namespace, "first", "password") is None


async def test_it_is_deleted_in_the_version_that_was_read(
    api: KubernetesCluster, admin: ApiClient, generating: Objects, password: Password
) -> None:
    user = generating.create_user()
    await api.create_secret(user, "first", "password", password)
    found = await read(api, generating.namespace)
    label = {"metadata": {"labels": {"seen": "yes"}}}
    CoreV1Api(admin).patch_namespaced_secret("first", generating.namespace, label)
    with pytest.raises(ObjectChangedError):
        await api.delete_secret(generating.namespace, "first", found)
    await api.delete_secret(generating.namespace, "first", await read(api, generating.namespace))
    assert await api.read_secret(generating.namespace, "first", "password") is None
    await api.delete_secret(generating.namespace, "first", found)  # gone is as good


@pytest.mark.parametrize(
    ("annotation", "owned", "reason"),
    [
        (True, False, "a copy without the owner"),
        (False, True, "a person's, whom the object owns"),
        (False, False, "a person's"),
    ],
)
async def test_what_others_made_is_not_ours(
    api: KubernetesCluster, admin: ApiClient, generating: Objects, *, annotation: bool, owned: bool, reason: str
) -> None:
    user = generating.create_user()
    uid = user.metadata.uid
    owner = {"apiVersion": "connect-operator.io/v1alpha1", "kind": "ConnectUser", "name": "jdoe", "uid": uid}
    metadata = {
        "name": "first",
        "annotations": {GENERATED_FOR: uid} if annotation else {},
        "ownerReferences": [owner] if owned else [],
    }
    CoreV1Api(admin).create_namespaced_secret(generating.namespace, {"metadata": metadata})
    assert (await read(api, generating.namespace)).made_for == "", reason


async def test_without_the_right_it_says_what_to_grant(
    api: KubernetesCluster, objects: Objects, password: Password
) -> None:
    user = objects.create_user()
    for rehearse in (True, False):
        with pytest.raises(PermissionError) as caught:
            await api.create_secret(user, "first", "password", password, rehearse=rehearse)
        told = str(caught.value)
        assert f"may not make Secret {objects.namespace}/first" in told
        assert "RoleBinding to ClusterRole connect-operator-generated-secrets" in told
        assert 'cannot create resource "secrets"' in told
        assert CLEAR not in told
    objects.create_secret("first", {"password": b"x"})
    with pytest.raises(PermissionError) as caught:
        await api.delete_secret(objects.namespace, "first", await read(api, objects.namespace))
    assert "grant its service account the verbs create and delete on secrets" in str(caught.value)


async def test_what_the_api_server_has_against_it_is_told_without_the_content(
    api: KubernetesCluster, generating: Objects, password: Password
) -> None:
    user = generating.create_user()
    with pytest.raises(RefusedSecretError) as caught:
        await api.create_secret(user, "first", "no key at all", password)
    assert "no key at all" in str(caught.value)
    assert CLEAR not in str(caught.value)


async def test_the_time_is_the_api_servers(api: KubernetesCluster, generating: Objects, password: Password) -> None:
    await api.create_secret(generating.create_user(), "first", "password", password)
    made = (await read(api, generating.namespace)).made
    assert abs(api.server_now() - made) < 60


async def test_a_stranger_without_a_cluster_clock_has_its_own(cluster: LocalCluster) -> None:
    connection = Connection(loader({"KUBECONFIG": str(cluster.kubeconfig_for("developer"))}))
    before = connection.server_time.now()
    connection.server_time.note("no date")
    connection.server_time.note(None)
    assert 0 <= connection.server_time.now() - before < 60
    connection.server_time.note("Fri, 27 Nov 2026 07:00:00 GMT")
    assert 0 <= connection.server_time.now() - 1795762800.5 < 60
    await connection.close()
