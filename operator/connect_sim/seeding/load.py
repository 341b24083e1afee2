"""Reading a seed file, or the one that comes with the package, and building a world from it."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

import msgspec

from connect_sim.seeding.build import build_accounts, build_instance
from connect_sim.seeding.specs import Seed
from connect_sim.state.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from connect_sim.seeding.users import Moment
    from connect_sim.state.world import World


def load_seed(path: Path | None = None) -> Seed:
    """Return a seed. Raises ValueError that names the file and what is wrong in it."""
    source = path if path is not None else files("connect_sim") / "seeds" / "default.yaml"
    try:
        return msgspec.yaml.decode(source.read_bytes(), type=Seed)
    except msgspec.MsgspecError as error:
        raise ValueError(f"{source}: {error}") from None


def seed_settings(seed: Seed) -> Settings:
    """Return the settings that the seed asks for."""
    return Settings().patched(seed.settings)


def plant(world: World, seed: Seed, moment: Moment) -> None:
    """Fill an empty world."""
    build_accounts(world, seed)
    for spec in seed.instances:
        build_instance(world, spec, moment)
