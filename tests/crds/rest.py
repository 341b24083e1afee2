"""One resource type of the API server, by plain REST.

Belongs here: the verbs that the CRD tests use, and what a refusal says. How manifests are applied is in appliers.py.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

from kubernetes.client import ApiClient

Manifest = dict[str, Any]
PatchType = Literal[
    "application/merge-patch+json",
    "application/json-patch+json",
    "application/apply-patch+yaml",
]
MERGE_PATCH: PatchType = "application/merge-patch+json"
JSON_PATCH: PatchType = "application/json-patch+json"
APPLY_PATCH: PatchType = "application/apply-patch+yaml"


class Refused(Exception):  # noqa: N818 - reads as what happened, like pytest's own outcomes
    """The API server answered with an error; `status` is its Status object."""

    def __init__(self, status: dict[str, Any]) -> None:
        super().__init__(status.get("message", ""))
        self.code = int(status.get("code", 0))
        self.status = status

    @property
    def lines(self) -> list[str]:
        """What kubectl prints below `… is invalid:`, one `field: message` a line."""
        causes = self.status.get("details", {}).get("causes", [])
        return [f"{cause.get('field', '')}: {cause.get('message', '')}" for cause in causes]


@dataclass(frozen=True, kw_only=True)
class Write:
    """How a write is made: `dry_run` stores nothing; `force` takes fields over from other managers."""

    manager: str = "test"
    dry_run: bool = False
    force: bool = False
    subresource: str = ""

    def query(self, patch_type: PatchType | None = None) -> list[tuple[str, str]]:
        pairs = [("fieldManager", self.manager), ("fieldValidation", "Strict")]
        if self.dry_run:
            pairs.append(("dryRun", "All"))
        if self.force and patch_type == APPLY_PATCH:
            pairs.append(("force", "true"))
        return pairs


PLAIN = Write()
DRY_RUN = Write(dry_run=True)


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource type (in one namespace); every method raises Refused when the API server does."""

    api: ApiClient
    path: str

    def create(self, manifest: Manifest, write: Write = PLAIN) -> Manifest:
        return self._call("POST", self.path, manifest, write.query())

    def get(self, name: str) -> Manifest:
        return self._call("GET", f"{self.path}/{name}")

    def find(self, name: str) -> Manifest | None:
        try:
            return self.get(name)
        except Refused as refusal:
            if refusal.code == 404:
                return None
            raise

    def replace(self, manifest: Manifest, write: Write = PLAIN) -> Manifest:
        return self._call("PUT", f"{self.path}/{manifest['metadata']['name']}", manifest, write.query())

    def patch(self, name: str, patch: object, patch_type: PatchType, write: Write = PLAIN) -> Manifest:
        path = f"{self.path}/{name}" + (f"/{write.subresource}" if write.subresource else "")
        return self._call("PATCH", path, patch, write.query(patch_type), patch_type)

    def delete(self, name: str) -> Manifest:
        return self._call("DELETE", f"{self.path}/{name}")

    def table(self, *, wide: bool = True) -> list[dict[str, Any]]:
        """The rows that `kubectl get` shows, by default with `-o wide`, as column name to cell."""
        answer = self._call("GET", self.path, accept="application/json;as=Table;v=v1;g=meta.k8s.io")
        columns = answer["columnDefinitions"]
        shown = {column["name"] for column in columns if wide or column["priority"] == 0}
        rows = [zip(columns, row["cells"], strict=True) for row in answer["rows"]]
        return [{column["name"]: cell for column, cell in row if column["name"] in shown} for row in rows]

    def _call(
        self,
        method: str,
        path: str,
        body: object = None,
        query: list[tuple[str, str]] | None = None,
        content_type: str = "application/json",
        accept: str = "application/json",
    ) -> Manifest:
        _, url, headers, *_ = self.api.param_serialize(
            method,
            path,
            query_params=query or [],
            header_params={"Accept": accept, "Content-Type": content_type},
            auth_settings=["BearerToken"],
        )
        # Past the client's own serialisation, which knows neither apply patches nor when to leave JSON alone.
        encoded = None if body is None else json.dumps(body).encode()
        answer = self.api.rest_client.pool_manager.request(method, url, body=encoded, headers=headers)
        if answer.status >= 400:
            raise Refused(_status_of(answer.status, answer.data.decode()))
        parsed: Manifest = json.loads(answer.data)
        return parsed


def _status_of(code: int, text: str) -> dict[str, Any]:
    """The Status object of an error; an answer in another form becomes one, so that nothing of it is lost."""
    try:
        status = json.loads(text)
    except ValueError:
        status = text
    return status if isinstance(status, dict) else {"message": str(status), "code": code}
