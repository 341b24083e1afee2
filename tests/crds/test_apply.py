"""Every way of applying can set a field, empty it, and give it up again; and takes strangers' changes back."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from typing import Any, NamedTuple

import pytest
from kubernetes.client import ApiClient

from .appliers import LAST_APPLIED, Apply, client_side, server_side
from .manifests import a_user, an_assignment, an_instance, merged
from .rest import APPLY_PATCH, MERGE_PATCH, Manifest, Refused, Resource, Write
from .test_samples import PATHS

DEFAULTS = {"state": "Active", "deletionPolicy": "Delete", "managementPolicy": "Manage", "suspend": False}
STRANGER = Write(manager="kubectl-patch")


class Clearable(NamedTuple):
    """A field that can be emptied: the spec that fills it, and the one that empties it."""

    full: dict[str, Any]
    empty: dict[str, Any]


def in_block(block: str, member: str, full: object) -> Clearable:
    return Clearable({block: {member: full}}, {block: {member: ""}})


CLEARABLE = {
    "identityInfo": Clearable({"identityInfo": {"firstName": "Jane", "email": "j@example.com"}}, {"identityInfo": {}}),
    "identityInfo.firstName": in_block("identityInfo", "firstName", "Jane"),
    "identityInfo.lastName": in_block("identityInfo", "lastName", "Doe"),
    "identityInfo.email": in_block("identityInfo", "email", "jane@example.com"),
    "identityInfo.secondaryEmail": in_block("identityInfo", "secondaryEmail", "jane@home.example.com"),
    "identityInfo.mobile": in_block("identityInfo", "mobile", "+4915112345678"),
    "hierarchyGroupId": Clearable({"hierarchyGroupId": "9b8a7c6d"}, {"hierarchyGroupId": ""}),
    "hierarchyGroupPath": Clearable({"hierarchyGroupPath": "EMEA/Berlin"}, {"hierarchyGroupPath": ""}),
    "phoneConfig": Clearable({"phoneConfig": {"phoneType": "SOFT_PHONE", "autoAccept": True}}, {"phoneConfig": {}}),
    "phoneConfig.deskPhoneNumber": in_block("phoneConfig", "deskPhoneNumber", "+493012345678"),
    "autoAcceptConfigs": Clearable(
        {"autoAcceptConfigs": [{"channel": "CHAT", "autoAccept": True}, {"channel": "VOICE", "autoAccept": False}]},
        {"autoAcceptConfigs": []},
    ),
    "afterContactWorkConfigs": Clearable(
        {
            "afterContactWorkConfigs": [
                {"channel": "VOICE", "afterContactWorkConfig": {"afterContactWorkTimeLimit": 60}},
                {"channel": "TASK", "afterContactWorkConfig": {"afterContactWorkTimeLimit": 0}},
            ]
        },
        {"afterContactWorkConfigs": []},
    ),
    "phoneNumberConfigs": Clearable(
        {"phoneNumberConfigs": [{"channel": "VOICE", "phoneType": "DESK_PHONE", "phoneNumber": "+493012345678"}]},
        {"phoneNumberConfigs": []},
    ),
    "phoneNumberConfigs.phoneNumber": Clearable(
        {"phoneNumberConfigs": [{"channel": "VOICE", "phoneType": "DESK_PHONE", "phoneNumber": "+493012345678"}]},
        {"phoneNumberConfigs": [{"channel": "VOICE", "phoneType": "DESK_PHONE", "phoneNumber": ""}]},
    ),
    "persistentConnectionConfigs": Clearable(
        {"persistentConnectionConfigs": [{"channel": "VOICE", "persistentConnection": True}]},
        {"persistentConnectionConfigs": []},
    ),
    "voiceEnhancementConfigs": Clearable(
        {"voiceEnhancementConfigs": [{"channel": "VOICE", "voiceEnhancementMode": "VOICE_ISOLATION"}]},
        {"voiceEnhancementConfigs": []},
    ),
    "proficiencies": Clearable(
        {
            "proficiencies": [
                {"attributeName": "Language", "attributeValue": "German", "level": 4},
                {"attributeName": "Language", "attributeValue": "French", "level": 2},
            ]
        },
        {"proficiencies": []},
    ),
    "tags": Clearable({"tags": {"team": "support", "cost-center": "4711"}}, {"tags": {}}),
}

WAYS: dict[str, tuple[Apply, ...]] = {
    "client-side": (client_side,),
    "server-side": (server_side,),
    "client-side, then server-side, in turn": (client_side, server_side),
    "server-side, then client-side, in turn": (server_side, client_side),
    "client-side twice, then server-side twice": (client_side, client_side, server_side, server_side),
}


def stages(field: Clearable) -> Iterator[tuple[str, Manifest]]:
    """Absent, full, empty, absent; and from full to absent with no stop in between."""
    absent: dict[str, Any] = {}
    walk = [("absent", absent), ("full", field.full), ("empty", field.empty), ("absent again", absent)]
    walk += [("full again", field.full), ("absent at once", absent)]
    return ((stage, a_user(**spec)) for stage, spec in walk)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("field", CLEARABLE)
def test_a_field_is_set_emptied_and_given_up(users: Resource, field: str, way: str) -> None:
    for (stage, manifest), apply in zip(stages(CLEARABLE[field]), cycle(WAYS[way]), strict=False):
        live = apply(users, manifest)
        assert live["spec"] == manifest["spec"] | DEFAULTS, stage


FULL = merged(
    {},
    CLEARABLE["identityInfo"].full
    | CLEARABLE["phoneConfig"].full
    | CLEARABLE["proficiencies"].full
    | CLEARABLE["tags"].full
    | CLEARABLE["afterContactWorkConfigs"].full
    | CLEARABLE["hierarchyGroupPath"].full,
)
CHANGES = {
    "routingProfileName": "Another Routing Profile",
    "securityProfileNames": ["Agent", "Admin"],
    "hierarchyGroupPath": None,
    "identityInfo": {"email": "mallory@example.com"},
    "phoneConfig": {"autoAccept": False, "phoneType": None},
    "afterContactWorkConfigs": [],
    "proficiencies": [{"attributeName": "Language", "attributeValue": "German", "level": 5}],
    "tags": {"team": "sales", "cost-center": None},
    "deletionPolicy": "Retain",
}
ADDITIONS = {"tags": {"extra": "tag"}, "identityInfo": {"mobile": "+4915112345678"}}


def forced(resource: Resource, manifest: Manifest) -> Manifest:
    """As Argo CD and Flux apply."""
    return server_side(resource, manifest, force=True)


@pytest.mark.parametrize(
    "ways", [(client_side,), (server_side,), (client_side, forced)], ids=["client", "server", "both"]
)
def test_fields_with_a_default_return_to_it(users: Resource, ways: tuple[Apply, ...]) -> None:
    changed = a_user(deletionPolicy="Retain", managementPolicy="Observe", suspend=True)
    for manifest, apply in zip([a_user(), changed, a_user(), changed, a_user()], cycle(ways), strict=False):
        assert apply(users, manifest)["spec"] == DEFAULTS | manifest["spec"]


@pytest.mark.parametrize("apply", [client_side, forced])
def test_a_strangers_changes_are_taken_back_by_the_next_apply(users: Resource, apply: Apply) -> None:
    manifest = a_user(**FULL, deletionPolicy="Delete")
    apply(users, manifest)
    patched = users.patch("jdoe", {"spec": CHANGES}, MERGE_PATCH, STRANGER)
    assert patched["spec"] != manifest["spec"] | DEFAULTS
    assert apply(users, manifest)["spec"] == manifest["spec"] | DEFAULTS


def test_server_side_apply_takes_back_what_a_stranger_added_to_a_map_or_block(users: Resource) -> None:
    """It owns the whole map or block, because they are atomic."""
    forced(users, a_user(**FULL))
    users.patch("jdoe", {"spec": ADDITIONS}, MERGE_PATCH, STRANGER)
    assert forced(users, a_user(**FULL))["spec"] == a_user(**FULL)["spec"] | DEFAULTS


def test_client_side_apply_keeps_what_a_stranger_added_to_a_map_or_block(users: Resource) -> None:
    """A limit of client-side apply with every custom resource: it deletes only what it has applied itself."""
    client_side(users, a_user(**FULL))
    users.patch("jdoe", {"spec": ADDITIONS}, MERGE_PATCH, STRANGER)
    assert client_side(users, a_user(**FULL))["spec"] == merged(a_user(**FULL)["spec"], ADDITIONS) | DEFAULTS


def test_server_side_apply_without_force_names_the_stranger(users: Resource) -> None:
    """The person is told of the conflict, and nothing is half applied."""
    server_side(users, a_user(**FULL))
    users.patch("jdoe", {"spec": {"securityProfileNames": ["Admin"]}}, MERGE_PATCH, STRANGER)
    with pytest.raises(Refused, match="kubectl-patch") as conflict:
        server_side(users, a_user(**FULL))
    assert conflict.value.code == 409
    assert conflict.value.lines[0].startswith(".spec.securityProfileNames: ")


def test_the_annotation_follows_server_side_apply(users: Resource) -> None:
    """Else the next client-side apply would compare with an old manifest and delete nothing."""
    client_side(users, a_user())
    live = server_side(users, a_user(tags={"team": "support"}))
    assert '"team"' in live["metadata"]["annotations"][LAST_APPLIED]


def test_the_operators_status_survives_every_apply(users: Resource) -> None:
    """Status has its own subresource, so that no manifest can touch it, nor the status a manifest."""
    client_side(users, a_user())
    status = {"status": {"userId": "1a2b", "observedGeneration": 1}}
    users.patch("jdoe", status, MERGE_PATCH, Write(manager="connect-operator", subresource="status"))
    for apply in (client_side, server_side, forced):
        live = apply(users, a_user(tags={"by": apply.__name__}))
        assert live["status"] == status["status"]


# Each leaves out a member that has a default, so that the API server could be tempted to write it in.
PARTLY_SAID = {
    "a Secret without key": a_user(passwordSecretRef={"name": "initial-password"}),
    "every clearable field": a_user(**FULL),
    "half a deletion guard": an_instance("half-a-guard", deletionGuard={"minPending": 5}),
    "a deletion guard without anything": an_instance("no-guard", deletionGuard={}),
    "a rate without burst": an_instance("half-a-rate", apiRates={"default": {"rate": 3}, "CreateUser": {}}),
    "an assignment": an_assignment(),
}


@pytest.mark.parametrize("case", PARTLY_SAID)
def test_what_argo_cd_applies_is_what_is_stored(admin: ApiClient, case: str) -> None:
    """Its diff takes an atomic block as a whole: one member more, and the object is OutOfSync for ever."""
    manifest = PARTLY_SAID[case]
    resource = Resource(api=admin, path=PATHS[manifest["kind"]])
    apply = Write(manager="argocd-controller", force=True)
    name = manifest["metadata"]["name"]
    try:
        stored = resource.patch(name, manifest, APPLY_PATCH, apply)
        assert {key: stored["spec"][key] for key in manifest["spec"]} == manifest["spec"]
        again = resource.patch(name, manifest, APPLY_PATCH, apply)
        assert again["spec"] == stored["spec"]
        assert again["metadata"]["generation"] == 1
    finally:
        resource.delete(name)
