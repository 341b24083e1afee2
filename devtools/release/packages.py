"""The Python packages that the operator is shipped with: pins, hashes, licences, and who needs whom.

Pins and hashes stand in requirements/runtime.txt; the rest is what the installed packages say of themselves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
# What packages write where an SPDX expression belongs.
_SPDX = {
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "ISC License": "ISC",
    # "Dual License", says the package; its LICENSE: Apache 2.0 for what is newer than 2017, or BSD 3-clause for all.
    "Dual License": "Apache-2.0 OR BSD-3-Clause",
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: BSD License": "BSD-3-Clause",
}


class UnknownLicenceError(Exception):
    """A package says nothing of its licence that this file understands."""


@dataclass(frozen=True)
class Package:
    """One pinned package; ``needs`` are names of others."""

    name: str
    version: str
    licence: str
    """An SPDX expression."""
    hashes: tuple[str, ...]
    """SHA-256 of each file that the index may give."""
    needs: tuple[str, ...]

    @property
    def purl(self) -> str:
        """Its package URL."""
        return f"pkg:pypi/{self.name}@{self.version}"


def shipped(requirements: Path) -> list[Package]:
    """The packages of a lock file that this platform needs, by name. Raises UnknownLicenceError."""
    pinned = [
        (requirement, hashes)
        for requirement, hashes in _pins(requirements)
        if requirement.marker is None or requirement.marker.evaluate()
    ]
    names = {_normal(requirement.name) for requirement, _ in pinned}
    return [_package(requirement, hashes, names) for requirement, hashes in pinned]


def _package(requirement: Requirement, hashes: tuple[str, ...], names: set[str]) -> Package:
    (specifier,) = requirement.specifier
    try:
        found = distribution(requirement.name)
    except PackageNotFoundError as error:
        raise UnknownLicenceError(f"{requirement.name} is not installed here, so its licence is unknown") from error
    return Package(
        name=_normal(requirement.name),
        version=specifier.version,
        licence=_licence(found),
        hashes=hashes,
        needs=tuple(sorted(names & set(_needs(found)))),
    )


def _pins(requirements: Path) -> Iterator[tuple[Requirement, tuple[str, ...]]]:
    text = requirements.read_text().replace("\\\n", " ")
    for line in text.splitlines():
        if line.strip():
            yield Requirement(line.split(" --hash", 1)[0]), tuple(sorted(_HASH.findall(line)))


def _licence(found: Distribution) -> str:
    metadata = found.metadata.json
    classifiers = [each for each in metadata.get("classifier", []) if each.startswith("License ::")]
    for said in (metadata.get("license_expression"), metadata.get("license"), *classifiers):
        if said:
            licence = _SPDX.get(str(said), str(said))
            if re.fullmatch(r"[A-Za-z0-9.-]+( (AND|OR) [A-Za-z0-9.-]+)*", licence):
                return licence
    raise UnknownLicenceError(f"{found.name} {found.version} does not say its licence in a way known here")


def _needs(found: Distribution) -> Iterator[str]:
    for line in found.requires or []:
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield _normal(requirement.name)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
