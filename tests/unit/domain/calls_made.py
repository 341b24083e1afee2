"""The calls of a plan, as the tests compare them."""

from __future__ import annotations

from typing import Any

from connect_operator.domain.plan.plan import Plan


def made(found: Plan) -> list[tuple[str, dict[str, Any]]]:
    return [(call.operation, call.parameters) for call in found.calls]
