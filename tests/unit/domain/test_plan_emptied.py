"""What is emptied: left out of the block at first, since no document says what an empty member does."""

from __future__ import annotations

from connect_operator.domain.plan.plan import plan

from .builders import a_desired_user, an_observed_user, identity


def test_an_address_is_emptied_by_leaving_it_out_and_only_then_in_so_many_words() -> None:
    desired = a_desired_user(identity_info=identity(email="", first_name="Joan"))
    (first,) = plan(desired, an_observed_user()).calls
    assert first.parameters == {"IdentityInfo": {"FirstName": "Joan", "LastName": "Doe"}}
    (again,) = plan(desired, an_observed_user(), insist=frozenset({first.operation})).calls
    assert again.parameters == {"IdentityInfo": {"FirstName": "Joan", "LastName": "Doe", "Email": ""}}
