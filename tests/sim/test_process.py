"""`connect-sim` as a process: options, startup lines, stopping, and state that survives even SIGKILL."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from botocore.exceptions import BotoCoreError
from click.testing import CliRunner

from connect_sim.cli import main
from connect_sim.control_client import DEFAULT_INSTANCE, SimControl
from connect_sim.process import SimProcess

Client = Any
Json = dict[str, Any]
UNLIMITED = float("inf")


def _create(connect: Client, username: str, control: SimControl) -> str:
    created = connect.create_user(
        InstanceId=DEFAULT_INSTANCE,
        Username=username,
        Password="Passw0rd-Secret",
        IdentityInfo={"FirstName": "A", "LastName": "B", "Email": "a@example.com"},
        RoutingProfileId=control.records("routing-profiles")[0]["id"],
        SecurityProfileIds=[control.records("security-profiles")[0]["id"]],
    )
    return str(created["UserId"])


def test_the_environment_it_prints_is_all_an_sdk_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    with SimProcess() as sim:
        for name, value in sim.env.items():
            monkeypatch.setenv(name, value)
        connect: Client = boto3.Session().client("connect")
        sts: Client = boto3.Session().client("sts")
        assert len(connect.list_instances()["InstanceSummaryList"]) == 3
        assert sts.get_caller_identity()["Account"] == "111122223333"
        assert sim.instance_id == DEFAULT_INSTANCE


def test_without_state_a_restart_forgets(tmp_path: Path) -> None:
    with SimProcess() as sim:
        url = sim.url
        sim.control.add_users([{"Username": "ann"}])
        sim.kill()
        with pytest.raises(OSError, match="refused"):
            sim.control.health()
        sim.restart()
        assert sim.url == url
        assert sim.control.users() == []
    assert list(tmp_path.iterdir()) == []


def test_state_survives_sigkill_in_the_midst_of_calls(client_for: Callable[..., Client], tmp_path: Path) -> None:
    state = tmp_path / "state"
    acknowledged: list[str] = []

    def create_until_killed(connect: Client, control: SimControl) -> None:
        for number in range(100_000):
            try:
                acknowledged.append(_create(connect, f"user{number}", control))
            except (BotoCoreError, OSError):
                return

    with SimProcess(rate=UNLIMITED, state=state) as sim:
        control = sim.control
        control.edit_instance(userQuota=100_000)
        with ThreadPoolExecutor() as pool:
            done = pool.submit(create_until_killed, client_for(sim.url), control)
            control.wait_until(lambda: len(acknowledged) >= 20, what="20 users")
            sim.kill()
            done.result(timeout=120)
        sim.restart()
        kept = {user["Id"] for user in control.users()}
        assert set(acknowledged) <= kept
        assert len(kept) - len(acknowledged) <= 1
        assert sim.control.instances()[0]["userQuota"] == 100_000
    assert b"Passw0rd-Secret" not in state.read_bytes()
    assert state.stat().st_mode & 0o077 == 0


def test_everything_that_can_change_is_in_the_state_file(client_for: Callable[..., Client], tmp_path: Path) -> None:
    with SimProcess(rate=UNLIMITED, state=tmp_path / "state") as sim:
        control, connect = sim.control, client_for(sim.url)
        user = {"InstanceId": DEFAULT_INSTANCE, "UserId": _create(connect, "ann", control)}
        gone = {"InstanceId": DEFAULT_INSTANCE, "UserId": _create(connect, "gone", control)}
        connect.delete_user(**gone)
        item = {"AttributeName": "Language", "AttributeValue": "German", "Level": 4.0}
        connect.associate_user_proficiencies(**user, UserProficiencies=[item])
        connect.associate_contact_with_user(**user, ContactId="5eed0000-0000-4000-8000-0000000c0001")
        control.add_record("routing-profiles", name="New")
        control.delete_record("security-profiles", control.records("security-profiles")[0]["id"])
        control.add_record("quick-connects", name="Ann", target="ann")
        control.sign_in(user["UserId"], sessions=2)
        control.add_instance(alias="new-instance")
        control.hide_user(user["UserId"], {"search": 3600})
        control.settings(untagAbsent="refused", rates={"ListUsers": {"rate": 9, "burst": 9}})
        role = {"RoleArn": "arn:aws:iam::111122223333:role/connect-operator", "RoleSessionName": "test"}
        keys = client_for(sim.url, "sts").assume_role(**role)["Credentials"]
        before = _everything(control)
        for stop in (sim.kill, sim.stop):
            stop()
            sim.restart()
            assert _everything(control) == before
        session = client_for(
            sim.url,
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        )
        assert len(session.list_instances()["InstanceSummaryList"]) == 4
        assert connect.search_users(InstanceId=DEFAULT_INSTANCE)["Users"] == []
        control.reset()
        sim.kill()
        sim.restart()
        assert control.users() == []


def _everything(control: SimControl) -> Json:
    kinds = ("routing-profiles", "security-profiles", "hierarchy-groups", "predefined-attributes", "contacts")
    return {
        "instances": control.instances(),
        "users": control.users(),
        "settings": control.settings(),
        **{kind: control.records(kind) for kind in (*kinds, "quick-connects", "presence")},
    }


def test_a_torn_last_line_is_a_call_that_was_never_answered(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with SimProcess(state=state) as sim:
        sim.control.add_users([{"Username": "ann"}])
        sim.kill()
        state.write_bytes(state.read_bytes() + b'{"kind":"user","instance_id":"5ee')
        sim.restart()
        assert [user["Username"] for user in sim.control.users()] == ["ann"]
        sim.control.add_users([{"Username": "bea"}])
        sim.kill()
        sim.restart()
        assert len(sim.control.users()) == 2


def test_a_broken_state_file_stops_the_start_and_is_left_alone(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.write_text("nonsense\n")
    with pytest.raises(RuntimeError, match="line 1"):
        SimProcess(state=state).start()
    assert state.read_text() == "nonsense\n"


def test_sigterm_stops_it_also_while_calls_wait_at_a_barrier(client_for: Callable[..., Client]) -> None:
    with SimProcess() as sim, ThreadPoolExecutor() as pool:
        barrier = sim.control.fault("barrier", "ListInstances")
        call = pool.submit(client_for(sim.url).list_instances)
        barrier.wait_for_waiting()
        os.kill(sim.pid, signal.SIGTERM)
        assert sim.wait() == 0
        call.exception(timeout=120)


def test_it_dies_with_its_parent() -> None:
    program = (
        "import sys, time\n"
        "from connect_sim.process import SimProcess\n"
        "sim = SimProcess().start()\n"
        "print(sim.url, flush=True)\n"
        "time.sleep(60)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    parent = subprocess.Popen(  # noqa: S603 - this interpreter
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert parent.stdout is not None
    control = SimControl(parent.stdout.readline().strip())
    assert control.health()["status"] == "ok"
    parent.kill()
    parent.communicate()

    def gone() -> bool:
        try:
            control.health()
        except OSError:
            return True
        return False

    control.wait_until(gone, what="the child to stop")


def test_the_port_file_holds_the_port(tmp_path: Path) -> None:
    with SimProcess(arguments=["--port-file", str(tmp_path / "port")]) as sim:
        assert sim.url.endswith(":" + (tmp_path / "port").read_text().strip())


def test_rate_and_burst_are_options() -> None:
    with SimProcess(rate=7, burst=9) as sim:
        rates = sim.control.settings()["rates"]
        assert rates["default"] == rates["DescribeContact"] == {"rate": 7.0, "burst": 9.0}


def test_a_seed_of_ones_own(tmp_path: Path, client_for: Callable[..., Client]) -> None:
    seed = {
        "defaultAccount": "999900001111",
        "defaultRegion": "eu-west-2",
        "accounts": [{"id": "999900001111", "accessKeys": [{"accessKeyId": "OWNKEY0000000000"}]}],
        "settings": {"rates": {"CreateUser": {"rate": 10, "burst": 20}}, "usernameCase": "insensitive"},
        "instances": [
            {
                "id": "own",
                "userQuota": 3,
                "securityProfiles": [{"name": "Agent"}, {"name": "Own", "id": "own-profile"}],
                "users": [{"username": "ann", "securityProfileNames": ["Own"], "tags": {"a": "b"}}],
            }
        ],
    }
    path = tmp_path / "seed.yaml"
    path.write_text(yaml.safe_dump(seed))
    with SimProcess(seed=path) as sim:
        assert sim.env["AWS_REGION"] == "eu-west-2"
        [user] = client_for(sim.url, region="eu-west-2").search_users(InstanceId="own")["Users"]
        assert (user["Username"], user["SecurityProfileIds"], user["Tags"]) == ("ann", ["own-profile"], {"a": "b"})
        settings = sim.control.settings()
        assert settings["rates"]["CreateUser"] == {"rate": 10.0, "burst": 20.0}
        assert settings["switches"]["usernameCase"]["value"] == "insensitive"


BAD_OPTIONS: list[tuple[list[str], str]] = [
    (["--host", "0.0.0.0"], "not loopback"),  # noqa: S104 - an address to refuse
    (["--host", "example.com"], "--allow-remote"),
    (["--seed", "/nonexistent"], "does not exist"),
    (["--burst", "x"], "not a valid float"),
]


@pytest.mark.parametrize(("arguments", "text"), BAD_OPTIONS)
def test_bad_options_are_refused(arguments: list[str], text: str) -> None:
    result = CliRunner().invoke(main, ["--port", "0", *arguments])
    assert result.exit_code != 0
    assert text in result.output


def test_a_bad_seed_says_where(tmp_path: Path) -> None:
    path = tmp_path / "seed.yaml"
    path.write_text('defaultAccount: "1"\ndefaultRegion: r\naccounts: [{id: "1", colour: red}]\n')
    with pytest.raises(RuntimeError, match=re.escape(str(path)) + ".*colour"):
        SimProcess(seed=path).start()


def test_help_points_to_the_control_endpoint() -> None:
    result = CliRunner().invoke(main, ["--help"])
    assert "/_sim/" in result.output


def test_a_busy_port_is_said_with_the_way_out() -> None:
    with SimProcess() as sim:
        port = sim.url.rpartition(":")[2]
        result = CliRunner().invoke(main, ["--port", port])
    assert result.exit_code == 1
    assert f"port {port} of 127.0.0.1 is in use" in result.stderr
    assert "--port 0" in result.stderr
    assert "Errno" not in result.stderr
