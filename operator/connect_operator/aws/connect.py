"""The verbs of one Connect instance: ConnectApi over botocore. One verb, one operation, one request.

The operations are chosen here: List* where it tells enough (routing and security profiles, 1000 a page, and allowed by
AWS's read-only policy), Search* where only it does (users' settings, hierarchy paths).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

from connect_operator.aws import leavers, shapes
from connect_operator.aws.after_contact_work import UnitMemory
from connect_operator.aws.calls import Answer, Calls, Request
from connect_operator.aws.user_pages import PAGE, ListedPages, SearchedPages
from connect_operator.domain.connect.arn import bare_id
from connect_operator.domain.connect.references import Catalog, CatalogKind
from connect_operator.domain.connect.user import Described
from connect_operator.domain.kinds.assignment import ContactView
from connect_operator.domain.kinds.spec import Proficiency
from connect_operator.engine.ports import Created, InstanceFacts, Password, QuickConnect, UserPage

_T = TypeVar("_T")

# The largest pages of the service model.
_LIST_PAGE = 1000
_SEARCH_USERS_PAGE = 500
_SEARCH_GROUPS_PAGE = 100
_PROFICIENCIES_PAGE = 100
_CURRENT_DATA_PAGE = 100
_SEARCH_QUICK_CONNECTS_PAGE = 100
_ATTRIBUTES_PAGE = 100


class _CatalogSource(NamedTuple):
    operation: str
    page: int
    member: str
    entries: Callable[[list[Mapping[str, Any]]], Catalog]


_CATALOGS = {
    CatalogKind.ROUTING_PROFILE: _CatalogSource(
        "ListRoutingProfiles", _LIST_PAGE, "RoutingProfileSummaryList", shapes.named
    ),
    CatalogKind.SECURITY_PROFILE: _CatalogSource(
        "ListSecurityProfiles", _LIST_PAGE, "SecurityProfileSummaryList", shapes.named
    ),
    CatalogKind.HIERARCHY_GROUP: _CatalogSource(
        "SearchUserHierarchyGroups", _SEARCH_GROUPS_PAGE, "UserHierarchyGroups", shapes.hierarchy_groups
    ),
}


class BotoConnect:
    """ConnectApi of one instance; the sender knows the instance, its region and its credentials."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._unit_memory = UnitMemory()
        self._listed = ListedPages()
        self._searched = SearchedPages(self._unit_memory)

    async def describe_instance(self) -> InstanceFacts:
        """DescribeInstance."""
        return await self._read("DescribeInstance", {}, _instance)

    async def list_users(self, next_token: str | None) -> UserPage:
        """ListUsers, 1000 a page."""

        def page(answer: Answer) -> UserPage:
            told = answer.members[PAGE]
            return UserPage(self._listed.take(told, first=next_token is None), told.next_token or None)

        return await self._read("ListUsers", _page(_LIST_PAGE, next_token), page)

    async def search_users(self, next_token: str | None, *, username: str | None = None) -> UserPage:
        """SearchUsers, 500 a page, or the one user of exactly that username.

        Whether EXACT regards case is not documented; usernames do, so the answer is filtered once more.
        """

        def page(answer: Answer) -> UserPage:
            told = answer.members[PAGE]
            if username is None:
                users = self._searched.take(told, first=next_token is None)
            else:
                users = tuple(user for user in self._searched.look_up(told) if user.username == username)
            return UserPage(users, told.next_token or None, told.approximate_total_count)

        parameters = _page(_SEARCH_USERS_PAGE, next_token)
        if username is not None:
            condition = {"FieldName": "Username", "Value": username, "ComparisonType": "EXACT"}
            parameters["SearchCriteria"] = {"StringCondition": condition}
        return await self._read("SearchUsers", parameters, page)

    async def describe_user(self, user_id: str) -> Described:
        """DescribeUser."""

        def user(answer: Answer) -> Described:
            described = shapes.described(answer.members)
            self._unit_memory.learn(answer.members["User"])
            return described

        return await self._read("DescribeUser", {"UserId": user_id}, user)

    async def list_user_proficiencies(self, user_id: str) -> tuple[Proficiency, ...]:
        """ListUserProficiencies."""
        parameters = {"UserId": user_id, "MaxResults": _PROFICIENCIES_PAGE}
        return await self._read(
            "ListUserProficiencies", parameters, lambda answer: shapes.proficiencies(answer.members)
        )

    async def list_catalog(self, kind: CatalogKind, next_token: str | None) -> tuple[Catalog, str | None]:
        """One page of a catalog. Hierarchy groups need SearchUserHierarchyGroups, the only operation with paths."""
        source = _CATALOGS[kind]

        def page(answer: Answer) -> tuple[Catalog, str | None]:
            return source.entries(answer.members.get(source.member, [])), _next(answer)

        return await self._read(source.operation, _page(source.page, next_token), page)

    async def list_attributes(self, next_token: str | None) -> tuple[tuple[str, ...], str | None]:
        """ListPredefinedAttributes, 100 a page."""

        def page(answer: Answer) -> tuple[tuple[str, ...], str | None]:
            return shapes.attribute_names(answer.members), _next(answer)

        return await self._read("ListPredefinedAttributes", _page(_ATTRIBUTES_PAGE, next_token), page)

    async def describe_attribute(self, name: str) -> tuple[str, ...]:
        """DescribePredefinedAttribute."""
        return await self._read(
            "DescribePredefinedAttribute", {"Name": name}, lambda answer: shapes.attribute_values(answer.members)
        )

    async def create_user(self, parameters: Mapping[str, Any], password: Password | None) -> Created:
        """CreateUser, sent once."""
        request = Request(operation="CreateUser", parameters=parameters, parse=_created, password=password)
        return await self._calls.send(request)

    async def write(self, operation: str, parameters: Mapping[str, Any]) -> float:
        """Any other write, sent once; returns the server's time."""
        return await self._calls.send(Request(operation=operation, parameters=parameters, parse=_server_time))

    async def associate_contact(self, contact_id: str, user_id: str, *, within: float) -> None:
        """AssociateContactWithUser, sent once and in time."""
        parameters = {"ContactId": contact_id, "UserId": user_id}
        request = Request(operation="AssociateContactWithUser", parameters=parameters, parse=_nothing, within=within)
        await self._calls.send(request)

    async def describe_contact(self, contact_id: str) -> ContactView:
        """DescribeContact."""
        return await self._read(
            "DescribeContact", {"ContactId": contact_id}, lambda answer: shapes.contact(answer.members)
        )

    async def users_on_contacts(self, user_ids: tuple[str, ...]) -> frozenset[str]:
        """GetCurrentUserData; it takes at most 100 agents, and a page holds as many."""
        parameters = {"Filters": {"Agents": list(user_ids)}, "MaxResults": _CURRENT_DATA_PAGE}
        return await self._read("GetCurrentUserData", parameters, lambda answer: leavers.on_contacts(answer.members))

    async def search_quick_connects(self, next_token: str | None) -> tuple[tuple[QuickConnect, ...], str | None]:
        """One page of SearchQuickConnects; ListQuickConnects does not tell where they lead."""
        return await self._read(
            "SearchQuickConnects",
            _page(_SEARCH_QUICK_CONNECTS_PAGE, next_token),
            lambda answer: (leavers.quick_connects(answer.members), _next(answer)),
        )

    async def describe_quick_connect(self, quick_connect_id: str) -> QuickConnect:
        """DescribeQuickConnect."""
        return await self._read(
            "DescribeQuickConnect",
            {"QuickConnectId": quick_connect_id},
            lambda answer: leavers.quick_connect(answer.members["QuickConnect"]),
        )

    async def _read(self, operation: str, parameters: Mapping[str, Any], parse: Callable[[Answer], _T]) -> _T:
        return await self._calls.send(Request(operation=operation, parameters=parameters, parse=parse, resend=True))


def _page(size: int, next_token: str | None) -> dict[str, Any]:
    return {"MaxResults": size, "NextToken": next_token} if next_token else {"MaxResults": size}


def _next(answer: Answer) -> str | None:
    """The token of the next page; AWS ends with no token, or with an empty one."""
    return answer.members.get("NextToken") or None


def _instance(answer: Answer) -> InstanceFacts:
    instance = answer.members["Instance"]
    return InstanceFacts(arn=instance["Arn"], identity_management_type=instance["IdentityManagementType"])


def _created(answer: Answer) -> Created:
    arn = answer.members.get("UserArn", "")
    return Created(answer.members.get("UserId") or bare_id(arn), arn, answer.server_time)


def _server_time(answer: Answer) -> float:
    return answer.server_time


def _nothing(_answer: Answer) -> None:
    """The answer is empty (service model)."""
