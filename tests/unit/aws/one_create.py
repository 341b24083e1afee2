"""A CreateUser whose parameters and password are known, and its failure."""

from __future__ import annotations

import pytest

from connect_operator.aws.connect import BotoConnect
from connect_operator.domain.connect.errors import ConnectError
from connect_operator.engine.ports import Password

USER = {"Username": "jdoe", "SecurityProfileIds": ["sp-1"], "RoutingProfileId": "rp-1"}
PASSWORD = Password("Passw0rdIsSecret")


async def failure_of_create(connect: BotoConnect) -> ConnectError:
    with pytest.raises(ConnectError) as caught:
        await connect.create_user(USER, PASSWORD)
    return caught.value
