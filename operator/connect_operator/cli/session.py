"""What a command that reads Connect needs: settings, a gateway that is closed at the end, progress, a quiet log."""

from __future__ import annotations

import asyncio
import importlib.metadata
import logging
import os
import random
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import click
from rich.console import Console

from connect_operator.aws.gateway import Gateway, GatewayConfig
from connect_operator.cli.instance_reader import Reader
from connect_operator.cli.progress import Progress, progress
from connect_operator.clock import SystemClock
from connect_operator.config import Settings, SettingsError, load_settings


def settings() -> Settings:
    """The settings of the environment. Raises click's exception with every mistake."""
    try:
        return load_settings(os.environ)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


@asynccontextmanager
async def reader(console: Console, known: Settings, rate: float | None) -> AsyncIterator[tuple[Reader, Progress]]:
    """A reader of instances that shows its progress on this console."""
    # What the operator logs, these commands tell in their own words.
    for name in ("connect_operator", "botocore", "urllib3"):
        logging.getLogger(name).addHandler(logging.NullHandler())
    clock = SystemClock()
    version = importlib.metadata.version("connect-operator")
    gateway = Gateway(GatewayConfig(threads=known.aws_threads, version=version, clock=clock))
    jitter = random.Random(secrets.randbits(64))  # noqa: S311 - spreads retries, guards nothing
    try:
        with progress(console) as shown:
            yield Reader(gateway, clock, jitter, shown, known.consistency_window, rate), shown
    finally:
        await asyncio.to_thread(gateway.close)
