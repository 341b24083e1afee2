"""What the command line costs: `status` of all users, `plan` of 1000 files, `import` of an instance's users."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from bench import fleet
from bench.benchmark import BenchmarkError, Figure
from bench.rig import Rig
from bench.scale import AT_THE_QUOTA
from local_stack.operator_process import PROGRAM

_FILES = min(1000, AT_THE_QUOTA)
_LONGEST = 900.0


def run(rig: Rig, tell: Callable[[str], None]) -> Iterator[Figure]:
    """Each command once, as a person types it; the quota is not in its way."""
    rig.simulator.control.unlimited()
    with tempfile.TemporaryDirectory(prefix="connect-bench-") as name:
        folder = Path(name)
        manifests = folder / "users"
        manifests.mkdir()
        (manifests / "instance.yaml").write_text(json.dumps(fleet.instance()), encoding="utf-8")
        for manifest in islice(fleet.users(AT_THE_QUOTA), _FILES):
            file = manifests / f"{manifest['metadata']['name']}.yaml"
            file.write_text(json.dumps(manifest), encoding="utf-8")
        yield from _of(rig, tell, f"status of {AT_THE_QUOTA} users", ["status"])
        yield from _of(rig, tell, f"plan of {_FILES} files", ["plan", "-f", str(manifests), "--rate", "1000"], (0, 2))
        importing = ["import", "--instance", _of_many(rig), "--rate", "1000", "-d", str(folder / "imported")]
        yield from _of(rig, tell, f"import of {_FILES} users", importing)


def _of_many(rig: Rig) -> str:
    """The ARN of another instance, with users that nobody manages."""
    made = rig.simulator.control.add_instance(region="us-east-1")
    people = [
        {
            "Username": f"person-{number:04}",
            "IdentityInfo": {"FirstName": "P", "LastName": str(number), "Email": f"p{number}@example.com"},
        }
        for number in range(_FILES)
    ]
    rig.simulator.control.add_users(people, made["id"])
    return str(made["arn"])


def _of(
    rig: Rig, tell: Callable[[str], None], name: str, arguments: Sequence[str], codes: tuple[int, ...] = (0,)
) -> Iterator[Figure]:
    tell(name)
    position = rig.simulator.control.journal_position()
    environment = {**os.environ, **rig.simulator.env, "KUBECONFIG": str(rig.cluster.kubeconfig)}
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    ended = subprocess.run(
        [*PROGRAM, *arguments], env=environment, capture_output=True, text=True, timeout=_LONGEST, check=False
    )
    seconds, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if ended.returncode not in codes:
        raise BenchmarkError(f"{' '.join(arguments)} ended with {ended.returncode}:\n{ended.stderr[-2000:]}")
    yield Figure(f"{name}: CPU", after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, "s")
    yield Figure(f"{name}: seconds", seconds, "s")
    yield Figure(f"{name}: calls to Connect", len(rig.simulator.control.journal(position)))
