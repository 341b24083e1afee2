"""The command `connect-sim`: options, startup lines, a clean stop. What it serves is built in server/."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
from aiohttp import web

from connect_sim.seeding.load import load_seed
from connect_sim.server.app import build_app
from connect_sim.server.guard import is_loopback
from connect_sim.server.simulator import Options, Simulator

if TYPE_CHECKING:
    from connect_sim.seeding.specs import Seed

DEFAULT_PORT = 4570
# The last startup line, for programs that read them.
READY_LINE = "# ready"
_SHUTDOWN_SECONDS = 2.0
_STDIN_CHUNK = 4096


@dataclass(frozen=True, slots=True)
class Listening:
    """Where to listen, whom to let in, and when to stop."""

    host: str
    port: int
    port_file: Path | None
    allow_remote: bool
    until_stdin_closes: bool


@click.command(context_settings={"show_default": True, "help_option_names": ["-h", "--help"]})
@click.option("--port", default=DEFAULT_PORT, type=click.IntRange(0, 65535), help="0 takes a free port.")
@click.option("--host", default="127.0.0.1", help="Anything but loopback needs --allow-remote.")
@click.option("--allow-remote", is_flag=True, help="Answer others than this machine. There is no authentication.")
@click.option("--port-file", type=click.Path(path_type=Path), help="Write the port number here once listening.")
@click.option(
    "--seed", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="YAML; the default is built in."
)
@click.option(
    "--state", type=click.Path(dir_okay=False, path_type=Path), help="Keep all state in FILE across restarts."
)
@click.option("--rate", type=float, help="Calls per second and operation; inf for no limit.")
@click.option("--burst", type=float, help="Calls at once and per operation.")
@click.option("--strict-auth", is_flag=True, help="Refuse access keys that the seed does not name.")
@click.option("--verbose", is_flag=True, help="Log every call to stderr.")
@click.option("--until-stdin-closes", is_flag=True, help="Stop when standard input ends, as when the parent dies.")
def main(  # noqa: PLR0913, PLR0917 - one parameter per option, passed by name
    port: int,
    host: str,
    port_file: Path | None,
    seed: Path | None,
    state: Path | None,
    rate: float | None,
    burst: float | None,
    *,
    allow_remote: bool,
    strict_auth: bool,
    verbose: bool,
    until_stdin_closes: bool,
) -> None:
    """Simulate Amazon Connect's user API for any AWS SDK or the aws CLI.

    Faults, the journal of calls, settings and the true state are under /_sim/; GET /_sim/ lists what there is.
    """
    if not allow_remote and not is_loopback(host):
        raise click.UsageError(f"--host {host} is not loopback: other machines could connect. Add --allow-remote.")
    if verbose:
        logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
        logging.getLogger("connect_sim.calls").setLevel(logging.INFO)
    try:
        loaded = load_seed(seed)
        options = Options(seed=loaded, state_path=state, strict_auth=strict_auth, settings_patch=_rates(rate, burst))
        simulator = Simulator(options)
    except (ValueError, OSError) as error:
        raise click.ClickException(str(error)) from None
    listening = Listening(host, port, port_file, allow_remote, until_stdin_closes)
    try:
        asyncio.run(_serve(simulator, listening))
    except OSError as error:
        raise click.ClickException(_not_listening(error, listening)) from None
    finally:
        simulator.close()


def _not_listening(error: OSError, listening: Listening) -> str:
    """Return why the simulator could not listen, and what to do about it."""
    if error.errno == errno.EADDRINUSE:
        return (
            f"port {listening.port} on {listening.host} is in use by another program (another connect-sim?); "
            "choose another with --port N, or let --port 0 take a free one"
        )
    return str(error)


def _rates(rate: float | None, burst: float | None) -> dict[str, object]:
    """Return the settings patch of --rate and --burst; they also replace the higher rates of single operations."""
    if rate is None and burst is None:
        return {}
    bucket: dict[str, object] = {}
    if rate is not None:
        bucket["rate"] = None if rate == float("inf") else rate
    if burst is not None:
        bucket["burst"] = burst
    return {"rates": {"default": bucket, "DescribeContact": bucket}}


async def _serve(simulator: Simulator, listening: Listening) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    app = build_app(simulator, allow_remote=listening.allow_remote)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        site = web.TCPSite(runner, listening.host, listening.port)
        try:
            await site.start()
        except OSError as error:
            raise click.ClickException(_cannot_listen(listening, error)) from error
        port = runner.addresses[0][1]
        if listening.port_file:
            _write_atomically(listening.port_file, f"{port}\n")
        _announce(simulator.options.seed, listening.host, port)
        if listening.until_stdin_closes:
            await _watch_stdin(stop)
        await stop.wait()
    finally:
        # Calls that wait at a barrier would hold the shutdown up.
        simulator.faults.clear()
        await runner.cleanup()


def _cannot_listen(listening: Listening, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"port {listening.port} of {listening.host} is in use, maybe by another simulator; stop that one, or take "
            "another port (--port 0 takes a free one)"
        )
    return f"cannot listen on port {listening.port} of {listening.host}: {error.strerror or error}"


async def _watch_stdin(stop: asyncio.Event) -> None:
    """Set `stop` when standard input ends."""
    loop = asyncio.get_running_loop()

    def readable() -> None:
        if not os.read(sys.stdin.fileno(), _STDIN_CHUNK):
            loop.remove_reader(sys.stdin.fileno())
            stop.set()

    with contextlib.suppress(PermissionError):  # a regular file as stdin never ends while it is not read
        loop.add_reader(sys.stdin.fileno(), readable)


def _announce(seed: Seed, host: str, port: int) -> None:
    """Print the URL, alone on the first line, then what the simulator holds and what to export."""
    shown = f"[{host}]" if ":" in host else host
    url = f"http://{shown}:{port}"
    lines = [url, f"# connect-sim listens on {url}; its control endpoint is {url}/_sim/"]
    for spec in seed.instances:
        account, region = spec.account or seed.default_account, spec.region or seed.default_region
        lines.append(f"# instance {spec.id} ({spec.identity_management_type}, account {account}, {region})")
    lines += [f"export {name}={value}" for name, value in sdk_environment(seed, url).items()]
    click.echo("\n".join([*lines, READY_LINE]))
    sys.stdout.flush()


def sdk_environment(seed: Seed, url: str) -> dict[str, str]:
    """Return the environment variables that send an AWS SDK to the simulator."""
    environment = {
        "AWS_ENDPOINT_URL_CONNECT": url,
        "AWS_ENDPOINT_URL_STS": url,
        "AWS_REGION": seed.default_region,
        "AWS_DEFAULT_REGION": seed.default_region,
    }
    keys = [key for account in seed.accounts if account.id == seed.default_account for key in account.access_keys]
    for key in keys[:1]:
        environment["AWS_ACCESS_KEY_ID"] = key.access_key_id
        environment["AWS_SECRET_ACCESS_KEY"] = key.secret_access_key
    return environment


def _write_atomically(path: Path, text: str) -> None:
    temporary = path.with_name(f"{path.name}.new")
    temporary.write_text(text)
    temporary.replace(path)
