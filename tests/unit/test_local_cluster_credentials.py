"""Tokens and kubeconfigs."""

from __future__ import annotations

from pathlib import Path

import yaml

from local_cluster.credentials import (
    ADMINISTRATOR,
    ClusterUser,
    kubeconfig,
    kubeconfig_file_name,
    new_tokens,
    token_file,
    write_private,
)

ANN = ClusterUser("ann", ("team-a", "team-b"))


def test_every_user_and_the_administrator_get_a_token_of_their_own() -> None:
    tokens = new_tokens([ANN, ClusterUser("ann")])

    assert set(tokens) == {ADMINISTRATOR, ANN, ClusterUser("ann")}
    assert len(set(tokens.values())) == 3
    assert not set(tokens.values()) & set(new_tokens([ANN]).values()), "another cluster's tokens differ"


def test_token_file_is_what_the_api_server_reads() -> None:
    tokens = {ADMINISTRATOR: "t1", ANN: "t2", ClusterUser("bob"): "t3"}

    assert token_file(tokens) == 't1,admin,admin,system:masters\nt2,ann,ann,"team-a,team-b"\nt3,bob,bob,\n'


def test_kubeconfig_says_where_who_and_whom_to_trust() -> None:
    content = yaml.safe_load(kubeconfig("https://127.0.0.1:7", Path("/c/ca.crt"), "ann", "t2"))

    assert content == {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [
            {"name": "local", "cluster": {"server": "https://127.0.0.1:7", "certificate-authority": "/c/ca.crt"}}
        ],
        "users": [{"name": "ann", "user": {"token": "t2"}}],
        "contexts": [{"name": "local", "context": {"cluster": "local", "user": "ann", "namespace": "default"}}],
        "current-context": "local",
    }


def test_kubeconfig_file_names_never_meet() -> None:
    users = [
        ClusterUser("a-b"),
        ClusterUser("a:b"),
        ClusterUser("a", ("b",)),
        ClusterUser("a", ("b", "c")),
        ClusterUser("../a"),
    ]
    names = {kubeconfig_file_name(user) for user in users}

    assert len(names) == len(users)
    assert not [name for name in names if "/" in name]


def test_secrets_are_written_for_their_owner_only(tmp_path: Path) -> None:
    file = write_private(tmp_path / "tokens", "first")
    write_private(file, "second")

    assert file.read_text() == "second"
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [file]
