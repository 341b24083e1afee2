"""`connect-operator completion`: the script by which a shell completes our commands and options, made by click."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

_PROGRAM = "connect-operator"
# What click derives from the program's name; the script sets it and calls the program.
_VARIABLE = "_CONNECT_OPERATOR_COMPLETE"


@click.command("completion", short_help="The completion script of a shell.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Print the completion script of a shell.

    \b
    bash:  eval "$(connect-operator completion bash)"      in ~/.bashrc
    zsh:   eval "$(connect-operator completion zsh)"       in ~/.zshrc
    fish:  connect-operator completion fish > ~/.config/fish/completions/connect-operator.fish
    """  # noqa: D301 - \b is click's sign for lines that stay as they are
    kind = get_completion_class(shell)
    if kind is None:
        raise click.ClickException(f"click knows no completion for {shell}")
    click.echo(kind(context.find_root().command, {}, _PROGRAM, _VARIABLE).source())
