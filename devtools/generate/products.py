"""Which files are made, and by what. Whoever makes another adds it to `products`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from generate import argocd, chart_readme, dashboard, reference, schemas

ROOT = Path(__file__).parents[2]
MANIFESTS = ROOT / "manifests"
CHART = ROOT / "charts" / "connect-operator"
SCHEMAS = ROOT / "schemas"
REFERENCE = ROOT / "docs" / "reference"
# Symbolic links would do, but not in a chart that Flux takes from a Git repository: it leaves links out.
_COPIES = ("rbac.yaml", "tenant-roles.yaml", "admission-policy.yaml")
# Folders that hold products only.
_OWNED = (CHART / "files", SCHEMAS, REFERENCE)


def products() -> dict[Path, Callable[[], str]]:
    """What makes the text of each file."""
    definitions = sorted((ROOT / "crds").glob("*.yaml"))
    made: dict[Path, Callable[[], str]] = {
        MANIFESTS / "argocd" / "argocd-cm.yaml": lambda: argocd.config_map(MANIFESTS / "argocd"),
        MANIFESTS / "monitoring" / "dashboard.json": dashboard.text,
        CHART / "README.md": lambda: chart_readme.text(CHART),
        CHART / "files" / "monitoring" / "dashboard.json": dashboard.text,
        CHART / "files" / "monitoring" / "prometheusrule.yaml": (
            MANIFESTS / "monitoring/prometheusrule.yaml"
        ).read_text,
        REFERENCE / "settings.md": reference.settings,
    }
    for name in _COPIES:
        made[CHART / "files" / name] = (MANIFESTS / name).read_text
    for file in definitions:
        made[CHART / "files" / "crds" / file.name] = file.read_text
        made[SCHEMAS / schemas.file_name(file)] = _of(schemas.text, file)
        made[REFERENCE / f"{reference.page_name(file)}.md"] = _of(reference.kind, file)
    return made


def outdated() -> list[Path]:
    """The products that are missing or not as they should be."""
    return sorted(path for path, make in products().items() if not path.is_file() or path.read_text() != make())


def write(path: Path) -> None:
    """Make one product anew."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(products()[path]())


def strays() -> list[Path]:
    """Files in the folders of products that are none, such as those of a kind that was removed."""
    known = products()
    found = {path for folder in _OWNED for path in folder.rglob("*") if path.is_file()}
    return sorted(found - known.keys())


def remove_strays() -> list[Path]:
    """Remove them, and tell which they were."""
    found = strays()
    for path in found:
        path.unlink()
    return found


def _of(make: Callable[[Path], str], file: Path) -> Callable[[], str]:
    return lambda: make(file)
