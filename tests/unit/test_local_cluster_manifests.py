"""Which objects a folder of manifests holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local_cluster.manifests import manifests_below

if TYPE_CHECKING:
    from pathlib import Path


def an_object(name: str) -> str:
    return f"---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n"


def names(path: Path) -> list[str]:
    return [manifest["metadata"]["name"] for manifest in manifests_below(path)]


def test_every_document_of_every_yaml_file_in_the_order_of_the_paths(tmp_path: Path) -> None:
    (tmp_path / "deeper").mkdir()
    (tmp_path / "b.yml").write_text(an_object("second"))
    (tmp_path / "a.yaml").write_text(an_object("first-1") + an_object("first-2") + "---\n")
    (tmp_path / "deeper" / "a.yaml").write_text(an_object("third"))
    (tmp_path / "README.md").write_text("not a manifest")

    assert names(tmp_path) == ["first-1", "first-2", "second", "third"]


def test_a_single_file(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(an_object("only"))

    assert names(tmp_path / "a.yaml") == ["only"]


def test_an_empty_folder_holds_nothing(tmp_path: Path) -> None:
    assert manifests_below(tmp_path) == []


@pytest.mark.parametrize("content", ["just text", "- a list", "kind: ConfigMap"])
def test_what_is_no_object_is_refused_by_its_file(tmp_path: Path, content: str) -> None:
    (tmp_path / "wrong.yaml").write_text(content)

    with pytest.raises(ValueError, match=r"wrong\.yaml: not a Kubernetes object"):
        manifests_below(tmp_path)
