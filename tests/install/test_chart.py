"""The chart: rendered by Helm itself, refused where values are wrong, and the same as manifests/ by default."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from connect_operator.config import PREFIX, Settings

from .conftest import MANIFESTS, ROOT
from .helm import CHART, Helm, Manifest, kinds, one

# Everything on, as somebody has it who uses all of it.
FULL: Manifest = {
    "image": {"repository": "registry.example.com/connect-operator", "digest": "sha256:" + "a" * 64},
    "imagePullSecrets": [{"name": "registry"}],
    "replicaCount": 2,
    "logLevel": "DEBUG",
    "watchNamespaces": ["team-a", "team-b"],
    "aws": {
        "region": "eu-central-1",
        "roleArn": "arn:aws:iam::111122223333:role/connect-operator",
        "endpointUrls": {"connect": "https://connect.example.com", "sts": "https://sts.example.com"},
    },
    "secrets": {"namespaces": ["team-a"], "generateIn": ["team-c"]},
    "serviceAccount": {"annotations": {"example.com/owner": "telephony"}},
    "admissionPolicy": {"operators": ["system:serviceaccount:other:connect-operator"]},
    "nodeSelector": {"kubernetes.io/os": "linux"},
    "tolerations": [{"key": "dedicated", "operator": "Exists"}],
    "affinity": {"podAntiAffinity": {}},
    "topologySpreadConstraints": [
        {"maxSkew": 1, "topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "ScheduleAnyway"}
    ],
    "priorityClassName": "system-cluster-critical",
    "podLabels": {"team": "telephony"},
    "podAnnotations": {"example.com/a": "b"},
    "commonLabels": {"team": "telephony"},
    "extraEnv": [{"name": "CONNECT_OPERATOR_CLUSTER_ID", "value": "production"}],
    "extraArgs": ["--help"],
    "extraVolumes": [{"name": "ca", "configMap": {"name": "ca"}}],
    "extraVolumeMounts": [{"name": "ca", "mountPath": "/ca"}],
    "extraObjects": [
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "{{ .Release.Name }}-extra"}, "data": {"a": "b"}}
    ],
    "podDisruptionBudget": {"enabled": True},
    "networkPolicy": {"healthFrom": [{"ipBlock": {"cidr": "10.0.0.0/16"}}]},
    "serviceMonitor": {"enabled": True},
    "podMonitor": {"enabled": True, "labels": {"release": "prometheus"}},
    "prometheusRule": {"enabled": True, "runbookUrlPrefix": "https://docs.example.com/"},
    "grafanaDashboard": {"enabled": True},
}


def pod(documents: list[Manifest]) -> Manifest:
    found: Manifest = one(documents, "Deployment")["spec"]["template"]["spec"]
    return found


def environment(documents: list[Manifest]) -> dict[str, str]:
    return {each["name"]: each["value"] for each in pod(documents)["containers"][0]["env"]}


@pytest.fixture(scope="module")
def plain(helm: Helm) -> list[Manifest]:
    """With the default values."""
    return helm.template()


@pytest.fixture(scope="module")
def full(helm: Helm) -> list[Manifest]:
    """With every value set."""
    return helm.template(FULL)


def test_helm_finds_nothing_to_complain_of(helm: Helm, tmp_path: Path) -> None:
    values = tmp_path / "values.yaml"
    values.write_text(yaml.safe_dump(FULL))
    for arguments in ((), ("-f", str(values))):
        done = helm.run("lint", "--strict", str(CHART), *arguments)
        assert done.returncode == 0, done.stdout + done.stderr


# --- the same as manifests/ ----------------------------------------------------------------

_LABELS = frozenset({"labels", "matchLabels", "annotations"})


def bare(value: Any) -> Any:  # noqa: ANN401 - JSON values
    """Without labels, which carry the release's name in a chart, and without what is Kubernetes' own default."""
    if isinstance(value, list):
        return [bare(each) for each in value]
    if not isinstance(value, dict):
        return value
    kept = {key: bare(each) for key, each in value.items() if key not in _LABELS}
    return {key: each for key, each in kept.items() if (key, each) != ("imagePullPolicy", "IfNotPresent")}


def test_by_default_the_chart_says_what_the_manifests_say(plain: list[Manifest]) -> None:
    kustomization = yaml.safe_load((MANIFESTS / "kustomization.yaml").read_text())
    files = [MANIFESTS / name for name in kustomization["resources"] if name != "namespace.yaml"]
    files += sorted((ROOT / "crds").glob("*.yaml"))
    wanted = [document for file in files for document in yaml.safe_load_all(file.read_text()) if document]

    def by_name(documents: list[Manifest]) -> dict[tuple[str, str], Manifest]:
        return {(each["kind"], each["metadata"]["name"]): bare(each) for each in documents}

    assert by_name(plain) == by_name(wanted)


def test_the_roles_for_tenants_are_aggregated(plain: list[Manifest]) -> None:
    labels = one(plain, "ClusterRole", "connect-operator-edit")["metadata"]["labels"]
    assert labels["rbac.authorization.k8s.io/aggregate-to-edit"] == "true"


def test_everything_is_found_by_the_labels_that_select_it(full: list[Manifest]) -> None:
    labels = one(full, "Deployment")["spec"]["template"]["metadata"]["labels"].items()
    assert labels >= one(full, "Deployment")["spec"]["selector"]["matchLabels"].items()
    assert labels >= one(full, "NetworkPolicy")["spec"]["podSelector"]["matchLabels"].items()
    assert labels >= one(full, "PodMonitor")["spec"]["selector"]["matchLabels"].items()
    assert labels >= one(full, "Service", "connect-operator-metrics")["spec"]["selector"].items()
    assert labels >= one(full, "PodDisruptionBudget")["spec"]["selector"]["matchLabels"].items()


# --- values --------------------------------------------------------------------------------


def test_the_operator_knows_every_setting_that_it_is_given(full: list[Manifest]) -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    assert {name for name in environment(full) if name.startswith(PREFIX)} <= known


def test_every_value_shows(full: list[Manifest]) -> None:
    spec = pod(full)
    container = spec["containers"][0]
    assert container["image"] == f"registry.example.com/connect-operator@sha256:{'a' * 64}"
    assert container["args"] == ["run", "--namespace", "team-a", "--namespace", "team-b", "--help"]
    assert (
        environment(full).items()
        >= {
            "AWS_REGION": "eu-central-1",
            "AWS_ENDPOINT_URL_CONNECT": "https://connect.example.com",
            "AWS_ENDPOINT_URL_STS": "https://sts.example.com",
            "CONNECT_OPERATOR_LOG_LEVEL": "DEBUG",
            "CONNECT_OPERATOR_CLUSTER_ID": "production",
        }.items()
    )
    for name in ("imagePullSecrets", "nodeSelector", "tolerations", "affinity", "topologySpreadConstraints"):
        assert spec[name] == FULL[name], name
    assert spec["priorityClassName"] == "system-cluster-critical"
    assert [each["name"] for each in spec["volumes"]] == ["tmp", "ca"]
    assert one(full, "ServiceAccount")["metadata"]["annotations"] == {
        "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/connect-operator",
        "example.com/owner": "telephony",
    }
    assert one(full, "ConfigMap", "connect-operator-extra")["data"] == {"a": "b"}
    assert one(full, "NetworkPolicy")["spec"]["ingress"][0]["ports"] == [{"port": "health", "protocol": "TCP"}]
    assert all(each["metadata"]["labels"]["team"] == "telephony" for each in full if each["metadata"].get("labels"))


def test_who_is_the_operator_is_said_in_every_policy(full: list[Manifest]) -> None:
    names = "'system:serviceaccount:connect-operator:connect-operator', 'system:serviceaccount:other:connect-operator'"
    policies = [each for each in full if each["kind"] == "ValidatingAdmissionPolicy"]
    assert [each["spec"]["variables"][0] for each in policies] == [
        {"name": "operators", "expression": f"[{names}]"}
    ] * 3


def test_watched_namespaces_are_the_only_ones_with_rights(full: list[Manifest]) -> None:
    bindings = [each for each in full if each["kind"] == "RoleBinding"]
    assert sorted((each["metadata"]["namespace"], each["roleRef"]["name"]) for each in bindings) == [
        ("connect-operator", "connect-operator-leases"),
        ("default", "connect-operator"),
        ("team-a", "connect-operator"),
        ("team-a", "connect-operator-secrets"),
        ("team-b", "connect-operator"),
        ("team-c", "connect-operator-generated-secrets"),
        ("team-c", "connect-operator-secrets"),
    ]
    (binding,) = [each for each in full if each["kind"] == "ClusterRoleBinding"]
    rules = one(full, "ClusterRole", binding["roleRef"]["name"])["rules"]
    resources = {resource for rule in rules for resource in rule["resources"]}
    assert {"connectinstances", "connectinstances/status", "namespaces"} <= resources
    assert resources.isdisjoint({"connectusers", "connectcontactassignments", "secrets", "events"})


def test_secrets_are_read_where_values_say_so(helm: Helm, plain: list[Manifest]) -> None:
    assert not [each for each in plain if each.get("roleRef", {}).get("name", "").endswith("-secrets")]
    everywhere = helm.template({"secrets": {"clusterWide": True}})
    assert one(everywhere, "ClusterRoleBinding", "connect-operator-secrets")
    # The same as the component of manifests/.
    component = yaml.safe_load((MANIFESTS / "secrets-cluster-wide" / "clusterrolebinding.yaml").read_text())
    assert bare(component) == bare(one(everywhere, "ClusterRoleBinding", "connect-operator-secrets"))


def test_the_alerts_point_to_where_the_runbooks_are_published(full: list[Manifest]) -> None:
    rules = one(full, "PrometheusRule")["spec"]["groups"][0]["rules"]
    assert rules[0]["annotations"]["runbook_url"] == "https://docs.example.com/docs/runbooks/ConnectOperatorDown.md"


def test_the_dashboard_is_whole(full: list[Manifest]) -> None:
    text = one(full, "ConfigMap", "connect-operator-dashboard")["data"]["connect-operator.json"]
    assert json.loads(text) == json.loads((MANIFESTS / "monitoring" / "dashboard.json").read_text())


@pytest.mark.parametrize(
    ("values", "absent"),
    [
        ({"crds": {"enabled": False}}, "CustomResourceDefinition"),
        ({"rbac": {"create": False, "tenantRoles": False}}, "ClusterRole"),
        ({"serviceAccount": {"create": False, "name": "mine"}}, "ServiceAccount"),
        ({"admissionPolicy": {"enabled": False}}, "ValidatingAdmissionPolicy"),
        ({"networkPolicy": {"enabled": False}}, "NetworkPolicy"),
    ],
    ids=str,
)
def test_what_is_switched_off_is_not_there(helm: Helm, values: Manifest, absent: str) -> None:
    assert absent not in kinds(helm.template(values))


def test_the_kinds_stay_unless_values_say_otherwise(helm: Helm, plain: list[Manifest]) -> None:
    kept = one(plain, "CustomResourceDefinition", "connectusers.connect-operator.io")["metadata"]["annotations"]
    assert kept == {"helm.sh/resource-policy": "keep"}
    dropped = helm.template({"crds": {"keep": False}})
    assert "annotations" not in one(dropped, "CustomResourceDefinition", "connectusers.connect-operator.io")["metadata"]


def test_names_can_be_replaced(helm: Helm) -> None:
    documents = helm.template({"fullnameOverride": "phones", "namespaceOverride": "telephony"})
    assert one(documents, "Deployment", "phones")["metadata"]["namespace"] == "telephony"
    binding = one(documents, "ClusterRoleBinding", "phones")
    assert binding["subjects"] == [{"kind": "ServiceAccount", "name": "phones", "namespace": "telephony"}]
    variables = one(documents, "ValidatingAdmissionPolicy", "phones-status")["spec"]["variables"]
    assert variables[0]["expression"] == "['system:serviceaccount:telephony:phones']"
    assert one(documents, "ValidatingAdmissionPolicyBinding", "phones-status")["spec"]["policyName"] == "phones-status"


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"replicas": 2}, "replicas"),
        ({"image": {"digest": "latest"}}, "digest"),
        ({"image": {"pullPolicy": "Sometimes"}}, "pullPolicy"),
        ({"logLevel": "TRACE"}, "logLevel"),
        ({"aws": {"roleArn": "connect-operator"}}, "roleArn"),
        ({"aws": {"endpointUrls": {"connect": "localhost:8080"}}}, "endpointUrls"),
        ({"secrets": {"namespaces": "team-a"}}, "namespaces"),
        ({"admissionPolicy": {"operators": ["connect-operator"]}}, "operators"),
        ({"serviceAccount": {"create": False}}, "serviceAccount.name is needed"),
    ],
    ids=str,
)
def test_wrong_values_are_refused_by_name(helm: Helm, values: Manifest, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        helm.template(values)


def test_the_schema_knows_every_value() -> None:
    schema = json.loads((CHART / "values.schema.json").read_text())
    defaults = yaml.safe_load((CHART / "values.yaml").read_text())
    assert schema["properties"].keys() - {"global"} == defaults.keys()
    for key, value in defaults.items():
        properties = schema["properties"][key].get("properties")
        if properties is not None:
            assert properties.keys() == value.keys(), key


def test_the_chart_has_the_version_of_the_operator() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    assert f'version = "{chart["appVersion"]}"' in (ROOT / "pyproject.toml").read_text()
    crds = {each["name"] for each in yaml.safe_load(chart["annotations"]["artifacthub.io/crds"])}
    assert crds == {yaml.safe_load(path.read_text())["metadata"]["name"] for path in (ROOT / "crds").glob("*.yaml")}
