"""Dead links in built pages: files and anchors that are not there. Links to other sites are not followed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_REFERENCES = {"a": "href", "img": "src", "link": "href", "script": "src"}


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.anchors |= {value for name in ("id", "name") if (value := values.get(name))}
        if link := values.get(_REFERENCES.get(tag, "")):
            self.links.append(link)


def dead_links(site: Path) -> list[str]:
    """One sentence for each; empty when there is none."""
    return sorted({told for page in site.rglob("*.html") for told in _dead_of(page, site)})


def _dead_of(page: Path, site: Path) -> Iterator[str]:
    name = page.relative_to(site)
    if name.name == "404.html":  # it is shown at any address, so its links begin at the top
        return
    for link in _parsed(page).links:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        target = _target(page, site, unquote(parts.path))
        if not target.is_file():
            yield f"{name}: {link} leads nowhere"
        elif parts.fragment and target.suffix == ".html" and unquote(parts.fragment) not in _parsed(target).anchors:
            yield f"{name}: {link} has no such heading"


def _target(page: Path, site: Path, path: str) -> Path:
    if not path:
        return page
    target = site / path.lstrip("/") if path.startswith("/") else (page.parent / path).resolve()
    return target / "index.html" if target.is_dir() else target


@cache
def _parsed(page: Path) -> _Page:
    parser = _Page()
    parser.feed(page.read_text(errors="replace"))
    return parser
