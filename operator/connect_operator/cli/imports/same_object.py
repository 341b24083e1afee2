"""Whether two manifests are of one object: what an import may write over, and what it may not."""

from __future__ import annotations

from typing import Any

from connect_operator.cli.documents.chunks import chunks
from connect_operator.domain.connect.arn import bare_id


def is_same_object(former: str, new: str) -> bool:
    """Whether both texts are one manifest each, of the same kind, namespace and name, for the same instance."""
    one, other = _identity(former), _identity(new)
    return one is not None and one == other


def _identity(text: str) -> tuple[Any, ...] | None:
    documents = [chunk.content for chunk in chunks(text)]
    if len(documents) != 1 or not isinstance(documents[0], dict):
        return None
    [manifest] = documents
    metadata, spec = manifest.get("metadata"), manifest.get("spec")
    if not isinstance(metadata, dict) or not isinstance(spec, dict):
        return None
    return (manifest.get("kind"), metadata.get("namespace"), metadata.get("name"), _instance(spec))


def _instance(spec: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON values
    """What a manifest says of its instance, an ARN and its ID being the same."""
    wanted = spec.get("instanceId")
    return bare_id(wanted) if isinstance(wanted, str) else spec.get("instanceRef")
