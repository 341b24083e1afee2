"""Objects from JSON: three values per field, and manifests that do not parse."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from connect_operator.domain.conditions.conditions import Verdict, conditions
from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.kinds.objects import FINALIZER, ConnectUser, ObjectKey, parse_instance, parse_user
from connect_operator.domain.kinds.spec import ConnectUserSpec
from connect_operator.domain.kinds.status import UserStatus
from connect_operator.domain.text import timestamps


def a_raw(spec: object = None, status: object = None, **metadata: Any) -> dict[str, Any]:  # noqa: ANN401 - metadata
    return {"metadata": {"name": "jdoe", "namespace": "team-a", "uid": "u", **metadata}, "spec": spec, "status": status}


def parsed(**spec: Any) -> ConnectUserSpec:  # noqa: ANN401 - any member of a manifest
    found = parse_user(a_raw(spec))
    assert found.spec is not None, found.spec_error
    return found.spec


class TestThreeValues:
    @pytest.mark.parametrize(
        ("member", "attribute", "empty", "value", "held"),
        [
            ("tags", "tags", {}, {"a": "b"}, {"a": "b"}),
            ("proficiencies", "proficiencies", [], None, None),
            ("autoAcceptConfigs", "auto_accept_configs", [], None, None),
            ("hierarchyGroupPath", "hierarchy_group_path", "", "EMEA", "EMEA"),
            ("securityProfileIds", "security_profile_ids", [], ["a"], ("a",)),
        ],
    )
    def test_absent_empty_and_set(self, member: str, attribute: str, empty: Any, value: Any, held: Any) -> None:  # noqa: ANN401 - values of manifests
        assert getattr(parsed(), attribute) is UNSET
        found = getattr(parsed(**{member: empty}), attribute)
        assert found is not UNSET
        assert not found
        if value is not None:
            assert getattr(parsed(**{member: value}), attribute) == held

    def test_members_of_blocks(self) -> None:
        identity = parsed(identityInfo={"secondaryEmail": ""}).identity_info
        assert identity is not UNSET
        assert (identity.secondary_email, identity.email) == ("", UNSET)

    def test_an_empty_block(self) -> None:
        phone = parsed(phoneConfig={}).phone_config
        assert phone is not UNSET
        assert phone.auto_accept is UNSET

    def test_defaults(self) -> None:
        spec = parsed()
        assert (spec.deletion_policy, spec.management_policy, spec.suspend) == ("Delete", "Manage", False)
        assert spec.adoption_policy is UNSET
        reference = parsed(passwordSecretRef={"name": "s"}).password_secret_ref
        assert reference is not UNSET
        assert reference.key == "password"

    def test_it_writes_itself_as_it_was(self) -> None:
        plain = {"tags": {}, "identityInfo": {"firstName": "J"}, "proficiencies": [], "routingProfileName": "x"}
        assert msgspec.to_builtins(parsed(**plain)) == {**plain, "proficiencies": ()}


class TestMalformed:
    """A live object under an older schema: its status and finalizer can still be handled."""

    @pytest.mark.parametrize(
        "spec",
        [
            {"tags": None},
            {"tags": {"a": 1}},
            {"deletionPolicy": "Sometimes"},
            {"autoAcceptConfigs": [{"channel": "VOICE"}]},
            {"suspend": "yes"},
        ],
    )
    def test_metadata_and_status_are_kept(self, spec: dict[str, Any]) -> None:
        found = parse_user(
            a_raw(spec, {"userId": "u-1"}, finalizers=[FINALIZER], deletionTimestamp="2026-01-01T00:00:00Z")
        )
        assert found.spec is None
        assert found.spec_error
        assert (found.has_finalizer, found.deleting, found.status.user_id) == (True, True, "u-1")
        assert found.username == "jdoe"

    def test_a_foreign_status_counts_as_none(self) -> None:
        assert parse_user(a_raw({}, {"conditions": 5})).status.conditions == ()

    def test_unknown_members_are_ignored(self) -> None:
        assert parsed(somethingNew={"a": 1}) == parsed()

    def test_a_missing_spec_is_empty(self) -> None:
        assert parse_user(a_raw(None)).spec == ConnectUserSpec()

    def test_an_instance_likewise(self) -> None:
        found = parse_instance({"metadata": {"name": "support", "uid": "u"}, "spec": {"region": "x"}})
        assert found.spec is None
        assert found.spec_error


class TestObject:
    @pytest.mark.parametrize(("spec", "username"), [({}, "jdoe"), ({"username": "jane"}, "jane")])
    def test_username(self, spec: dict[str, Any], username: str) -> None:
        assert parse_user(a_raw(spec)).username == username

    def test_key(self) -> None:
        found: ConnectUser = parse_user(a_raw({}))
        assert found.key == ObjectKey("team-a", "jdoe")
        assert str(found.key) == "team-a/jdoe"

    def test_others_finalizers_are_not_ours(self) -> None:
        assert not parse_user(a_raw({}, finalizers=["other/one"])).has_finalizer

    @pytest.mark.parametrize(
        ("allowed", "namespace", "expected"),
        [(["team-a"], "team-a", True), (["team-a"], "team-b", False), (["*"], "team-b", True), ([], "team-a", False)],
    )
    def test_allowed_namespaces(self, allowed: list[str], namespace: str, *, expected: bool) -> None:
        raw = {"instanceId": "i", "allowedNamespaces": [{"name": name} for name in allowed]}
        spec = parse_instance({"metadata": {"name": "support", "uid": "u"}, "spec": raw}).spec
        assert spec is not None
        assert spec.allows_namespace(namespace) is expected


class TestTimes:
    @given(st.integers(0, 4_000_000_000))
    def test_round_trip(self, seconds: int) -> None:
        assert timestamps.epoch(timestamps.rfc3339(seconds)) == seconds

    def test_form(self) -> None:
        assert timestamps.rfc3339(0.9) == "1970-01-01T00:00:00Z"
        assert timestamps.rfc3339_micro(0.25) == "1970-01-01T00:00:00.250000Z"

    @pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01T00:00:00Z"])
    def test_what_is_no_time(self, text: str) -> None:
        assert timestamps.epoch(text) is None

    @pytest.mark.parametrize(
        ("text", "seconds"), [("90s", 90), ("10m", 600), ("1h30m", 5400), ("500ms", 0.5), ("1.5h", 5400)]
    )
    def test_durations(self, text: str, seconds: float) -> None:
        assert timestamps.seconds(text) == seconds

    @pytest.mark.parametrize("text", ["", "10", "s", "-1s", "1d", "1 h"])
    def test_what_is_no_duration(self, text: str) -> None:
        with pytest.raises(ValueError, match="duration"):
            timestamps.seconds(text)


def test_only_annotations_that_are_acted_on_are_kept_and_only_short_ones() -> None:
    annotations = {
        "kubectl.kubernetes.io/last-applied-configuration": "{}",
        "connect-operator.io/note": "x" * 250_000,
        "connect-operator.io/confirm-deletions": "true",
        "connect-operator.io/reconcile-requested-at": "x" * 250_000,
    }
    user = parse_user({"metadata": {"name": "jdoe", "namespace": "team-a", "uid": "u", "annotations": annotations}})
    assert user.metadata.annotations == {}
    instance = parse_instance({"metadata": {"name": "support", "uid": "u", "annotations": annotations}})
    assert instance.metadata.annotations == {"connect-operator.io/confirm-deletions": "true"}
    assert user.requested == instance.requested == ""


def test_of_a_megabyte_of_finalizers_only_ours_and_its_place_are_kept() -> None:
    others = [f"example.com/{number:040}" for number in range(20_000)]
    for names, kept, place in (
        (others, (), -1),
        ([*others, FINALIZER, "example.com/last"], (FINALIZER,), len(others)),
        ([FINALIZER, *others], (FINALIZER,), 0),
        (["example.com/a", FINALIZER], ("example.com/a", FINALIZER), None),
    ):
        user = parse_user(a_raw(finalizers=names))
        assert (user.metadata.finalizers, user.metadata.held_at) == (kept, place)
        assert user.has_finalizer is (FINALIZER in kept)


def test_a_status_that_is_longer_than_any_of_ours_counts_as_none() -> None:
    forged = {"userId": "u-1", "plan": ["x" * 1_000_000]}
    assert parse_user({"metadata": {"name": "jdoe", "uid": "u"}, "status": forged}).status == UserStatus()


@pytest.mark.parametrize("many", [False, True])
@pytest.mark.parametrize("member", ["plan", "ignored", "applied", "resolved", "conditions"])
def test_a_status_of_more_members_than_any_of_ours_counts_as_none(member: str, *, many: bool) -> None:
    """Each weighs ten times in memory what it does in JSON: 450 such objects took half a gigabyte."""
    names = [f"{number:05}" for number in range(1200 if many else 100)]
    condition = {"status": "True", "reason": "", "message": "", "lastTransitionTime": "2026-01-01T00:00:00Z"}
    forged: dict[str, Any] = {
        "plan": names,
        "ignored": names,
        "applied": dict.fromkeys(names, ""),
        "resolved": {"securityProfileIds": names},
        "conditions": [{"type": name, **condition} for name in names],
    }
    metadata = {"name": "jdoe", "namespace": "team-a", "uid": "u"}
    read = parse_user({"metadata": metadata, "status": {"userId": "u-1", member: forged[member]}})
    assert (read.status == UserStatus()) is many


def test_the_longest_status_of_ours_is_read_again() -> None:
    verdict = Verdict(reason=Reason.NOT_CONVERGING, message="m" * 100_000, plan=("p" * 600,) * 100)
    told = conditions(verdict, (), generation=1, now="2026-01-01T00:00:00Z")
    status = UserStatus(user_id="u-1", plan=verdict.plan, conditions=told)
    raw = {"metadata": {"name": "jdoe", "uid": "u"}, "status": msgspec.to_builtins(status)}
    assert parse_user(raw).status == status


def test_the_longest_request_that_is_heard_has_256_characters() -> None:
    for length, heard in ((1, True), (256, True), (257, False), (0, False)):
        annotations = {"connect-operator.io/reconcile-requested-at": "x" * length}
        user = parse_user({"metadata": {"name": "jdoe", "uid": "u", "annotations": annotations}})
        assert (user.requested != "") is heard, length


def test_when_deletions_were_confirmed_is_what_the_api_server_noted() -> None:
    name = "connect-operator.io/confirm-deletions"
    entry = {"time": "2026-01-02T03:04:05Z", "fieldsV1": {"f:metadata": {"f:annotations": {f"f:{name}": {}}}}}
    other = {"time": "2026-02-02T03:04:05Z", "fieldsV1": {"f:spec": {}}}
    metadata = {"name": "support", "uid": "u", "annotations": {name: "true"}}
    assert parse_instance({"metadata": {**metadata, "managedFields": [other, entry]}}).confirmed_time == entry["time"]
    assert parse_instance({"metadata": {**metadata, "managedFields": [other]}}).confirmed_time == ""
    assert not parse_instance({"metadata": {**metadata, "annotations": {name: "yes"}}}).confirmed
