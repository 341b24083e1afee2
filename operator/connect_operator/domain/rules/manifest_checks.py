"""What is wrong with a manifest, as data: which field, and what to do. How it is found out is cli/admission."""

from __future__ import annotations

from typing import NamedTuple


class Violation(NamedTuple):
    """A rule that a manifest breaks: the field, and what is wrong, with the remedy.

    The field is below spec ("" for spec itself), but for those of metadata and for what stands `outside` of spec.
    """

    field: str
    message: str
    outside: bool = False

    @property
    def text(self) -> str:
        """The whole sentence."""
        if self.outside or self.field.startswith("metadata."):
            return f"{self.field}: {self.message}"
        return f"spec.{self.field}: {self.message}" if self.field else f"spec: {self.message}"
