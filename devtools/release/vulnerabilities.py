"""Known vulnerabilities of the shipped packages, by one question to OSV (https://osv.dev)."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from release.packages import Package

DATABASE = "https://api.osv.dev/v1/querybatch"
_SECONDS = 30.0


class CouldNotAskError(Exception):
    """Nobody answered, or not as expected: nothing is known, which is not the same as nothing found."""


@dataclass(frozen=True)
class Finding:
    """A vulnerability of a package."""

    package: Package
    identity: str


def known_vulnerabilities(packages: Sequence[Package], url: str = DATABASE) -> list[Finding]:
    """What is known of these very versions. Raises CouldNotAskError."""
    body = json.dumps({"queries": [{"package": {"purl": package.purl}} for package in packages]}).encode()
    # The address is the database's or a test's; there is no user input in it.
    request = urllib.request.Request(url, data=body, headers={"Content-Type": "application/json"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310 - see above
            results = json.load(answer)["results"]
        found = zip(packages, results, strict=True)
        return [Finding(package, each["id"]) for package, result in found for each in result.get("vulns", [])]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CouldNotAskError(f"{url} gave no answer that can be used: {error}") from error
