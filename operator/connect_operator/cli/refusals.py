"""What AWS refuses to a command that runs once, for the person who runs it: their credentials, their options.

The operator's own messages speak of its role, and of the fields of a ConnectInstance.
"""

from __future__ import annotations

from connect_operator.domain.connect.errors import ConnectError, ErrorKind
from connect_operator.domain.connect.remedies import credentials

_OF_OPTIONS = (
    ("the operator's role (or to spec.assumeRole)", "whoever runs this (or to --role-arn)"),
    ("the ConnectInstance's spec.assumeRole.externalId", "--external-id"),
    ("the ConnectInstance's spec.assumeRole", "--role-arn"),
    ("the operator's own role", "whoever runs this"),
    ("give the operator valid AWS credentials", "give this command valid AWS credentials"),
    ("spec.instanceId", "--instance"),
    ("spec.region", "--region"),
    ("it is tried again by itself; if it stays so, ", ""),
    ("; it is tried again by itself", "; try again"),
)


def by_options(message: str) -> str:
    """The operator's message about an instance, of one that the command line names."""
    for told, here in _OF_OPTIONS:
        message = message.replace(told, here)
    return message


def refused(error: ConnectError) -> str:
    """AWS's words, and what to do where that is known."""
    text = error.text.rstrip(".")
    if error.kind is ErrorKind.DENIED:
        grant = "connect-operator iam-policy --read-only prints all that is needed"
        return f"{text}; grant connect:{error.operation} to whoever runs this: {grant}"
    return f"{text}; {by_options(credentials(error))}" if error.kind is ErrorKind.CREDENTIALS else error.text
