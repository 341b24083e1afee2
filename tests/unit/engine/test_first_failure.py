"""The message keeps the request ID of the first failure, though CreateUser is sent again before anything is said."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connect_operator.domain.connect.errors import ConnectError

from .builders import a_spec
from .fake_connect import FakeConnect
from .harness import World


class Failing(FakeConnect):
    """CreateUser fails every time, with a request ID of its own."""

    codes: tuple[tuple[str, int], ...] = ()
    failed: int = 0

    async def _write(self, operation: str, subject: str, carry_out: Callable[[], None]) -> None:
        if operation == "CreateUser" and self.failed < len(self.codes):
            code, status = self.codes[self.failed]
            self.failed += 1
            raise ConnectError(
                operation=operation,
                code=code,
                message="no",
                request_id=f"request-{self.failed}",
                http_status=status,
                uncertain=status >= 500,
            )
        await super()._write(operation, subject, carry_out)


SERVER = ("InternalServiceException", 500)
OTHER = ("ServiceUnavailable", 503)
DENIED = ("AccessDeniedException", 403)


@pytest.mark.parametrize(
    ("codes", "told"),
    [
        ((SERVER,) * 3, "request-1"),
        ((SERVER, OTHER), "request-1"),
        # The reason is another, and its first failure is this one.
        ((SERVER, DENIED, DENIED), "request-2"),
    ],
)
def test_the_first_failure_is_told(codes: tuple[tuple[str, int], ...], told: str) -> None:
    world = World()
    world.connect = Failing(world.script)
    world.connect.codes = codes
    reasons = {"ServiceUnavailable", "PermissionDenied"}
    seen: list[str] = []

    def done() -> bool:
        raw = world.cluster.raw("jdoe")
        conditions = raw["status"].get("conditions", []) if raw is not None else []
        seen.extend(each["message"] for each in conditions if each["type"] == "Ready" and each["reason"] in reasons)
        return world.ready()

    world.until(done, act=lambda: world.cluster.apply("jdoe", a_spec()))
    assert seen
    assert all(f"(request {told})" in message for message in seen), set(seen)
