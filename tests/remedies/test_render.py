"""Templates: what is refused, and the quoting that everything from a Dockerfile goes through."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fargate_patch.remedies import render as render_module
from fargate_patch.remedies.render import TemplateProblem, has_template, render, shline, shquote
from fargate_patch.remedies.variables import safe_name


def test_a_value_that_a_template_lacks_is_an_error() -> None:
    with pytest.raises(TemplateProblem, match=r"^profile-d\.j2: 'path' is undefined$"):
        render("profile-d.j2", file="/f", variables=())


def test_a_template_that_is_not_there_is_an_error() -> None:
    assert not has_template("nothing.j2")
    with pytest.raises(TemplateProblem, match=r"^nothing\.j2: "):
        render("nothing.j2")


def test_templates_are_found_in_a_clone_and_in_a_wheel() -> None:
    package = render_module.PACKAGE
    assert (package / "templates", package.parent / "templates") == render_module.FOLDERS
    assert has_template("fargate-env.sh.j2")


@pytest.mark.parametrize("text", ["a\nb", "a\r", "a\0b"])
@pytest.mark.parametrize("quote", [shquote, shline])
def test_a_line_end_is_never_written_into_a_line(quote: type[str], text: str) -> None:
    with pytest.raises(TemplateProblem):
        quote(text)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n")))
def test_what_is_quoted_arrives_as_it_is(text: str) -> None:
    script = f"printf '%s\\n' {shquote(text)} {shline(text)}"
    done = subprocess.run(("sh", "-c", script), capture_output=True, check=True)
    assert done.stdout.decode() == f"{text}\n{text}\n"


@pytest.mark.parametrize(
    "name", ["app", "_apt", "www-data", "a.b", "Web1", "host$", "0", "1000", "su-l", "x" * 64],
)  # fmt: skip
def test_names_that_are_written(name: str) -> None:
    assert safe_name(name)


@pytest.mark.parametrize(
    "name",
    ["", " ", "a b", "a\n", "$USER", "a;b", "-l", ".", "..", "../x", "a/b", "a:b", "1000:1000", "a$b", "1a", "é",
     "#1000", "a,b", "a'b", "[a", "x" * 66, "1" * 11, "a\0"],
)  # fmt: skip
def test_names_that_are_not(name: str) -> None:
    assert not safe_name(name)
