"""The documentation site: builds, has no dead link, and says something of everything that needs a page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from connect_operator.domain.conditions.reasons import Reason
from docs_site.__main__ import ROOT, build, complete
from docs_site.links import dead_links
from docs_site.stage import Stage

DOCS = ROOT / "docs"


def test_the_site_has_no_dead_link(tmp_path: Path) -> None:
    assert build(tmp_path) == []
    assert (tmp_path / "site" / "tutorial" / "index.html").is_file()


def test_every_page_is_reached_from_the_menu(tmp_path: Path) -> None:
    (tmp_path / "runbooks").mkdir()
    for name in ("index.md", "new.md", "runbooks/Down.md"):
        (tmp_path / name).write_text("# Page\n")
    assert complete(["index.md"], tmp_path) == ["index.md", {"Further": ["new.md"]}]
    assert complete(["index.md", {"How to": [{"New": "new.md"}]}], tmp_path)[-1] == {"How to": [{"New": "new.md"}]}


def test_every_reason_says_what_to_do() -> None:
    text = (DOCS / "troubleshooting.md").read_text()
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
    assert {reason.value for reason in Reason} <= sections.keys()
    assert [name for name in Reason if "**What to do.**" not in sections[name.value]] == []


def test_the_flux_sample_is_what_the_page_shows() -> None:
    sample = list(yaml.safe_load_all((ROOT / "manifests/samples/flux/users.yaml").read_text()))
    page = (DOCS / "howto" / "flux.md").read_text()
    shown = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert shown
    assert list(yaml.safe_load_all(shown[1])) == sample


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A tiny one: a page, and a file outside of docs/."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "samples").mkdir()
    (tmp_path / "samples" / "user.yaml").write_text("kind: ConnectUser\n")
    (tmp_path / "README.md").write_text("[page](docs/page.md)\n")
    return tmp_path


def test_what_a_page_points_to_comes_along(repository: Path, tmp_path: Path) -> None:
    page = repository / "docs" / "page.md"
    page.write_text("[one](../samples/user.yaml) [all](../samples) [top](../README.md#top)\n```\n[no](gone.md)\n```\n")
    stage = Stage(repository, tmp_path / "stage")

    stage.fill()

    assert stage.dead == []
    assert (tmp_path / "stage" / "page.md").read_text().splitlines()[0] == (
        "[one](files/samples/user.yaml) [all](files/samples/index.md) [top](files/about.md#top)"
    )
    assert (tmp_path / "stage" / "files" / "samples" / "user.yaml").is_file()
    assert (tmp_path / "stage" / "files" / "about.md").read_text() == "[page](../page.md)\n"


def test_a_link_to_what_does_not_exist_is_told(repository: Path, tmp_path: Path) -> None:
    (repository / "docs" / "page.md").write_text("[x](gone.md) [out](../../etc/passwd)\n")
    stage = Stage(repository, tmp_path / "stage")

    stage.fill()

    assert stage.dead == [
        "docs/page.md: gone.md does not exist",
        "docs/page.md: ../../etc/passwd does not exist",
    ]


def test_dead_links_of_built_pages_are_told(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "index.html").write_text('<h1 id="top">b</h1>')
    (tmp_path / "index.html").write_text(
        '<a href="b/">1</a><a href="b/#top">2</a><a href="b/#gone">3</a><a href="c/">4</a><img src="x.png">'
        '<a href="#here">5</a><a href="https://example.com/">6</a><p id="here">'
    )

    assert dead_links(tmp_path) == [
        "index.html: b/#gone has no such heading",
        "index.html: c/ leads nowhere",
        "index.html: x.png leads nowhere",
    ]
