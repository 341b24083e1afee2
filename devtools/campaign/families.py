"""The kinds of faults that the operator must survive, each with the tests that put it to them.

A test is named as pytest names it, without parameters: `folder/test_file.py::test_name`, or a whole file. The folders
are those of tests/; a test says whether every name stands in the repository.
"""

from __future__ import annotations

from dataclasses import dataclass

_ENGINE = "tests/unit/engine/"


@dataclass(frozen=True, slots=True)
class Family:
    """`tests`: each of them stands for the family by itself."""

    number: int
    fault: str
    tests: tuple[str, ...]


def _family(number: int, fault: str, *tests: str) -> Family:
    """`@` stands for the folder of the engine's tests in virtual time."""
    return Family(number, fault, tuple(test.replace("@", _ENGINE) for test in tests))


FAMILIES = (
    _family(
        1,
        "a crash just before or just after every call and every write",
        "@test_crash_points.py::test_a_crash_at_every_point",
        "@test_crashes.py::test_a_crash_at_every_step",
        "@test_assignment_schedules.py::test_trouble_at_any_step_never_doubles_the_call",
        "tests/e2e/test_kill_points.py::test_a_kill_at_every_request",
        "tests/e2e/test_crash.py::test_life_of_a_user_survives_a_kill",
    ),
    _family(
        2,
        "CreateUser is carried out and its answer is lost",
        "tests/e2e/test_uncertain_create.py::test_committed_create_without_an_answer_is_found",
        "@test_random_schedules.py::test_deleted_after_a_creation_of_unknown_outcome",
    ),
    _family(
        3,
        "CreateUser is carried out and answers 500, and the manifest is deleted next",
        "tests/e2e/test_deletion_trouble.py::test_user_of_a_create_without_an_answer_is_deleted_too",
    ),
    _family(
        4,
        "404 for minutes after the creation",
        "tests/e2e/test_deletion_trouble.py::test_404_soon_after_the_creation_proves_nothing",
        "@test_promises.py::test_a_young_user_is_deleted_though_every_reading_lags",
        "tests/e2e/test_gone.py::test_user_that_is_not_shown_stays_what_it_is",
    ),
    _family(
        5,
        "stale, partial or failing list pages",
        "@test_promises.py::test_a_while_without_sight_of_anybody",
        "tests/unit/aws/test_broken_calls.py::test_a_page_that_lost_its_end_is_no_empty_page",
        "tests/unit/aws/test_user_pages.py::test_what_is_no_page_is_a_broken_answer",
        "tests/e2e/test_gone.py::test_what_cannot_be_seen_changes_nothing_meanwhile",
    ),
    _family(
        6,
        "storms of 429, a neighbour who eats the quota",
        "tests/e2e/test_aws_errors.py::test_throttled_call_is_told_and_sent_again_whatever_the_coding",
        "tests/e2e/test_waiting.py::test_edit_goes_before_the_backlog_and_only_its_newest_form_is_created",
        "@test_adaptive_rate.py",
    ),
    _family(
        7,
        "the k-th of several Update calls fails",
        "@test_crash_points.py::test_a_crash_at_every_point",
        "@test_odd_answers.py::test_a_user_is_edited_all_the_same",
    ),
    _family(8, "the answer to a PATCH is lost", "tests/e2e/test_kill_points.py::test_a_lost_answer_at_every_write"),
    _family(
        9,
        "409 and 422; the schema is tightened under live objects",
        "tests/kube/test_finalizers.py::test_racing_writers_lose_nothing_when_it_is_added",
        "tests/kube/test_finalizers.py::test_racing_writers_lose_nothing_when_it_is_removed",
        "tests/kube/test_status.py::test_a_status_that_the_schema_forbids_is_told_as_such",
        "tests/crds/test_ratcheting.py",
    ),
    _family(
        10,
        "watch events that are hidden; a watch that is cut or falls silent",
        "tests/kube/test_resync.py::test_it_finds_created_changed_deleted_and_recreated",
        "tests/kube/test_watch.py::test_each_watch_gives_a_sign_of_life",
    ),
    _family(
        11,
        "an API server that lags behind",
        "tests/kube/test_resync.py::test_a_list_that_lags_behind_proves_nothing",
        "@test_late_versions.py::test_of_an_object_that_is_gone",
        "@test_late_versions.py::test_of_an_object_that_has_a_successor",
        "tests/unit/kube/test_history.py::test_one_that_lags_for_a_while_ends_nothing",
    ),
    _family(
        12,
        "the API server or Connect is away for minutes",
        "tests/kube/test_outage.py::test_watch_and_client_survive_an_outage",
        "tests/e2e/test_uncertain_create.py::test_every_answer_lost_for_a_while_ends_well",
        "tests/e2e/test_api_server_history.py::test_an_outage_without_a_restore_ends_nothing",
    ),
    _family(
        13,
        "an edit in the middle of a pass",
        "tests/e2e/test_waiting.py::test_edit_during_the_create_wins_and_ready_never_speaks_of_what_was_not_seen",
    ),
    _family(
        14,
        "deleted while it is created, or while the operator is down",
        "tests/e2e/test_deletion.py::test_deletion_during_the_create_leaves_no_orphan",
        "tests/e2e/test_deletion.py::test_deletion_while_the_operator_is_down_is_made_up_for",
        "@test_crash_points.py::test_a_crash_at_every_point",
    ),
    _family(
        15,
        "deleted and made again under the same name",
        "tests/e2e/test_adoption.py::test_object_rebuilt_from_git_finds_its_user_by_the_policy",
        "@test_crash_points.py::test_a_crash_at_every_point",
    ),
    _family(
        16,
        "DeleteUser fails for ever",
        "tests/e2e/test_deletion_trouble.py::test_refused_deletion_keeps_the_object_tells_why_and_holds_nobody_up",
    ),
    _family(
        17,
        "the user is edited or deleted in the console",
        "tests/e2e/test_drift.py::test_what_is_managed_is_repaired_within_the_bound",
        "tests/e2e/test_gone.py::test_deleted_user_is_created_again",
        "@test_drift_sequences.py::test_any_sequence_of_changes_ends_as_the_manifest_says",
    ),
    _family(
        18,
        "the password's Secret is late, changed, gone",
        "tests/e2e/test_passwords.py",
        "tests/e2e/test_deletion.py::test_deletion_needs_nothing_that_creation_needed",
        "tests/e2e/test_immutable.py::test_password_is_needed_at_creation_only",
    ),
    _family(
        19,
        "two replicas; a leader that is paused beyond its Lease",
        "tests/e2e/test_replicas.py::test_a_paused_leader_that_wakes_makes_no_call",
        "tests/e2e/test_replicas.py::test_a_killed_leader_is_followed_within_seventeen_seconds",
        "@test_leadership_schedules.py::test_at_no_time_two_lead",
        "@test_lease_crashes.py::test_a_crash_at_every_request",
    ),
    _family(
        20,
        "status and annotations stripped, foreign ones added",
        "@test_foreign_statuses.py::test_of_a_user",
        "@test_random_hands.py::test_random_hands",
    ),
    _family(
        21,
        "very many objects, very many bad ones and a good one",
        "@test_guard_verdicts.py::test_a_verdict_costs_the_same_however_many_deletions_are_paused",
        "tests/e2e/test_waiting.py::test_backlog_is_told_and_worked_off_without_a_throttled_call",
        "tests/e2e/test_good_among_broken.py::test_one_good_object_among_broken_ones_is_served",
    ),
    _family(22, "credentials expire", "tests/e2e/test_aws_errors.py::test_expired_credentials_get_one_probe_at_a_time"),
    _family(
        23,
        "random walks through specs and faults",
        "@test_random_schedules.py::test_random_schedules",
        "@test_random_hands.py::test_random_hands",
        "@test_assignment_schedules.py::test_random_schedules",
    ),
    _family(
        24,
        "a reference, a username or a policy is edited while a call is under way",
        "@test_homes.py",
        "@test_crash_points.py::test_a_crash_at_every_point",
    ),
    _family(
        25,
        "half a list, at the start or after an outage",
        "@test_complete_list.py",
        "tests/e2e/test_slow_api_server.py::test_an_owner_on_a_page_that_is_not_read_yet_is_alive",
        "tests/e2e/test_slow_api_server.py::test_an_outage_in_the_middle_of_the_first_list_is_waited_for",
    ),
    _family(
        26,
        "an answer that is no word about the manifest, or about an object",
        "@test_odd_answers.py",
        "tests/unit/kube/test_connection.py::test_an_answer_that_is_no_word_about_the_object_passes",
        "tests/e2e/test_odd_api_answers.py",
        "tests/unit/domain/test_errors.py",
    ),
    _family(
        27,
        "etcd restored from an older snapshot under a running operator",
        "tests/e2e/test_api_server_history.py::test_a_restored_etcd_is_noticed_and_obeyed",
    ),
    _family(
        28,
        "credentials, names or an endpoint that hang",
        "tests/e2e/test_hanging.py",
        "tests/unit/aws/test_hanging.py",
    ),
    _family(
        29,
        "a status that is stripped or forged",
        "@test_foreign_statuses.py",
        "tests/e2e/test_foreign_statuses.py::test_of_a_user_and_an_instance",
        "tests/e2e/test_reconcile_now.py::test_a_status_that_claims_the_answer_gains_nothing",
    ),
    _family(
        30,
        "two ConnectInstances of one Connect instance",
        "@test_promises.py::test_of_two_connect_instances_for_one_instance_the_older_claim_keeps_the_user",
        "@test_deletion_wave.py::test_two_connectinstances_of_one_instance_share_and_do_not_double",
    ),
    _family(
        31,
        "deletions that trickle in",
        "@test_deletion_guard.py::test_a_trickle_pauses_like_a_wave",
        "@test_deletion_guard.py::test_a_trickle_over_restarts_pauses_too",
    ),
    _family(
        32,
        "an API server that refuses, or is slow, for minutes",
        "tests/e2e/test_slow_api_server.py::test_a_server_that_refuses_writes_is_not_hammered_and_recovery_is_prompt",
        "@test_api_server_trouble.py",
        "tests/unit/kube/test_circuit.py",
    ),
)


def named_tests() -> tuple[str, ...]:
    """All of them, each once, in the order of the families."""
    return tuple(dict.fromkeys(test for family in FAMILIES for test in family.tests))
