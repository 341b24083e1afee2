"""The bill of materials (CycloneDX 1.6, JSON) and the list of licences, from the same packages."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from release.packages import Package

_NAME, _LICENCE = "connect-operator", "Apache-2.0"


def bill_of_materials(version: str, packages: Sequence[Package], direct: Sequence[str], epoch: int) -> dict[str, Any]:
    """The document; ``direct`` are the names of the packages that the operator itself asks for."""
    own = f"pkg:pypi/{_NAME}@{version}"
    purls = {package.name: package.purl for package in packages}
    # The same release has the same number, another has another.
    content = "\n".join([own, *(f"{each.purl} {each.hashes}" for each in packages)])
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": uuid.uuid5(uuid.NAMESPACE_URL, content).urn,
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(epoch, UTC).isoformat(),
            "component": _component("application", _NAME, version, own, _LICENCE),
        },
        "components": [
            {
                **_component("library", package.name, package.version, package.purl, package.licence),
                "externalReferences": [
                    {
                        "type": "distribution",
                        "url": package.purl,
                        "hashes": [{"alg": "SHA-256", "content": each} for each in package.hashes],
                    }
                ],
            }
            for package in packages
        ],
        "dependencies": [
            {"ref": own, "dependsOn": sorted(purls[name] for name in direct)},
            *({"ref": package.purl, "dependsOn": [purls[name] for name in package.needs]} for package in packages),
        ],
    }


def licence_list(packages: Sequence[Package]) -> str:
    """A page for people."""
    rows = "\n".join(f"| {each.name} | {each.version} | {each.licence} |" for each in packages)
    head = "# Licences of what connect-operator is shipped with\n\n| package | version | licence |\n| --- | --- | --- |"
    return f"{head}\n{rows}\n"


def _component(kind: str, name: str, version: str, purl: str, licence: str) -> dict[str, Any]:
    simple = re.fullmatch(r"\S+", licence)
    licences = [{"license": {"id": licence}}] if simple else [{"expression": licence}]
    return {"type": kind, "bom-ref": purl, "name": name, "version": version, "purl": purl, "licenses": licences}
