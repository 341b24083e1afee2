"""Listing and describing of predefined attributes: what proficiencies may name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connect_sim.errors import not_found
from connect_sim.semantics.lookup import instance_of
from connect_sim.semantics.paging import Listing

if TYPE_CHECKING:
    from connect_sim.semantics.context import CallContext, Output, Params
    from connect_sim.state.world import World

_LIST = Listing("ListPredefinedAttributes", "PredefinedAttributeSummaryList")


def list_attributes(world: World, params: Params, context: CallContext) -> Output:
    """Return a page of names; the values are in DescribePredefinedAttribute only (service model)."""
    state = instance_of(world, params, context)
    region = state.instance.region
    return _LIST.output(
        params,
        context,
        state.predefined_attributes.after,
        lambda item: {"Name": item.id, "LastModifiedRegion": region},
    )


def describe_attribute(world: World, params: Params, context: CallContext) -> Output:
    """Return one attribute with its values."""
    state = instance_of(world, params, context)
    attribute = state.predefined_attributes.get(params["Name"])
    if attribute is None:
        raise not_found(f"The predefined attribute does not exist in instance {state.id}.")
    described = {"Name": attribute.id, "Values": {"StringList": list(attribute.values)}}
    return {"PredefinedAttribute": {**described, "LastModifiedRegion": state.instance.region}}
