"""The import itself: read, word, write; and what is told about it on standard error."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import click
import msgspec
from rich.console import Console

from connect_operator.cli.admission.judge import spec_violations
from connect_operator.cli.imports.details import read_details
from connect_operator.cli.imports.folder import OccupiedError, check_folder, write_folder
from connect_operator.cli.imports.manifests import (
    Imported,
    Manifest,
    Wording,
    default_instance_name,
    instance_manifest,
    user_manifests,
)
from connect_operator.cli.imports.same_object import is_same_object
from connect_operator.cli.imports.yaml_text import yaml_stream, yaml_text
from connect_operator.cli.options import InstanceOptions, check_access
from connect_operator.cli.progress import duration
from connect_operator.cli.refusals import by_options, refused
from connect_operator.cli.session import reader, settings
from connect_operator.cli.terminal import counted, messages, printable
from connect_operator.domain.connect.errors import ConnectError
from connect_operator.domain.connect.ownership import OWNER_TAG
from connect_operator.domain.kinds.spec import UNSET, ConnectInstanceSpec
from connect_operator.domain.rules.manifest_checks import Violation
from connect_operator.domain.rules.name_rules import metadata_violations, namespace_violations
from connect_operator.engine.instances.instance import Instance

# No object's name starts with an underscore, so no user's file is in the way.
INSTANCE_FILE = "_connectinstance.yaml"
_WORTH_SAYING = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The command line."""

    instance: str
    region: str | None
    role_arn: str | None
    external_id: str | None
    rate: float | None
    namespace: str
    directory: Path | None
    instance_ref: str | None
    by_instance_id: bool
    no_instance: bool
    deletion_policy: str | None
    skip_details: bool


def run(options: Options) -> int:
    """Import; 1 where users had to be left out. Raises click's exceptions."""
    check_access(role_arn=options.role_arn, external_id=options.external_id)
    name = options.instance_ref or default_instance_name(options.instance)
    access = InstanceOptions(options.instance, options.region, options.role_arn, options.external_id)
    spec = access.spec(options.namespace)
    _check(name, spec, options.namespace)
    console = messages()
    imported, lasting = asyncio.run(_import(options, name, spec, console))
    manifests = list(imported.manifests)
    its = instance_manifest(name, lasting)
    if not options.no_instance:
        manifests.insert(0, its)
    _write(options.directory, manifests, its, console)
    _tell(options, imported, console)
    return 1 if imported.left_out else 0


async def _import(
    options: Options, name: str, spec: ConnectInstanceSpec, console: Console
) -> tuple[Imported, ConnectInstanceSpec]:
    """The users' manifests, and the spec of the instance as it is to be written."""
    async with reader(console, settings(), options.rate) as (reading, progress):
        instances, problems = await reading.read({name: spec})
        if problems:
            raise click.ClickException(printable(f"the instance cannot be read: {by_options(problems[name].message)}"))
        instance = instances[name]
        if not options.skip_details:
            _announce(instance, console)
        try:
            detailed = await read_details(instance, progress, skip=options.skip_details)
        except ConnectError as error:
            raise click.ClickException(printable(f"{refused(error)}; nothing was written")) from error
    for username in detailed.vanished:
        console.print(
            printable(f"{username}: left out, because DescribeUser does not know it: just deleted, or too new")
        )
    owned = sum(OWNER_TAG in user.tags for user in detailed.users)
    if owned:
        console.print(f"{owned} of the users have an owner already; applying their manifests elsewhere takes none over")
    arn = str(instance.arn)
    wording = Wording(options.namespace, name, arn, options.by_instance_id, options.deletion_policy, options.directory)
    identity_type = instance.facts.identity_management_type if instance.facts is not None else ""
    # The ARN says the Region and the account, too.
    lasting = msgspec.structs.replace(spec, instance_id=arn, region=UNSET)
    imported = user_manifests(detailed.users, identity_type, instance.catalogs, wording)
    return imported._replace(left_out=imported.left_out + detailed.vanished), lasting


def _announce(instance: Instance, console: Console) -> None:
    """Say how long the calls for each user will take, when that is long."""
    users = len(instance.inventory)
    seconds = users / instance.services.quota.rate(instance.operation("DescribeUser"))
    if seconds >= _WORTH_SAYING:
        console.print(
            f"{counted(users, 'user')}: reading e-mail addresses and proficiencies takes {duration(seconds)}; "
            "--skip-details leaves them out"
        )


def _check(name: str, spec: ConnectInstanceSpec, namespace: str) -> None:
    violations: tuple[Violation, ...] = (
        *metadata_violations(name),
        *spec_violations("ConnectInstance", msgspec.json.decode(msgspec.json.encode(spec)), name),
        *namespace_violations(namespace),
    )
    if violations:
        raise click.ClickException("; ".join(each.text for each in violations))


def _write(directory: Path | None, manifests: list[Manifest], instance: Manifest, console: Console) -> None:
    """Write all, or nothing. `instance` may be left unwritten, but its file tells another import's folder."""
    if directory is None:
        click.echo(yaml_stream(manifests), nl=False)
        return
    files = {_file(manifest): yaml_text(manifest) for manifest in manifests}
    try:
        check_folder(directory, {INSTANCE_FILE: yaml_text(instance)}, is_same_object)
        written = write_folder(directory, files, is_same_object)
    except OccupiedError as error:
        raise click.ClickException(
            f"{directory}: nothing was written, for {len(error.paths)} of the files to write are there, of another "
            f"instance, namespace or object ({printable(str(error))}); import into another folder"
        ) from error
    except OSError as error:
        raise click.ClickException(f"{directory}: {error.strerror or error}") from error
    console.print(f"{directory}: {written.changed} files written, {written.same} were up to date")
    if written.others:
        names = ", ".join(path.name for path in written.others[:5]) + (", …" if len(written.others) > 5 else "")  # noqa: PLR2004 - enough to recognise
        console.print(f"{len(written.others)} YAML files there are not of this import: {printable(names)}")


def _file(manifest: Manifest) -> str:
    return INSTANCE_FILE if manifest["kind"] == "ConnectInstance" else f"{manifest['metadata']['name']}.yaml"


def _tell(options: Options, imported: Imported, console: Console) -> None:
    for note in imported.notes:
        console.print(printable(note))
    if options.skip_details:
        console.print(
            "E-mail addresses, mobile numbers and proficiencies were not read (--skip-details): the manifests leave "
            "them out, so they are unmanaged"
        )
    told = f"{counted(len(imported.manifests), 'user')} imported"
    if imported.left_out:
        told += f", {len(imported.left_out)} left out ({printable(', '.join(imported.left_out))})"
    if options.directory is not None:
        told += f"; what applying them changes: connect-operator plan -f {options.directory}"
    console.print(told)
