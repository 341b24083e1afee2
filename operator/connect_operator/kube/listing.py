"""Lists in pages, of whole objects or of their metadata only; at most one page is held at a time.

A page is limited by what its objects weigh, not only by their number: an object may be 1.5 MB of metadata, and 500 of
those would be the whole memory of a small pod. What comes next is not known: a page that turns out too heavy is not
read to its end, and asked for again with fewer objects.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, TypeVar

import msgspec

from connect_operator.engine.ports import ClusterUnavailableError
from connect_operator.kube.connection import Connection, NotFoundError, Request, RequestRefusedError
from connect_operator.kube.http_session import TooLongError

PAGE_SIZE = 500
"""The most objects in one page."""
FIRST_PAGE_SIZE = 20
PAGE_BYTES = 4_000_000
"""What a page is to weigh, by the average of the page before; plain objects are far below that."""
MOST_BYTES = 4 * PAGE_BYTES
"""What is read of a page of several objects."""
SECONDS = 30.0
"""How long an answer may take."""
_FEWER = 8
"""By how much a page that cannot be had is made smaller, and how much larger than one that was read the next may be."""
_GONE = 410


class ListMetadata(msgspec.Struct, frozen=True, rename="camel"):
    """Where the list stands: the version it shows, and the token of its next page (empty on the last)."""

    resource_version: str = ""
    continue_: str = msgspec.field(name="continue", default="")


class ItemMetadata(msgspec.Struct, frozen=True, rename="camel"):
    """What identifies an object and its version."""

    name: str
    uid: str
    resource_version: str
    namespace: str = ""


class Item(msgspec.Struct, frozen=True):
    """An object without anything but its metadata."""

    metadata: ItemMetadata


class MetadataPage(msgspec.Struct, frozen=True):
    """A page of a PartialObjectMetadataList; an empty one has null for items."""

    metadata: ListMetadata
    items: list[Item] | None = None


class FullPage(msgspec.Struct, frozen=True):
    """A page of whole objects."""

    metadata: ListMetadata
    items: list[msgspec.Raw]

    def objects(self) -> Iterator[dict[str, Any]]:
        """Each as the API server's JSON, decoded one by one."""
        return (msgspec.json.decode(item) for item in self.items)

    def weight(self) -> int:
        """In bytes."""
        return sum(len(memoryview(item)) for item in self.items)


Page = TypeVar("Page", MetadataPage, FullPage)


async def pages(connection: Connection, path: str, page_type: type[Page], accept: str) -> AsyncIterator[Page]:
    """The pages of a consistent list. An expired one (410, after minutes) raises ClusterUnavailableError."""
    token, limit, largest = "", FIRST_PAGE_SIZE, PAGE_SIZE
    while True:
        query = {"limit": str(limit)} | ({"continue": token} if token else {})
        most = MOST_BYTES if limit > 1 else None
        request = Request("GET", path, query=query, accept=accept, timeout=SECONDS, most=most)
        try:
            body = await connection.request(request)
        except NotFoundError:
            raise
        except RequestRefusedError as error:
            if token and error.code == _GONE:
                raise ClusterUnavailableError(f"the list expired while it was read: {error}") from error
            raise
        except (TooLongError, ClusterUnavailableError) as error:
            if limit == 1 or not _may_be_too_heavy(error):
                raise
            largest, limit = max(FIRST_PAGE_SIZE, limit // _FEWER), max(1, limit // _FEWER)
            continue
        page = msgspec.json.decode(body, type=page_type)
        limit = min(next_limit(len(body), len(page.items or ())), _FEWER * limit, largest)
        del body
        yield page
        token = page.metadata.continue_
        if not token:
            return


def _may_be_too_heavy(error: Exception) -> bool:
    """Whether fewer objects may be had: to put a very heavy page together may take longer than is waited for."""
    return isinstance(error, TooLongError) or isinstance(error.__cause__, TimeoutError)


def next_limit(weight: int, count: int) -> int:
    """How many objects to ask for after a page of so many bytes and objects."""
    return max(1, min(PAGE_SIZE, PAGE_BYTES * count // max(weight, 1))) if count else PAGE_SIZE
