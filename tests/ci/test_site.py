"""The pages of docs/ as a site, by each of the two programs that mkdocs.yml is for, and the picture that they show."""

from __future__ import annotations

import importlib.util
import re
import shutil
from functools import cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest
from project import REPOSITORY, run, tool

if TYPE_CHECKING:
    from pathlib import Path

PICTURE = REPOSITORY / "docs" / "terminal.svg"


def test_the_picture_is_what_the_command_prints() -> None:
    spec = importlib.util.spec_from_file_location("make_picture", REPOSITORY / "scripts" / "make_picture.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert PICTURE.read_text("utf-8") == module.picture(module.session()), "run `make docs`"


def test_the_picture_asks_for_nothing_and_holds_no_script() -> None:
    text = PICTURE.read_text("utf-8")
    names = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(text).iter()}
    assert names == {"svg", "title", "style", "rect", "text"}
    assert re.findall(r"https?://[^\"]*|url\(|@import", text) == ["http://www.w3.org/2000/svg"]


def test_every_page_and_index_is_in_the_navigation() -> None:
    named = set(re.findall(r": (\S+\.md)$", (REPOSITORY / "mkdocs.yml").read_text("utf-8"), re.MULTILINE))
    docs = REPOSITORY / "docs"
    pages = {p.relative_to(docs).as_posix() for p in (*docs.glob("*.md"), *docs.glob("*/index.md"))}
    assert named == pages


@pytest.mark.parametrize("command", [("mkdocs", "build", "--strict", "--quiet"), ("zensical", "build", "--strict")])
def test_the_site_is_built_without_a_warning_and_its_links_lead_to_pages(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    shutil.copytree(REPOSITORY / "docs", tmp_path / "docs")
    shutil.copyfile(REPOSITORY / "mkdocs.yml", tmp_path / "mkdocs.yml")
    done = run([tool(command[0]), *command[1:]], tmp_path)
    assert done.code == 0, done
    site = tmp_path / ".cache" / "site"
    pages = sorted(site.rglob("index.html"))
    assert len(pages) == len(list((REPOSITORY / "docs").rglob("*.md")))
    assert [f"{page.relative_to(site)}: {link}" for page in pages for link in dead(page)] == []


def dead(page: Path) -> list[str]:
    """The page's links to this site that lead to no file, or to no place in it."""
    wrong = []
    for link in targets(page).links:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc or parts.path.startswith("/"):
            continue
        there = (page.parent / unquote(parts.path)).resolve() if parts.path else page
        there = there / "index.html" if there.is_dir() else there
        if not there.is_file() or (parts.fragment and unquote(parts.fragment) not in targets(there).names):
            wrong.append(link)
    return wrong


class Targets(HTMLParser):
    """Where a page's own content links to, and which places in the page can be linked to."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.names: set[str] = {""}
        self.feed(page.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self.names.add(said.get("id") or "")
        if tag in ("a", "img") and (link := said.get("href" if tag == "a" else "src")):
            self.links.append(link)


@cache
def targets(page: Path) -> Targets:
    """Read once, however many links lead there."""
    return Targets(page)
