"""Templates to text. The one place that knows Jinja2, which is imported only when something is rendered.

What comes out for a RUN is one command whose newlines are layout: every line after the first starts with a blank, so
the Dockerfile's line continuations may take the newlines away.
"""

from __future__ import annotations

import re
import shlex
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment

PACKAGE = Path(__file__).resolve().parent.parent
FOLDERS = (PACKAGE / "templates", PACKAGE.parent / "templates")  # in an installed wheel, in a clone


class TemplateProblem(Exception):  # noqa: N818
    """Raised when a template is missing or wrong, lacks a value, or is given one that cannot be written safely."""


class UnsafeValue(TemplateProblem):
    """Raised when a value cannot be written safely: what a Dockerfile says is to blame, not a template."""


def render(template: str, **values: object) -> str:
    """The template's text without its last newline. Raises TemplateProblem."""
    from jinja2 import TemplateError

    try:
        return _environment().get_template(template).render(values).strip("\n")
    except TemplateError as problem:
        raise TemplateProblem(f"{template}: {problem}") from problem


def has_template(template: str) -> bool:
    """Is there a template of that name; Jinja2 is not asked."""
    return any((folder / template).is_file() for folder in FOLDERS)


def shquote(text: str) -> str:
    """One word of a POSIX shell, in quotes only where it needs them. Raises TemplateProblem for a line end or a NUL."""
    return shlex.quote(_one_line(text))


def shline(text: str) -> str:
    """One line of a file as a word of a POSIX shell, always in quotes, so that the lines of a file look alike."""
    return "'" + _one_line(text).replace("'", "'\"'\"'") + "'"


def _one_line(text: str) -> str:
    if re.search(r"[\0\r\n]", text):
        raise UnsafeValue(f"a line end in {text[:80]!r}, which has to stand on one line")
    return text


def _regex(text: str) -> str:
    return re.sub(r"([.$])", r"[\1]", text)


def _folder_of(path: str) -> str:
    return path.rpartition("/")[0]


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(FOLDERS),
        undefined=StrictUndefined,
        autoescape=False,  # what is written is shell, quoted by the filters below
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(shquote=shquote, shline=shline, regex=_regex, folder_of=_folder_of)
    return environment
