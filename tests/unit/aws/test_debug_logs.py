"""No log level opens what botocore prints at DEBUG."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.session import Session

from connect_operator.aws.connect import BotoConnect
from connect_operator.aws.gateway import Gateway
from connect_operator.domain.kinds.spec import ConnectInstanceSpec
from connect_operator.engine.ports import Password

from .conftest import INSTANCE
from .stub_server import Stub

PACKAGES = ("botocore", "boto3", "urllib3")
USER = {"Username": "jdoe", "SecurityProfileIds": ["sp-1"], "RoutingProfileId": "rp-1"}


def loggers() -> list[logging.Logger]:
    names = [name for name in logging.root.manager.loggerDict if name.partition(".")[0] in PACKAGES]
    return [logging.getLogger(name) for name in {*names, *PACKAGES}]


@pytest.fixture(autouse=True)
def unguarded() -> Iterator[None]:
    """The loggers as a fresh process has them, and as they were afterwards."""
    before = [(logger, logger.level, list(logger.filters)) for logger in loggers()]
    for logger, _, _ in before:
        logger.setLevel(logging.NOTSET)
        logger.filters.clear()
    yield
    for logger, level, filters in before:
        logger.setLevel(level)
        logger.filters[:] = filters


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged, at DEBUG from the root."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def test_botocore_alone_logs_the_password(log: io.StringIO, stub: Stub) -> None:
    """The danger is real; without this the next test could pass for a wrong reason."""
    client: Any = Session().create_client("connect", region_name="us-east-1", endpoint_url=stub.url)

    client.create_user(InstanceId=INSTANCE, Password="Passw0rdIsSecret", **USER)

    assert "Passw0rdIsSecret" in log.getvalue()


async def create(connect: BotoConnect) -> None:
    await connect.create_user(USER, Password("Passw0rdIsSecret"))


async def test_through_the_gateway_nobody_sees_it(log: io.StringIO, connect: BotoConnect, stub: Stub) -> None:
    logging.getLogger("test").debug("the log works")

    await create(connect)

    assert stub.received
    assert "the log works" in log.getvalue()
    assert "Passw0rdIsSecret" not in log.getvalue()


async def test_nor_when_somebody_lowers_every_level_later(log: io.StringIO, gateway: Gateway, stub: Stub) -> None:
    connect = gateway.open(ConnectInstanceSpec(instance_id=INSTANCE, region="eu-central-1"))
    await create(connect)
    for logger in loggers():
        logger.setLevel(logging.DEBUG)

    await create(connect)

    assert len(stub.received) == 2
    assert "Passw0rdIsSecret" not in log.getvalue()


async def test_what_is_worth_knowing_still_comes_through(log: io.StringIO, gateway: Gateway) -> None:
    assert gateway

    logging.getLogger("botocore.credentials").warning("credentials will expire")

    assert "credentials will expire" in log.getvalue()


async def test_a_logger_that_botocore_makes_later_is_quiet_too(log: io.StringIO, gateway: Gateway) -> None:
    assert gateway

    logging.getLogger("botocore.imported_later").debug("Passw0rdIsSecret")

    assert "Passw0rdIsSecret" not in log.getvalue()
