"""From the command line to the plan and to its exit code."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import click

from connect_operator.cli.options import InstanceOptions, check_access
from connect_operator.cli.plan.json_document import json_document
from connect_operator.cli.plan.listing import listing
from connect_operator.cli.plan.make_plan import make_plan
from connect_operator.cli.plan.report import Action
from connect_operator.cli.plan.sources import Request
from connect_operator.cli.plan.text import lines
from connect_operator.cli.session import settings
from connect_operator.cli.structured import FORMS, in_form
from connect_operator.cli.terminal import messages, output


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The command line."""

    files: tuple[str, ...]
    namespaces: tuple[str, ...]
    instance: str | None
    region: str | None
    role_arn: str | None
    external_id: str | None
    rate: float | None
    offline: bool
    skip_details: bool
    allow_assume_role: bool
    prune: bool
    selector: str
    listed: str | None
    strict: bool
    output: str


def run(options: Options) -> int:
    """Plan, print, and return the exit code. Raises click's exceptions."""
    check_access(role_arn=options.role_arn, external_id=options.external_id)
    if options.instance is None and (options.region or options.role_arn):
        raise click.UsageError("--region and --role-arn go with --instance; a ConnectInstance says them itself")
    if options.prune and (options.offline or not options.files):
        raise click.UsageError("--prune compares -f FILE|DIR with the cluster; give both")
    if options.selector and not options.prune:
        raise click.UsageError("--selector goes with --prune")
    known = settings()
    request = Request(
        files=options.files,
        namespaces=options.namespaces,
        instance=_instance(options),
        offline=options.offline,
        cluster_id=known.cluster_id,
        allow_assume_role=options.allow_assume_role,
        prune=options.prune,
        selector=options.selector,
    )
    if options.listed is not None:
        for line in asyncio.run(listing(request, options.listed, known, messages(), options.rate)):
            output().print(line)
        return 0
    report = asyncio.run(make_plan(request, known, messages(), rate=options.rate, skip_details=options.skip_details))
    if options.output in FORMS:
        click.echo(in_form(json_document(report), options.output), nl=False)
    else:
        console = output()
        for line in lines(report):
            console.print(line)
    return 1 if options.strict and report.counts[Action.BLOCKED] else report.exit_code


def _instance(options: Options) -> InstanceOptions | None:
    if options.instance is None:
        return None
    return InstanceOptions(options.instance, options.region, options.role_arn, options.external_id)
