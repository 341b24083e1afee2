"""A wrong name costs little, however many there are, however long, and however like the right ones.

The names stand in manifests: a namespace may apply thousands, each with another one, and everybody's passes wait for
the guess. Times are of this process's CPU, and generous: what they replace took a hundred times as long.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest

from connect_operator.domain.connect.references import CatalogKind, Entry, by_name, by_path
from connect_operator.domain.text.near_names import hint

WORDS = ("Billing", "Support", "Sales", "Premium", "German", "English", "Night", "Basic", "Routing", "Profile")
AT_MOST = 0.25
"""Seconds of CPU for one guess; 0.03 where this was written."""


def phrases(count: int, seed: int) -> tuple[str, ...]:
    """Names of the same words in other orders, of some hundred letters: the worst to compare."""
    chance = random.Random(seed)  # noqa: S311 - test data
    return tuple(f"{' '.join(chance.choices(WORDS, k=12))[:110]} {number}" for number in range(count))


def cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


@pytest.mark.parametrize("wanted", [*phrases(3, seed=2), "x" * 127, f"{WORDS[0]}x"])
def test_a_wrong_name_among_a_thousand(wanted: str) -> None:
    catalog = tuple(Entry(f"rp-{number}", name) for number, name in enumerate(phrases(1000, seed=1)))
    assert cpu(lambda: by_name(catalog, CatalogKind.ROUTING_PROFILE, "routingProfileName", wanted)) < AT_MOST


@pytest.mark.parametrize(
    "wanted", ["a" * 1024, "/".join(["Customer Care"] * 5), f"{'a' * 500}/{'b' * 500}", r"a\/" * 300]
)
def test_a_wrong_path_among_five_hundred(wanted: str) -> None:
    catalog = tuple(
        Entry(f"hg-{number}", name, (*[name[:90]] * 4, name)) for number, name in enumerate(phrases(500, seed=1))
    )
    assert cpu(lambda: by_path(catalog, "hierarchyGroupPath", wanted)) < AT_MOST


def test_what_is_near_is_found_among_many() -> None:
    names = (*phrases(500, seed=3), "Basic Routing Profile", "Priority", "CallCenterManager")
    assert hint("Basic Rooting Profile", names) == "did you mean 'Basic Routing Profile'?"
    assert hint("Prority", names) == "did you mean 'Priority'?"
    assert hint("CallCentreManager", names) == "did you mean 'CallCenterManager'?"
