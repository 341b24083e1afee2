"""Files and folders as documents."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from connect_operator.cli.plan.documents import FilesError, read_documents
from connect_operator.cli.plan.objects import read_objects

USER = """\
apiVersion: connect-operator.io/v1alpha1
kind: ConnectUser
metadata: {name: NAME}
spec:
  instanceRef: {name: support}
  routingProfileName: Basic
  securityProfileNames: [Agent]
"""
NOTHING = io.StringIO()


def test_folders_are_read_with_what_is_below_them(tmp_path: Path) -> None:
    for name in ("b.yaml", "a.yml", "sub/c.json", "notes.txt", ".git/d.yaml", "sub/.e.yaml"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text('{"a": 1}')
    found = read_documents((str(tmp_path),), NOTHING)
    assert [Path(each.file).name for each in found] == ["a.yml", "b.yaml", "c.json"]


def test_documents_know_their_place() -> None:
    found = read_documents(("-",), io.StringIO("a: 1\n---\n---\n# nothing\n---\n\nb: 2\n"))
    assert [(each.file, each.number, each.line) for each in found] == [
        ("standard input", 1, 1),
        ("standard input", 4, 7),
    ]


def test_every_broken_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("a: [")
    (tmp_path / "latin.yaml").write_bytes(b"a: \xe9")
    with pytest.raises(FilesError) as raised:
        read_documents((str(tmp_path), "/nowhere"), NOTHING)
    assert [message.rpartition("/")[2].split(":")[0] for message in raised.value.messages] == [
        "bad.yaml",
        "latin.yaml",
        "nowhere",
    ]


def test_an_empty_folder_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(FilesError, match=r"holds no \*.yaml"):
        read_documents((str(tmp_path),), NOTHING)


def test_nothing_of_a_document_is_executed() -> None:
    with pytest.raises(FilesError, match="could not determine a constructor"):
        read_documents(("-",), io.StringIO("!!python/object/apply:os.system [exit]"))


def test_lists_are_taken_apart() -> None:
    items = "".join("- " + USER.replace("NAME", name).replace("\n", "\n  ").rstrip() + "\n" for name in ("one", "two"))
    found = read_objects(read_documents(("-",), io.StringIO(f"kind: List\nitems:\n{items}")), "default")
    assert [user.metadata.name for user in found.users] == ["one", "two"]


def test_what_the_api_server_wrote_is_left_out() -> None:
    exported = USER.replace("{name: NAME}", "{name: x, namespace: y, uid: u, finalizers: [f], generation: 7}")
    [user] = read_objects(read_documents(("-",), io.StringIO(f"{exported}status: {{userId: z}}\n")), "default").users
    assert (user.metadata.uid, user.metadata.finalizers, user.held) == ("new-y-x", (), False)
    assert user.status.conditions == ()
