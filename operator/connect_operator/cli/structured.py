"""What a command says for programs: JSON, and the same document as YAML."""

from __future__ import annotations

import json

from connect_operator.cli.imports.yaml_text import yaml_text

FORMS = ("json", "yaml")


def in_form(document: str, form: str) -> str:
    """A JSON document in one of FORMS."""
    return document if form == "json" else yaml_text(json.loads(document))
