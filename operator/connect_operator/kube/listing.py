"""Lists in pages, of whole objects or of their metadata only; at most one page is held at a time.

A page is limited by what its objects weigh, not only by their number: an object may be 1.5 MB of annotations, and 500
of those would be the whole memory of a small pod.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, TypeVar

import msgspec

from connect_operator.engine.ports import ClusterUnavailableError
from connect_operator.kube.connection import Connection, NotFoundError, Request, RequestRefusedError

PAGE_SIZE = 500
"""The most objects in one page."""
FIRST_PAGE_SIZE = 20
PAGE_BYTES = 4_000_000
"""What a page is to weigh at most, by the average of the page before; plain objects are far below that."""
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
    token, limit = "", FIRST_PAGE_SIZE
    while True:
        query = {"limit": str(limit)} | ({"continue": token} if token else {})
        try:
            body = await connection.request(Request("GET", path, query=query, accept=accept, timeout=30.0))
        except NotFoundError:
            raise
        except RequestRefusedError as error:
            if token and error.code == _GONE:
                raise ClusterUnavailableError(f"the list expired while it was read: {error}") from error
            raise
        page = msgspec.json.decode(body, type=page_type)
        limit = next_limit(len(body), len(page.items or ()))
        del body
        yield page
        token = page.metadata.continue_
        if not token:
            return


def next_limit(weight: int, count: int) -> int:
    """How many objects to ask for after a page of so many bytes and objects."""
    return max(1, min(PAGE_SIZE, PAGE_BYTES * count // max(weight, 1))) if count else PAGE_SIZE
