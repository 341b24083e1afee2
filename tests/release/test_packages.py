"""What is shipped, and under which licences."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from release.packages import UnknownLicenceError, shipped

RUNTIME = Path(__file__).parents[2] / "requirements" / "runtime.txt"
# All of them let the operator be used and passed on by anybody; MPL-2.0 asks that changes of its own files stay open.
ACCEPTED = {"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MPL-2.0", "PSF-2.0"}


def test_every_licence_is_one_that_was_accepted() -> None:
    found = {licence for package in shipped(RUNTIME) for licence in re.split(r" AND | OR ", package.licence)}
    assert found <= ACCEPTED


def test_a_package_has_its_pin_its_hashes_and_what_it_needs() -> None:
    packages = {package.name: package for package in shipped(RUNTIME)}
    kopf = packages["kopf"]
    assert f"kopf=={kopf.version} " in RUNTIME.read_text()
    assert kopf.hashes
    assert all(f"--hash=sha256:{each}" in RUNTIME.read_text() for each in kopf.hashes)
    assert {"aiohttp", "click"} <= set(kopf.needs)


def test_what_this_platform_does_not_install_is_left_out(tmp_path: Path) -> None:
    lock = tmp_path / "lock.txt"
    lock.write_text(f"colorama==0.4.6 ; sys_platform == 'never' \\\n    --hash=sha256:{'0' * 64}\n")
    assert shipped(lock) == []


def test_a_package_whose_licence_is_unknown_stops_the_release(tmp_path: Path) -> None:
    lock = tmp_path / "lock.txt"
    lock.write_text(f"not-installed==1.0 \\\n    --hash=sha256:{'0' * 64}\n")
    with pytest.raises(UnknownLicenceError, match="not-installed"):
        shipped(lock)
