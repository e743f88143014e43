"""A value changes what a report says, never how it is built: its skeleton is that of a harmless value's report."""

# Many values in one line.
# ruff: noqa: E501

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest
from results import holding

from fargate_patch.report import View, formats, report

if TYPE_CHECKING:
    from collections.abc import Callable

VALUES = (
    *("a\nb", "a\r\nb", "a\rb", "\u2028", "\x85", "a\x0bb", "a\0b", "\udcff", "\ufffe", "\x1b[31m", "\u202eabc", "\x9b2J"),
    *("::error::x", "\n::error file=x,line=1::y", "::add-mask::x", "##[error]x", "::stop-commands::x", "%0A::error::x"),
    *("]]>", "<![CDATA[", "--></testcase>", '"/><x y="', "&lt;&x;", "</script><script>x", "<b onclick=x>", "'onx=y"),
    *('"}]}', '","x":"', "\\", '\\"', "{{ x }}", "{% x %}", "`x`", "```\nx", "| x |", "\n# x", "[x](javascript:y)", "@you", "#1"),
    *('"]', '"] --> x["y', "end", "\nend\n", "classDef x", "%% x", ";", "http://x", "../../x", "/x", "C:\\x", " ", "~", "-x", "*"),
)  # fmt: skip


class Elements(HTMLParser):
    """The elements of a page and the names of their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(name for name, _ in attrs)))


def types(value: Any) -> Any:
    """A JSON document without its texts."""
    if isinstance(value, dict):
        return {key: types(each) for key, each in value.items()}
    return [types(each) for each in value] if isinstance(value, list) else type(value).__name__


def tags(element: ElementTree.Element) -> Any:
    return element.tag, sorted(element.attrib), [tags(child) for child in element]


def kinds(text: str) -> list[str]:
    """The lines of a text by the mark of Markdown that they begin with."""
    return [
        found[0] if (found := re.match(r"[#|*>`~+-]+ ", line)) else line[:1].strip() and "text" for line in lines(text)
    ]


def lines(text: str) -> list[str]:
    return re.split(r"\r\n|\r|\n", text)


def is_command(line: str) -> bool:
    """Whether GitHub Actions takes a line of a log for a workflow command (actions/runner, ActionCommand.cs)."""
    return line.lstrip().startswith("::") or "##[" in line


def shapes(drawing: str) -> list[str]:
    """The lines of a drawing without their labels."""
    return [re.sub(r'"[^"]*"', '""', line) for line in drawing.split("\n")]


SKELETONS: dict[str, Callable[[str], Any]] = {
    "json": lambda text: types(json.loads(text)),
    "sarif": lambda text: types(json.loads(text)),
    "gitlab": lambda text: types(json.loads(text)),
    "junit": lambda text: tags(ElementTree.fromstring(text.encode("utf-8"))),
    "html": lambda text: Elements(text).found,
    "github": lambda text: [is_command(line) for line in lines(text)],
    "mermaid": shapes,
    "markdown": lambda text: (kinds(text.partition("```")[0]), shapes(text.partition("```")[2])),
    "text": lambda text: [is_command(line) for line in lines(text)],
}


@pytest.mark.parametrize("value", VALUES, ids=ascii)
@pytest.mark.parametrize("name", formats())
def test_a_value_does_not_change_how_a_report_is_built(name: str, value: str) -> None:
    built, plain = (SKELETONS[name](report(name).render([holding(v)], View("check"))) for v in (value, "x"))
    assert built == plain
