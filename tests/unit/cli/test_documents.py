"""Files and folders as documents, read as kubectl reads them."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path
from typing import Any

import pytest

from connect_operator.cli.documents.chunks import chunks
from connect_operator.cli.documents.files import Documents, FilesError, read_documents
from connect_operator.cli.plan.objects import read_objects

OURS = "connect-operator.io/"
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
DOUBLED = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join(['*' + old] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


def read(text: str) -> Documents:
    return read_documents(("-",), io.StringIO(text), OURS)


def value(text: str) -> Any:  # noqa: ANN401 - JSON values
    [chunk] = chunks(f"k: {text}\n")
    assert not chunk.problem, chunk.problem
    return chunk.content["k"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Words: more of them are booleans than in YAML 1.2, and fewer than Python's parser has.
        *((word, True) for word in ("y", "Y", "yes", "on", "On", "true", "TRUE")),
        *((word, False) for word in ("n", "N", "No", "off", "OFF", "false")),
        *((word, None) for word in ("", "~", "null", "Null", "NULL")),
        *((word, word) for word in ("yEs", "nULL", "tRUE", "=", "NaN", "Inf", "+", ".", "1.2.3", "12:30:45", "1:30")),
        # Numbers; what has no fraction is whole.
        ("0o17", 15),
        ("017", 15),
        ("089", 89),
        ("0x1F", 31),
        ("0b11", 3),
        ("+12145550198", 12145550198),
        ("-1", -1),
        ("1_000", 1000),
        ("1e3", 1000),
        ("2e+06", 2000000),
        ("60.0", 60),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1e", "1e"),
        ("18446744073709551615", 18446744073709551615),
        ("18446744073709551616", 18446744073709551616),
        ("1e21", 1e21),
        # Times are texts, and so is what looks like one of them only nearly.
        ("2024-01-01", "2024-01-01"),
        ("2024-01-01T12:00:00Z", "2024-01-01T12:00:00Z"),
        ("2024-1-1 1:2:3", "2024-1-1 1:2:3"),
        # Quotes and tags.
        ("'1e3'", "1e3"),
        ('"no"', "no"),
        ("!!str 089", "089"),
        ("!!float 5", 5),
        ("!mine 5", "5"),
        ("!!binary YWJj", "abc"),
        ("|\n  text", "text\n"),
        ("{4711: a, 1.10: b, yes: c, 2024-01-01: d}", {"4711": "a", "1.1": "b", "true": "c", "2024-01-01": "d"}),
        ("[=, <<]", ["=", "<<"]),
        # Merges count where they stand; of repeated keys the last.
        ("{<<: {a: 1, b: 2}, b: 3}", {"a": 1, "b": 3}),
        ("{b: 3, <<: {a: 1, b: 2}}", {"a": 1, "b": 2}),
        ("{<<: [{a: 1}, {a: 2, b: 2}]}", {"a": 1, "b": 2}),
        ("{a: 1, a: 2}", {"a": 2}),
    ],
)
def test_words_and_numbers_mean_what_they_mean_to_kubectl(text: str, expected: object) -> None:
    found = value(text)
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("k: .inf", "infinity"),
        ("k: -.INF", "infinity"),
        ("k: .nan", "infinity and NaN"),
        ("k: &k [*k]", "refers to itself"),
        ("k: &k {a: *k}", "refers to itself"),
        ("? [a, b]\n: c", "a key is a list or a block"),
        ("{{ .Values.users }}: x", "a key is a list or a block"),
        ("null: v", "a key is empty (null)"),
        ("k: !!int abc", "is not what its tag !!int says"),
        ("k: " + "[" * 20_000, "is nested more than 200 levels deep"),
        ("\n".join(" " * n + "a:" for n in range(2_000)), "is nested more than 200 levels deep"),
        (DOUBLED, "consists of aliases almost entirely"),
        ("k: *nobody", "anchor 'nobody', which is not there"),
        ("k: {<<: text}", "<< wants a block"),
        ("k: [", "is no YAML"),
        ('k: "\\ud842"', "is no YAML"),
        ("k: \x07", "is no YAML"),
        ("--- !!map\nk: v", "line 1: only a comment may stand beside ---, but '!!map' does"),
        ("----\n", "beside ---, but '-' does"),
    ],
)
def test_what_cannot_be_read_gets_a_sentence_at_once(text: str, says: str) -> None:
    began = time.process_time()
    [chunk] = chunks(text)
    assert says in chunk.problem
    assert chunk.problem.startswith("line ")
    assert time.process_time() - began < 5


def test_json_is_read_as_json() -> None:
    text = '\ufeff{"a": "\\ud842\\udfb7", "b": 60.0, "a2": "\\ud842"}\n{"c": "tab\\there", "c": 2}\n'
    assert [each.content for each in chunks(text)] == [{"a": "𠮷", "b": 60, "a2": "\ufffd"}, {"c": 2}]
    assert [each.content for each in chunks("{a: 1, b: [x]}")] == [{"a": 1, "b": ["x"]}], "a flow mapping is YAML"


def test_folders_are_read_with_what_is_below_them(tmp_path: Path) -> None:
    for name in ("b.yaml", "a.yml", "sub/c.json", "notes.txt", ".git/d.yaml", "sub/.e.yaml"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text('{"a": 1}')
    found = read_documents((str(tmp_path),), NOTHING, OURS)
    assert [Path(each.file).name for each in found.found] == ["a.yml", "b.yaml", "c.json"]


def test_documents_know_their_place() -> None:
    found = read("a: 1\n---\n---\n# nothing\n--- # more\n\nb: 2\n").found
    assert [(each.file, each.line) for each in found] == [("standard input", 1), ("standard input", 7)]


def test_every_broken_file_that_was_named_is_told(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("a: [")
    (tmp_path / "latin.yaml").write_bytes(b"a: \xe9")
    os.mkfifo(tmp_path / "pipe.yaml")
    names = ("bad.yaml", "latin.yaml", "pipe.yaml", "nowhere.yaml")
    documents = read_documents(tuple(str(tmp_path / name) for name in names), NOTHING, OURS)
    assert [Path(message.split(",")[0].split(":")[0]).name for message in documents.wrong] == list(names)


def test_what_is_somebody_elses_never_fails_a_folder(tmp_path: Path) -> None:
    (tmp_path / "chart.yaml").write_text("{{ if .Values.x }}\na: b\n")
    (tmp_path / "values.yaml").write_text("- a list\n")
    (tmp_path / "config.yaml").write_text("kind: ConfigMap\napiVersion: v1\ndata: {op: =}\n")
    (tmp_path / "latin.yaml").write_bytes(b"a: \xe9")
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "user.yaml").write_text(USER.replace("NAME", "jdoe"))
    documents = read_documents((str(tmp_path),), NOTHING, OURS)
    assert not documents.wrong
    assert len(documents.notes) == 5
    assert [user.metadata.name for user in read_objects(documents, "default").users] == ["jdoe"]


def test_a_fault_of_ours_stops_no_other_from_being_told(tmp_path: Path) -> None:
    user = USER.replace("NAME", "jdoe")
    others = (user.replace("[Agent]", "Agent"), user.replace("support", "Support"))
    text = "---\n".join((user.replace("[Agent]", "[Agent"), *others))
    (tmp_path / "users.yaml").write_text(text)
    with pytest.raises(FilesError) as raised:
        read_objects(read_documents((str(tmp_path),), NOTHING, OURS), "default")
    assert len(raised.value.messages) == 3
    assert "document 1" in raised.value.messages[0]
    assert "write [Agent]" in raised.value.messages[1]


@pytest.mark.skipif(not os.access("/proc/kmsg", os.R_OK), reason="needs a file that never ends: /proc/kmsg, as root")
def test_a_link_to_a_file_that_never_ends_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    (tmp_path / "log.yaml").symlink_to("/proc/kmsg")
    found = read_documents((str(tmp_path),), NOTHING, OURS)
    assert found.found == []


def test_an_empty_folder_is_a_mistake(tmp_path: Path) -> None:
    [message] = read_documents((str(tmp_path),), NOTHING, OURS).wrong
    assert "holds no *.yaml" in message


def test_nothing_of_a_document_is_executed() -> None:
    [document] = read("k: !!python/object/apply:os.system [exit]").found
    assert document.content == {"k": ["exit"]}


def test_lists_are_taken_apart() -> None:
    items = "".join("- " + USER.replace("NAME", name).replace("\n", "\n  ").rstrip() + "\n" for name in ("one", "two"))
    found = read_objects(read(f"apiVersion: v1\nkind: List\nitems:\n{items}"), "default")
    assert [user.metadata.name for user in found.users] == ["one", "two"]
    with pytest.raises(FilesError) as refused:
        read_objects(read(f"kind: List\nitems:\n{items}- null\n"), "default")
    assert "apiVersion is required beside kind: List; write apiVersion: v1" in refused.value.messages[0]
    assert "item 3: null is no object; remove it" in refused.value.messages[1]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_that_kubectl_reads(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "user.yaml"
    file.write_text(USER.replace("NAME", "zoë").replace("\n", "\r\n"), encoding=encoding)
    [document] = read_documents((str(file),), NOTHING, OURS).found
    assert document.content["metadata"] == {"name": "zoë"}


def test_another_encoding_is_told(tmp_path: Path) -> None:
    file = tmp_path / "user.yaml"
    file.write_text(USER.replace("NAME", "zoë"), encoding="latin-1")
    [told] = read_documents((str(file),), NOTHING, OURS).wrong
    assert "is not UTF-8" in told
    assert "save it as UTF-8" in told


def test_what_the_api_server_wrote_is_left_out() -> None:
    exported = USER.replace("{name: NAME}", "{name: x, namespace: ns, uid: u, finalizers: [f], generation: 7}")
    [user] = read_objects(read(f"{exported}status: {{userId: z}}\n"), "default").users
    assert (user.metadata.uid, user.metadata.finalizers, user.has_finalizer) == ("new-ns-x", (), False)
    assert user.status.conditions == ()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("kind: ConnectUser", "kind: connectuser", 'kind: is "connectuser"; use ConnectContactAssignment'),
        ("v1alpha1", "v1beta1", 'apiVersion: is "connect-operator.io/v1beta1"'),
        ("{name: NAME}", "text", "metadata.name: is required"),
    ],
)
def test_a_kind_of_ours_that_is_none_is_told(old: str, new: str, says: str) -> None:
    with pytest.raises(FilesError, match=says):
        read_objects(read(USER.replace(old, new)), "default")
