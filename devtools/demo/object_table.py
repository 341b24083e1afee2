"""Objects of one kind as `kubectl get` prints them: the API server makes the table, so it is the same one."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import NamedTuple

from kubernetes import client

_TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"
_PATH = "/apis/connect-operator.io/v1alpha1/namespaces/{}/{}"


class ObjectTable(NamedTuple):
    """Column headings in capitals, and the rows in the order of the objects' names."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def read_table(
    api: client.ApiClient, plural: str, namespace: str, names: Collection[str] = (), *, wide: bool = False
) -> ObjectTable:
    """The objects of a kind, given by its plural, and of those names, or all; `wide` adds the columns of `-o wide`."""
    request = api.param_serialize(
        "GET", _PATH.format(namespace, plural), header_params={"Accept": _TABLE}, auth_settings=["BearerToken"]
    )
    answer = api.call_api(*request)
    answer.read()
    if answer.status != 200:  # noqa: PLR2004 - HTTP's own number
        raise client.ApiException(status=answer.status, reason=answer.reason, body=answer.data.decode())
    return parse_table(json.loads(answer.data), names, wide=wide)


def parse_table(document: dict[str, object], names: Collection[str], *, wide: bool) -> ObjectTable:
    """The rows and columns of a meta.k8s.io/v1 Table; what is not there yet is <none>, as in kubectl."""
    definitions = document["columnDefinitions"]
    rows = document["rows"]
    if not isinstance(definitions, list) or not isinstance(rows, list):
        raise TypeError("this is no meta.k8s.io/v1 Table")
    shown = [index for index, column in enumerate(definitions) if wide or column.get("priority", 0) == 0]
    return ObjectTable(
        tuple(definitions[index]["name"].upper() for index in shown),
        tuple(
            tuple(str(row["cells"][index] or "<none>") for index in shown)
            for row in rows
            if not names or row["cells"][0] in names
        ),
    )
