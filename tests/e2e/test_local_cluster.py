"""The local cluster behaves like the Kubernetes API that it is: objects, RBAC, service accounts, audit, outages."""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING

import pytest
import urllib3
import yaml
from kubernetes import client

from local_cluster import ClusterError, ClusterUser, LocalCluster
from local_cluster.ports import ReservedPort
from local_cluster.readiness import wait_until

if TYPE_CHECKING:
    from pathlib import Path

SECRETS_READER = [client.V1PolicyRule(api_groups=[""], resources=["secrets"], verbs=["get", "list"])]


def a_secret(name: str) -> client.V1Secret:
    return client.V1Secret(metadata=client.V1ObjectMeta(name=name), string_data={"password": "made-up"})


def allow_reading_secrets(admin: client.ApiClient, namespace: str, subject: client.RbacV1Subject) -> None:
    rbac = client.RbacAuthorizationV1Api(admin)
    role = client.V1Role(metadata=client.V1ObjectMeta(name="reader"), rules=SECRETS_READER)
    reference = client.V1RoleRef(api_group="rbac.authorization.k8s.io", kind="Role", name="reader")
    binding = client.V1RoleBinding(metadata=client.V1ObjectMeta(name="reader"), role_ref=reference, subjects=[subject])
    rbac.create_namespaced_role(namespace, role)
    rbac.create_namespaced_role_binding(namespace, binding)


def can_list_secrets(api: client.ApiClient, namespace: str) -> bool:
    try:
        client.CoreV1Api(api).list_namespaced_secret(namespace)
    except client.ApiException as error:
        if error.status == 403:
            return False
        raise
    return True


def test_reports_the_version_that_clients_parse(admin: client.ApiClient) -> None:
    version = client.VersionApi(admin).get_code()

    assert (version.major, version.minor, version.git_version) == ("1", "36", "v1.36.3")


def test_system_namespaces_are_there_from_the_start(admin: client.ApiClient) -> None:
    names = {each.metadata.name for each in client.CoreV1Api(admin).list_namespace().items}

    assert {"default", "kube-system"} <= names


def test_certificate_passes_the_strict_checks_of_newer_pythons(cluster: LocalCluster) -> None:
    configuration = yaml.safe_load(cluster.kubeconfig.read_text())["clusters"][0]["cluster"]
    context = ssl.create_default_context(cafile=configuration["certificate-authority"])
    context.verify_flags |= ssl.VERIFY_X509_STRICT

    with urllib3.PoolManager(ssl_context=context) as pool:
        assert pool.request("GET", f"{cluster.server}/livez").status == 200


def test_ordinary_user_may_do_only_what_rbac_grants(
    cluster: LocalCluster, admin: client.ApiClient, namespace: str
) -> None:
    client.CoreV1Api(admin).create_namespaced_secret(namespace, a_secret("s"))
    with cluster.api_client(cluster.kubeconfig_for("developer")) as developer:
        assert not can_list_secrets(developer, namespace)

        allow_reading_secrets(admin, namespace, client.RbacV1Subject(kind="User", name="developer"))

        assert wait_until(lambda: can_list_secrets(developer, namespace), timeout=90)
        with pytest.raises(client.ApiException, match="cannot delete resource"):
            client.CoreV1Api(developer).delete_namespaced_secret("s", namespace)


def test_service_account_gets_a_token_of_its_own(
    cluster: LocalCluster, admin: client.ApiClient, namespace: str
) -> None:
    account = client.V1ServiceAccount(metadata=client.V1ObjectMeta(name="operator"))
    client.CoreV1Api(admin).create_namespaced_service_account(namespace, account)
    subject = client.RbacV1Subject(kind="ServiceAccount", name="operator", namespace=namespace)
    allow_reading_secrets(admin, namespace, subject)

    with cluster.api_client(cluster.kubeconfig_for_service_account(namespace, "operator")) as api:
        review = client.AuthenticationV1Api(api).create_self_subject_review({})
        assert review.status.user_info.username == f"system:serviceaccount:{namespace}:operator"
        assert wait_until(lambda: can_list_secrets(api, namespace), timeout=90)


def test_unknown_user_is_refused_before_any_request(cluster: LocalCluster) -> None:
    with pytest.raises(LookupError, match="nobody-here"):
        cluster.kubeconfig_for("nobody-here")


def test_audit_log_tells_writes_by_user(cluster: LocalCluster, admin: client.ApiClient, namespace: str) -> None:
    core = client.CoreV1Api(admin)
    mark = cluster.audit_mark()
    core.create_namespaced_secret(namespace, a_secret("dry"), dry_run="All")
    core.create_namespaced_secret(namespace, a_secret("wet"))
    core.read_namespaced_secret("wet", namespace)

    def of_this_test() -> list[tuple[str, str, int, bool]]:
        mine = [event for event in cluster.audit_events(mark, "admin") if event.namespace == namespace]
        return [(event.verb, event.name, event.code, event.is_write) for event in mine]

    expected = [("create", "dry", 201, False), ("create", "wet", 201, True), ("get", "wet", 200, False)]
    assert wait_until(lambda: of_this_test() == expected, timeout=90), of_this_test()
    assert not [event for event in cluster.audit_events(mark, "developer") if event.is_write]


def test_applied_definitions_can_be_used_at_once_and_applied_again(
    cluster: LocalCluster, admin: client.ApiClient, namespace: str, tmp_path: Path
) -> None:
    kind = {"kind": "Lamp", "plural": "lamps", "singular": "lamp"}
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    version = {"name": "v1", "served": True, "storage": True, "schema": schema}
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "lamps.test.example"},
        "spec": {"group": "test.example", "scope": "Namespaced", "names": kind, "versions": [version]},
    }
    lamp = {"apiVersion": "test.example/v1", "kind": "Lamp", "metadata": {"name": "desk", "namespace": namespace}}
    # The object stands before its definition, on purpose.
    (tmp_path / "a.yaml").write_text("---\n" + yaml.safe_dump_all([lamp, definition]))

    cluster.apply_crds(tmp_path)
    cluster.apply_crds(tmp_path)

    found = client.CustomObjectsApi(admin).list_namespaced_custom_object("test.example", "v1", namespace, "lamps")
    assert [each["metadata"]["name"] for each in found["items"]] == ["desk"]


def test_this_projects_kinds_are_served(admin: client.ApiClient) -> None:
    served = client.CustomObjectsApi(admin).get_api_resources("connect-operator.io", "v1alpha1")

    assert {"ConnectUser", "ConnectInstance"} <= {each.kind for each in served.resources}


def test_api_server_comes_back_at_the_same_address_with_the_same_data() -> None:
    with LocalCluster() as own, own.api_client() as api:
        core, address = client.CoreV1Api(api), own.server
        core.create_namespaced_secret("default", a_secret("kept"))

        own.stop_api_server()
        with pytest.raises(urllib3.exceptions.HTTPError, match="refused"):
            core.read_namespaced_secret("kept", "default")
        own.start_api_server()

        assert own.server == address
        assert core.read_namespaced_secret("kept", "default").metadata.name == "kept"


def test_two_clusters_share_nothing() -> None:
    team = ClusterUser("ann", ("team-a", "team-b"))
    with LocalCluster(users=[team]) as one, LocalCluster(users=[team]) as other:
        with one.api_client() as api:
            client.CoreV1Api(api).create_namespaced_secret("default", a_secret("only-in-one"))
        with other.api_client() as api:
            assert not client.CoreV1Api(api).list_namespaced_secret("default").items
        with one.api_client(one.kubeconfig_for("ann", team.groups)) as api:
            review = client.AuthenticationV1Api(api).create_self_subject_review({})
            assert set(team.groups) <= set(review.status.user_info.groups)


def test_start_that_fails_shows_the_servers_own_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "etcd"
    broken.write_text("#!/bin/sh\necho no space left on device >&2\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setenv("KUBEBUILDER_ASSETS", str(tmp_path))
    cluster = LocalCluster()

    with pytest.raises(ClusterError, match=r"etcd ended with exit code 3(?s:.*)no space left on device"):
        cluster.start()
    with pytest.raises(ClusterError, match="does not run"):
        cluster.stop_api_server()


def test_another_port_is_chosen_when_the_first_is_lost_to_somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as somebody:
        lost = ReservedPort()
        lost.release()
        lost.number = somebody.getsockname()[1]
        monkeypatch.setattr(lost, "let_server_listen", lambda: None)
        ports = iter([lost])
        monkeypatch.setattr("local_cluster.control_plane.ReservedPort", lambda: next(ports, None) or ReservedPort())

        with LocalCluster() as cluster:
            assert cluster.server != f"https://127.0.0.1:{lost.number}"
