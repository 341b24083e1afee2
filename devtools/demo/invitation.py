"""What is printed when the demonstration is left running: what to export, and three things to try."""

from __future__ import annotations

import shlex
import shutil

from demo.screen import Screen
from demo.stage import Stage

_EDIT = '{"spec":{"routingProfileName":"Priority Routing Profile"}}'
_TRY = (
    ("See everything at a glance:", ".venv/bin/connect-operator status"),
    (
        "Change one; then see in its Events what the operator did about it:",
        f"kubectl patch connectuser alex.kim --type merge -p '{_EDIT}' && kubectl describe connectuser alex.kim",
    ),
    ("See every call that Connect was sent, oldest first:", 'curl -s "$AWS_ENDPOINT_URL_CONNECT/_sim/journal"'),
)


def invite(screen: Screen, stage: Stage) -> None:
    """Print it; the export lines stand at the beginning of their lines, to be copied or evaluated."""
    screen.heading("Everything keeps running; Ctrl-C here ends it")
    screen.say("In another terminal, in this folder:")
    for name, value in stage.environment.items():
        screen.console.print(f"export {name}={shlex.quote(value)}", soft_wrap=True)
    if shutil.which("kubectl") is None:
        screen.say("(kubectl is not installed here; any Kubernetes client that reads KUBECONFIG will do.)")
    for words, command in _TRY:
        screen.say(words)
        screen.command(command)
    screen.say(f"The operator's log: {stage.operator.log_file}")
