"""`connect-operator csv import`: read the file, tell every fault or write every manifest."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from connect_operator.cli.documents.files import LARGEST, start_of
from connect_operator.cli.imports.folder import write_folder
from connect_operator.cli.imports.former_names import former_names, instance_of, read_manifest
from connect_operator.cli.imports.yaml_text import yaml_text
from connect_operator.cli.spreadsheet import columns
from connect_operator.cli.spreadsheet.fault import Fault
from connect_operator.cli.spreadsheet.header import Header, read_header
from connect_operator.cli.spreadsheet.people import Base, People, read_people
from connect_operator.cli.spreadsheet.table import Table, read_table
from connect_operator.cli.spreadsheet.template import Template, read_template, secret_name
from connect_operator.cli.terminal import counted, messages, printable
from connect_operator.domain.kinds.objects import GROUP, VERSION
from connect_operator.domain.rules.name_rules import SUBDOMAIN, namespace_violations
from connect_operator.domain.rules.object_names import object_names

Manifest = dict[str, Any]
_SHOWN = 5
_NO_PASSWORDS = (
    'the column "{}" is left out, for no password belongs into a manifest; put the first password into a Secret and '
    "name it by passwordSecretRef in --template, or have one made for each (generate: true); users that exist need none"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The command line."""

    file: Path
    directory: Path
    template: Path | None
    instance_ref: str | None
    namespace: str | None


def run(options: Options) -> None:
    """Import. Raises click's exceptions."""
    console = messages()
    template = read_template(options.template) if options.template else Template()
    namespace = options.namespace or str(template.metadata.get("namespace", "default"))
    _check(namespace, options.instance_ref)
    table = read_table(_content(options.file), columns.is_known)
    if isinstance(table, Fault):
        raise click.ClickException(printable(f"{options.file}: {table.text}"))
    people, header = _people(table, template, options)
    _tell(people, table, header, console)
    manifests = _manifests(people, template, namespace, options.directory)
    faults = [*people.faults, *_in_the_way(options.directory, manifests)]
    if faults:
        for fault in sorted(faults, key=lambda each: each.place.row if each.place else each.row):
            console.print(printable(fault.text))
        raise click.ClickException(f"{counted(len(faults), 'fault')} in {options.file}; nothing was written")
    _write(options.directory, manifests, console)


def _content(file: Path) -> bytes:
    """The bytes of the file; a pipe that somebody names is read, but not for ever."""
    try:
        if str(file) == "-":
            content = sys.stdin.buffer.read(LARGEST + 1)
        elif file.is_file():
            content = start_of(file)
        else:
            with file.open("rb") as opened:
                content = opened.read(LARGEST + 1)
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror or error}") from error
    if len(content) > LARGEST:
        raise click.ClickException(f"{file}: is larger than {LARGEST // 1024 // 1024} MiB")
    return content


def _check(namespace: str, instance_ref: str | None) -> None:
    wrong = [each.text for each in namespace_violations(namespace)]
    if instance_ref is not None and SUBDOMAIN.fullmatch(instance_ref) is None:
        wrong.append(f"--instance-ref: {instance_ref!r} is no name of a ConnectInstance")
    if wrong:
        raise click.ClickException("\n".join(wrong))


def _people(table: Table, template: Template, options: Options) -> tuple[People, Header]:
    faults: list[Fault] = []
    header = read_header(table, faults)
    reference = {"instanceRef": {"name": options.instance_ref}} if options.instance_ref else {}
    people = read_people(table, header, Base(template.spec, reference))
    people.faults = [*faults, *people.faults]
    return people, header


def _tell(people: People, table: Table, header: Header, console: Console) -> None:
    passwords = [_NO_PASSWORDS.format(header.row.cells[place]) for place in sorted(header.passwords)]
    for note in (*table.notes, *passwords, *people.notes):
        console.print(printable(note))


def _manifests(people: People, template: Template, namespace: str, directory: Path) -> dict[str, Manifest]:
    """The manifests by file name. Who has a file there keeps its name."""
    instances = {instance_of(spec) for spec in people.specs.values()}
    names = object_names(people.specs, former_names(directory, namespace, instances))
    found: dict[str, Manifest] = {}
    for username in sorted(names, key=names.__getitem__):
        metadata = {"name": names[username], "namespace": namespace}
        metadata |= {name: value for name, value in template.metadata.items() if name != "namespace"}
        found[f"{names[username]}.yaml"] = {
            "apiVersion": f"{GROUP}/{VERSION}",
            "kind": "ConnectUser",
            "metadata": metadata,
            "spec": _with_own_secret(people.specs[username], names[username]),
        }
    return found


def _with_own_secret(spec: dict[str, Any], name: str) -> dict[str, Any]:
    """The Secret that is made for each user is called after the user's object."""
    reference = spec.get("passwordSecretRef", {})
    if not reference.get("generate"):
        return spec
    return {**spec, "passwordSecretRef": {**reference, "name": secret_name(name)}}


def _in_the_way(directory: Path, manifests: dict[str, Manifest]) -> list[Fault]:
    """Files of the same names that say something about somebody else: of another instance, namespace or kind."""
    found = []
    for name, manifest in manifests.items():
        before = read_manifest(directory / name)
        if before is not None and _subject(before) != _subject(manifest):
            found.append(
                Fault(
                    f"{directory / name} is of {_subject(before)}, this is {_subject(manifest)}; "
                    "choose another folder, or remove the file"
                )
            )
    return found


def _subject(document: object) -> str:
    """Whom a manifest is about, in words."""
    if not isinstance(document, dict):
        return "something else"
    spec, metadata = document.get("spec"), document.get("metadata") or {}
    if not isinstance(spec, dict) or not isinstance(metadata, dict):
        return "something else"
    reference = spec.get("instanceRef") or {}
    instance = reference.get("name") if isinstance(reference, dict) else None
    username = spec.get("username", metadata.get("name"))
    kind, namespace, name = document.get("kind"), metadata.get("namespace", "default"), metadata.get("name")
    told = (kind, namespace, name, username, instance or spec.get("instanceId"))
    if not all(isinstance(each, str) for each in told):
        return "something else"
    return "{} {}/{}, user {} of instance {}".format(*told)


def _write(directory: Path, manifests: dict[str, Manifest], console: Console) -> None:
    try:
        written = write_folder(directory, {name: yaml_text(manifest) for name, manifest in manifests.items()})
    except OSError as error:
        raise click.ClickException(f"{directory}: {error.strerror or error}") from error
    console.print(f"{directory}: {counted(written.changed, 'file')} written, {written.same} up to date")
    if written.others:
        names = ", ".join(path.name for path in written.others[:_SHOWN]) + (
            ", …" if len(written.others) > _SHOWN else ""
        )
        console.print(
            printable(
                f"not in this spreadsheet, and left alone, {counted(len(written.others), 'YAML file')} there: {names}"
            )
        )
