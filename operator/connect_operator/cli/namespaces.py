"""The names of namespaces on the command line."""

from __future__ import annotations

import click

from connect_operator.domain.rules.name_rules import namespace_violations


class Namespace(click.ParamType[str]):
    """A text that a namespace can be called; anything else would become another path of the API."""

    name = "namespace"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """See click."""
        for violation in namespace_violations(value):
            self.fail(violation.message, param, ctx)
        return value
