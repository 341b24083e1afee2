"""Secrets on the real API server: one get on one Secret, and no more rights than that."""

from __future__ import annotations

from pathlib import Path

import pytest

from connect_operator.kube.client import KubernetesCluster
from connect_operator.kube.connection import Connection
from connect_operator.kube.credentials import loader
from connect_operator.kube.secrets import UnreadableSecretError, read_secret
from local_cluster import LocalCluster

from .objects import Objects


@pytest.mark.parametrize(
    ("stored", "password", "reason"),
    [
        (b"Passw0rd!", "Passw0rd!", "as it is"),
        (b"Passw0rd!\n", "Passw0rd!", "made from a file"),
        (b"Passw0rd!\r\n", "Passw0rd!", "made from a file on Windows"),
        (b"Passw0rd!\n\n", "Passw0rd!\n", "only one line break is taken off"),
        (b" Pass word ", " Pass word ", "blanks belong to the password"),
        ("Pässwörd".encode(), "Pässwörd", "UTF-8"),
        (b"", "", "empty, which is for the engine to judge"),
    ],
)
async def test_a_password(api: KubernetesCluster, objects: Objects, stored: bytes, password: str, reason: str) -> None:
    objects.create_secret("jdoe", {"password": stored, "other": b"x"})
    value = await api.read_secret(objects.namespace, "jdoe", "password")
    assert value is not None
    assert value.password is not None
    assert value.password.reveal() == password, reason
    assert value.uid
    assert value.resource_version


async def test_a_key_that_is_missing(api: KubernetesCluster, objects: Objects) -> None:
    objects.create_secret("jdoe", {"other": b"x"})
    objects.create_secret("empty", {})
    for name in ("jdoe", "empty"):
        value = await api.read_secret(objects.namespace, name, "password")
        assert value is not None
        assert value.password is None
        assert value.uid


@pytest.mark.parametrize("name", ["absent", "..", "a/b", "", "Upper", "x" * 254])
async def test_a_secret_that_does_not_or_cannot_exist(api: KubernetesCluster, objects: Objects, name: str) -> None:
    assert await api.read_secret(objects.namespace, name, "password") is None


async def test_what_is_no_text_is_refused_without_showing_it(api: KubernetesCluster, objects: Objects) -> None:
    objects.create_secret("jdoe", {"password": b"sesame\xff\xfe"})
    with pytest.raises(UnreadableSecretError) as caught:
        await api.read_secret(objects.namespace, "jdoe", "password")
    shown = f"{caught.value!r} {caught.value.__cause__!r}"
    assert f"{objects.namespace}/jdoe" in shown
    assert "'password'" in shown
    assert "sesame" not in shown
    assert caught.value.__suppress_context__


async def test_without_the_right_the_message_says_what_to_grant(cluster: LocalCluster, objects: Objects) -> None:
    objects.create_secret("jdoe", {"password": b"x"})
    kubeconfig: Path = cluster.kubeconfig_for("developer")
    connection = Connection(loader({"KUBECONFIG": str(kubeconfig)}))
    try:
        with pytest.raises(PermissionError) as caught:
            await read_secret(connection, objects.namespace, "jdoe", "password")
    finally:
        await connection.close()
    text = str(caught.value)
    assert f"get Secret {objects.namespace}/jdoe" in text
    assert "grant" in text
    assert "connect-operator-secrets" in text
