"""What botocore keeps in memory for us is what we call, and nothing that we call is missing."""

from __future__ import annotations

import gc
import tracemalloc

import pytest
from botocore.session import Session

from connect_operator.aws import service_data
from connect_operator.aws.clients import Clients, ClientSettings, Target
from connect_operator.cli.iam.calls import CALLS

from .conftest import ManualClock

MEBIBYTE = 2**20


def a_client(clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    return Clients(ClientSettings(version="1", connections=1), clock).connect(Target("eu-central-1"))


def test_what_is_called_is_what_is_granted() -> None:
    assert {call.operation for call in CALLS} == service_data.OPERATIONS


def test_a_client_knows_every_call_as_botocore_describes_it(
    clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = a_client(clock, monkeypatch).meta.service_model  # type: ignore[attr-defined]
    whole = Session().get_service_model("connect")
    assert set(model.operation_names) == service_data.OPERATIONS
    for name in service_data.OPERATIONS:
        trimmed, described = model.operation_model(name), whole.operation_model(name)
        assert trimmed.http == described.http
        for part in ("input_shape", "output_shape"):
            mine, theirs = getattr(trimmed, part), getattr(described, part)
            assert (mine and sorted(mine.members)) == (theirs and sorted(theirs.members))
        assert [each.name for each in trimmed.error_shapes] == [each.name for each in described.error_shapes]


def test_what_is_not_called_takes_no_memory(clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    tracemalloc.start()
    client = a_client(clock, monkeypatch)
    gc.collect()
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert client is not None
    assert taken < 6 * MEBIBYTE, "with all of Connect and all endpoints they are 16"


@pytest.mark.parametrize("service", ["connect", "sts", "sso", "sso-oidc"])
@pytest.mark.parametrize("region", ["eu-central-1", "us-gov-west-1", "cn-north-1", "mars-north-1"])
def test_endpoints_are_those_that_botocore_knows(service: str, region: str) -> None:
    def endpoint(session: Session) -> str:
        made = session.create_client(service, region, aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="secret")
        return str(made.meta.endpoint_url)

    trimmed = Session()
    service_data.trim(trimmed.get_component("data_loader"))
    assert endpoint(trimmed) == endpoint(Session())
