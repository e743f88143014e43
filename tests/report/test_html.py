"""The page, in a real browser: on a repository of 300 Dockerfiles, and on values that mean harm."""

from __future__ import annotations

import os
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser import PROGRAM, Page, browser
from results import ALL, EVIL, LOST

from fargate_patch import Status
from fargate_patch.cli import main
from fargate_patch.report import View
from fargate_patch.report.html_ import render

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).resolve().parents[2]
SAMPLES = sorted(path.parent for path in (REPOSITORY / "samples").glob("*/Dockerfile"))
VIEW = View("check", root=".")
FILES = 300
in_a_browser = pytest.mark.skipif(
    PROGRAM is None and "CI" not in os.environ, reason="chromium is not installed (apt-get install chromium)"
)


class Elements(HTMLParser):
    """Every element and attribute of a page, without what the style and the script say."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_hostile_values_are_text() -> None:
    evil = Elements(render([EVIL], VIEW))
    plain = Elements(render([LOST], VIEW))
    names = {name for _, attributes in plain.found for name in attributes} | {"title"}
    assert {name for _, attributes in evil.found for name in attributes} <= names
    assert {tag for tag, _ in evil.found} <= {tag for tag, _ in plain.found} | {"p"}
    links = [a[name] or "" for _, a in evil.found for name in ("href", "src") if name in a]
    assert [link for link in links if not re.fullmatch(r"#\w+|data:,", link)] == []
    assert "<b>`|$(id)`" in evil.text
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f\udc80-\udcff]", evil.text)


def test_a_page_of_nothing_and_of_one_file() -> None:
    assert "0 files" in render([], VIEW)
    assert len([a for tag, a in Elements(render([LOST], VIEW)).found if tag == "details" and "open" in a]) == 1


def test_the_worst_comes_first() -> None:
    badges = re.findall(r'<details class="file" data-status="([a-z-]+)"', render(ALL, VIEW))
    assert badges == [s.value for s in (Status.ERROR, Status.WOULD_PATCH, Status.CLEAN, Status.SKIPPED)]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The report on a repository of 300 Dockerfiles, made by the command and open in a browser."""
    work = tmp_path_factory.mktemp("repository")
    for number in range(FILES):
        sample = SAMPLES[number % len(SAMPLES)]
        shutil.copytree(sample, work / f"{sample.name}-{number:03}", ignore=shutil.ignore_patterns("*.patched"))
    report = tmp_path_factory.mktemp("report") / "report.html"
    before = Path.cwd()
    os.chdir(work)
    try:
        assert main(["--check", "--isolated", "-f", "html", "-o", str(report), "."]) == 1
    finally:
        os.chdir(before)
    with browser(tmp_path_factory.mktemp("profile")) as found:
        found.open(report.as_uri())
        found.look(1280)
        yield found


VISIBLE = "document.querySelectorAll('.file:not([hidden])').length"
FOCUSED = "document.activeElement.textContent.trim()"
CHOOSE = "(f => {{ f.elements.{0}.value = '{1}'; f.dispatchEvent(new Event('input')); }})(document.forms[0])"


@in_a_browser
def test_it_asks_for_nothing_and_nothing_complains(page: Page) -> None:
    assert page.run("document.querySelectorAll('.file').length") == FILES
    assert [r for r in page.requests if not r.startswith(("file:", "data:"))] == []
    assert page.complaints == []


@in_a_browser
@pytest.mark.parametrize(
    ("field", "value", "attribute"),
    [("verdict", "lost", "verdicts"), ("mechanism", "cron", "mechanisms"), ("mechanism", "su-login", "mechanisms")],
)
def test_the_filters(page: Page, field: str, value: str, attribute: str) -> None:
    page.press("Escape")
    page.run("new Promise(done => setTimeout(done, 50))")
    page.run(CHOOSE.format(field, value))
    having = (
        f"[...document.querySelectorAll('.file')].filter(f => f.dataset.{attribute}.split(' ').includes('{value}'))"
    )
    wanted = page.run(f"{having}.length")
    assert 0 < wanted < FILES
    assert page.run(VISIBLE) == wanted
    assert page.run(f"{having}.every(f => !f.hidden)")
    assert page.run("document.getElementById('shown').textContent") == f"{wanted} of {FILES} files"


@in_a_browser
def test_by_the_keyboard_alone(page: Page) -> None:
    page.press("Escape")
    page.run("document.activeElement.blur()")
    page.press("/")
    for letter in "sudo-su":
        page.press(letter)
    found = page.run(VISIBLE)
    assert 0 < found < FILES
    page.press("ArrowDown")
    assert "sudo-su" in page.run(FOCUSED)
    page.press("ArrowDown")
    second = page.run(FOCUSED)
    page.press("Enter")
    assert page.run("document.activeElement.closest('details').open")
    page.press("ArrowUp")
    assert page.run(FOCUSED) != second
    page.press("Escape")
    page.run("new Promise(done => setTimeout(done, 50))")
    assert page.run(VISIBLE) == FILES


@in_a_browser
def test_light_and_dark_can_be_read(page: Page) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    page.look(1280, "light")
    light, pale = page.run(ground), page.run(CONTRAST)
    page.look(1280, "dark")
    dark, deep = page.run(ground), page.run(CONTRAST)
    page.look(1280, "light")
    assert light != dark
    assert [(kind, ratio) for kind, ratio in (*pale.items(), *deep.items()) if ratio < 4.5] == []


# The contrast of every kind of text with its ground (WCAG 2.2, 1.4.3), by class.
CONTRAST = """
(() => {
  document.querySelectorAll('.file').forEach((file, n) => { file.open = n % 20 === 0; });
  const numbers = c => c.match(/[\\d.]+/g).map(Number);
  const lightness = c => numbers(c).slice(0, 3).map(v => v / 255)
    .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, n) => sum + v * [.2126, .7152, .0722][n], 0);
  const ground = e => { const c = getComputedStyle(e).backgroundColor;
    return numbers(c)[3] === 0 && e.parentElement ? ground(e.parentElement) : c; };
  const found = {};
  for (const e of document.querySelectorAll('[open] *, header *, form *')) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    const [a, b] = [lightness(getComputedStyle(e).color), lightness(ground(e))].sort((x, y) => y - x);
    found[`${e.tagName}.${e.className}`] = (a + .05) / (b + .05);
  }
  return found;
})()
"""


@in_a_browser
def test_a_narrow_window_needs_no_scrolling_sideways(page: Page) -> None:
    page.look(320)
    page.run("document.querySelectorAll('.file').forEach((file, n) => { file.open = n % 20 === 0; })")
    assert page.run("document.documentElement.scrollWidth") <= 320
    page.look(1280)


@in_a_browser
def test_the_page_s_policy_would_stop_what_was_not_escaped(tmp_path: Path) -> None:
    script = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    file = tmp_path / "evil.html"
    file.write_text(render([EVIL], VIEW).replace("&lt;b&gt;", script), "utf-8")
    with browser(tmp_path / "profile") as page:
        page.open(file.as_uri())
        assert page.run("document.title") == "fargate-patch: 1 file"
        assert [said for said in page.complaints if "Content Security Policy" in said]
