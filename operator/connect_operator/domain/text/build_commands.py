"""Text from elsewhere that a build service would take for a command of its own, made plain text.

Azure Pipelines (`##vso[task.setvariable ...]`), GitHub Actions (`##[add-mask]`, `::error::`) and TeamCity
(`##teamcity[...]`) read what a step prints and do what such a mark says: set a variable, end the step, send a file. A
name or a manifest may hold one, and our commands are run in pipelines. So the first letter of the mark stands as an
escape. A file is not read so, and stays exact.
"""

from __future__ import annotations

import re

HASH = r"\x23"
"""A hash as it stands in text for people, and between the double quotes of YAML."""
_COLON = r"\x3a"

# Anywhere in a line.
_BRACKETED = re.compile(r"##(?=\w*\[)")
# At the start of a line only: `::name key=value::message`.
_COLONS = re.compile(r"^(\s*):(?=:[^:\s].*?::)")


def without_commands(text: str, escape: str = HASH) -> str:
    """The text with no mark that stands between brackets; `escape`: a hash as the document's own syntax has it."""
    return _BRACKETED.sub(lambda _match: f"{escape}#", text) if "##" in text else text


def as_no_command(line: str) -> str:
    """One line for people, that is no command."""
    return without_commands(_COLONS.sub(rf"\1\{_COLON}", line) if "::" in line else line)
