"""A run to look at, watched by Prometheus: users are made at a quota, edited, changed in Connect, and deleted."""

from __future__ import annotations

import json
import math
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench import fleet
from bench.rig import Rig, free_port, running_rig, until
from dashboard.drawing import Line

_USERS, _RATE, _BURST = 240, 4, 5
_EVERY = 2
"""Seconds between two scrapes."""
_PATIENCE = 300.0
_QUIET = 40.0
_VARIABLES = {"$__rate_interval": "20s", "$instance": ".*"}


def record(
    panels: list[Mapping[str, Any]], program: str, folder: Path, tell: Callable[[str], None]
) -> dict[str, list[Line]]:
    """Run, and answer the panels' queries; by title. `program`: Prometheus. Takes about four minutes."""
    port = free_port()
    with running_rig(rate=_RATE, burst=_BURST) as rig:
        rig.objects.apply(fleet.instance(apiRates={"default": {"rate": _RATE, "burst": _BURST}}))
        rig.objects.apply(fleet.secret())
        with rig.operator(metrics_port=port), _prometheus(program, port, folder) as address:
            began = time.time()
            _live(rig, tell)
            ended = time.time()
            tell("asking the dashboard's queries")
            return {each["title"]: list(_lines(address, each, began, ended)) for each in panels}


def _live(rig: Rig, tell: Callable[[str], None]) -> None:
    tell(f"making {_USERS} users")
    rig.apply(fleet.users(_USERS))
    until("all are Ready", lambda: rig.ready() == _USERS, _PATIENCE)
    tell("changing some of them in Connect, and others in their manifests")
    ours = [each for each in rig.simulator.control.users() if each["Username"].startswith("agent-")]
    for user in ours[:12]:
        rig.simulator.control.edit_user(str(user["Id"]), IdentityInfo={"FirstName": "Changed", "LastName": "There"})
    edit = {"spec": {"identityInfo": {"lastName": "Edited"}}}
    for number in range(100, 140):
        rig.objects.patch("ConnectUser", fleet.NAMESPACE, f"agent-{number:04}", edit)
    until("the drift is put back", lambda: not _changed(rig), _PATIENCE)
    tell("deleting ten")
    for number in range(10):
        rig.objects.delete("ConnectUser", fleet.NAMESPACE, f"agent-{number:04}")
    until("they are gone", lambda: rig.ready() == _USERS - 10, _PATIENCE)
    quiet = time.monotonic() + _QUIET
    until("some rest", lambda: time.monotonic() > quiet, _PATIENCE)


def _changed(rig: Rig) -> bool:
    return any(each["IdentityInfo"].get("FirstName") == "Changed" for each in rig.simulator.control.users())


@contextmanager
def _prometheus(program: str, port: int, folder: Path) -> Iterator[str]:
    """Prometheus, scraping the operator; yields its address."""
    own = free_port()
    scrape = {"job_name": "connect-operator", "static_configs": [{"targets": [f"127.0.0.1:{port}"]}]}
    # Labels of ours win, as with honorLabels in manifests/monitoring/podmonitor.yaml.
    settings = {"global": {"scrape_interval": f"{_EVERY}s"}, "scrape_configs": [{**scrape, "honor_labels": True}]}
    config = folder / "prometheus.yml"
    config.write_text(json.dumps(settings), encoding="utf-8")
    arguments = [
        program,
        f"--config.file={config}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{own}",
    ]
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(arguments, stdout=log, stderr=log)
        try:
            address = f"http://127.0.0.1:{own}"
            until("Prometheus is ready", lambda: _answers(f"{address}/-/ready"), _PATIENCE)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=_PATIENCE)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - our own, on this machine
            return bool(answer.status == 200)  # noqa: PLR2004 - OK
    except OSError:
        return False


def _lines(address: str, panel: Mapping[str, Any], began: float, ended: float) -> Iterator[Line]:
    for target in panel["targets"]:
        query, name = target["expr"], target.get("legendFormat", "")
        for variable, value in _VARIABLES.items():
            query = query.replace(variable, value)
        asked = urllib.parse.urlencode({"query": query, "start": began, "end": ended, "step": _EVERY})
        with urllib.request.urlopen(f"{address}/api/v1/query_range?{asked}", timeout=60) as answer:  # noqa: S310
            found = json.load(answer)["data"]["result"]
        for series in found:
            # Of no samples a quantile is not a number; and for the last bits of a float no scale is ever found.
            read = ((at - began, float(value)) for at, value in series["values"])
            points = [(at, float(f"{value:.4g}")) for at, value in read if math.isfinite(value)]
            if points:
                yield Line(_filled(name, series["metric"]), points)


def _filled(name: str, labels: Mapping[str, str]) -> str:
    for label, value in labels.items():
        name = name.replace("{{" + label + "}}", value)
    return name
