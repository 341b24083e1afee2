"""The command `explain` itself: look the reason up, print."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import click
from click.shell_completion import CompletionItem

from connect_operator.cli.explain.explanations import EXPLANATIONS, Explanation
from connect_operator.cli.structured import FORMS, in_form
from connect_operator.cli.terminal import json_text, output, printable


def _begun(_context: click.Context, _argument: click.Parameter, begun: str) -> list[CompletionItem]:
    return [
        CompletionItem(each.reason, help=each.meaning)
        for name, each in EXPLANATIONS.items()
        if _plain(name).startswith(_plain(begun))
    ]


@click.command("explain", short_help="What a reason means, and what to do.")
@click.argument("reason", required=False, shell_complete=_begun)
@click.option("--output", "-o", "form", type=click.Choice(["text", "json", "yaml"]), default="text", show_default=True)
def command(reason: str | None, form: str) -> None:
    """Say what a REASON of a condition means and what to do about it; without one, list them all.

    A reason is what kubectl shows in the column REASON, such as WaitingForQuota or UsernameTaken.
    """
    chosen = list(EXPLANATIONS.values()) if reason is None else [_find(reason)]
    if form in FORMS:
        click.echo(in_form(json_text([each.document() for each in chosen]), form), nl=False)
        return
    console = output()
    for line in _whole(chosen[0]) if reason is not None else _listed(chosen):
        console.print(line)


def _find(reason: str) -> Explanation:
    by_plain = {_plain(name): explanation for name, explanation in EXPLANATIONS.items()}
    found = by_plain.get(_plain(reason))
    if found is not None:
        return found
    near = difflib.get_close_matches(_plain(reason), by_plain, n=3, cutoff=0.6)
    names = [by_plain[each].reason for each in near]
    remedy = f"did you mean {' or '.join(names)}?" if names else "connect-operator explain lists all"
    raise click.ClickException(printable(f"there is no reason {reason!r}; {remedy}"))


def _plain(reason: str) -> str:
    return "".join(each for each in reason.casefold() if each.isalnum())


def _whole(explanation: Explanation) -> Iterator[str]:
    yield explanation.reason
    yield f"  On:     {', '.join(explanation.kinds)}"
    yield f"  Means:  {explanation.meaning}"
    if explanation.conditions:
        yield f"  Shows:  {explanation.conditions}"
    yield f"  Then:   {explanation.then}"
    yield f"  Do:     {explanation.remedy}"
    yield f"  More:   {explanation.page}"


def _listed(explanations: list[Explanation]) -> Iterator[str]:
    width = max(len(each.reason) for each in explanations)
    for each in explanations:
        yield f"{each.reason.ljust(width)}  {each.meaning}"
