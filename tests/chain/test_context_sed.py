"""echo, printf and sed, against the programs themselves where they are installed."""

# ruff: noqa: E501 (one case, one line)

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fargate_patch.chain.files.output import echo, printf
from fargate_patch.chain.files.sed import read_sed

if TYPE_CHECKING:
    from pathlib import Path

SHELLS = {
    name: words
    for name, words in {"dash": ["dash"], "bash": ["bash"], "ash": ["busybox", "sh"]}.items()
    if shutil.which(words[0])
}
SEDS = {
    name: words for name, words in {"gnu": ["sed"], "busybox": ["busybox", "sed"]}.items() if shutil.which(words[0])
}

ARGUMENTS = st.lists(st.text("ab \\nte0-%s1c'\"x7", max_size=7), max_size=4)


def run(words: list[str], given: str = "") -> str | None:
    done = subprocess.run(words, input=given.encode(), capture_output=True, check=False)
    return done.stdout.decode("utf-8", "surrogateescape") if done.returncode == 0 else None


@pytest.mark.skipif(len(SHELLS) < 2, reason="fewer than two of dash, bash and busybox are installed")
@given(ARGUMENTS)
@settings(max_examples=150, deadline=None)
def test_what_echo_is_known_to_write_every_shell_writes(arguments: list[str]) -> None:
    text = echo(arguments, bash=False)
    if text is not None:
        assert {run([*words, "-c", 'echo "$@"', "sh", *arguments]) for words in SHELLS.values()} == {text}


@pytest.mark.skipif("bash" not in SHELLS, reason="bash is not installed")
@given(ARGUMENTS)
@settings(max_examples=150, deadline=None)
def test_what_echo_is_known_to_write_in_bash(arguments: list[str]) -> None:
    text = echo(arguments, bash=True)
    if text is not None:
        assert run(["bash", "-c", 'echo "$@"', "sh", *arguments]) == text


@pytest.mark.skipif(len(SHELLS) < 2, reason="fewer than two of dash, bash and busybox are installed")
@given(ARGUMENTS)
@settings(max_examples=200, deadline=None)
def test_what_printf_is_known_to_write_every_shell_writes(arguments: list[str]) -> None:
    text = printf(arguments)
    if text is not None:
        assert {run([*words, "-c", 'printf "$@"', "sh", *arguments]) for words in SHELLS.values()} == {text}


TEXT = "#!/bin/sh\nset -e\n\nuser www-data;\nlisten = 127.0.0.1:9000\n;clear_env = no\n\tindent  two\r\nlast a.b/c\n"

READ = [
    ("s/www-data/app/", False),
    ("s/a/<&>/g", False),
    ("s/A/x/Ig", False),
    ("s|/bin/sh|/bin/bash|", False),
    ("s#^;*\\(clear_env\\) *= *\\(.*\\)#\\1 = \\2#", False),
    ("s/^;?(clear_env) *= *(.*)$/\\1=\\2/", True),
    ("s/\\r$//", False),
    ("s/\\r//g", False),
    ("s/[[:space:]]*$//", False),
    ("s/^[ \\t]*//", False),
    ("s/127\\.0\\.0\\.1:/0.0.0.0:/", False),
    ("s/listen.*/listen = [::]:9000\\nsecond/", False),
    ("s/\\(a\\)\\|b/<\\1>/", False),
    ("s/(www|set)-?/[\\1]/", True),
    ("s/a.b\\/c/x/", False),
    ("s/[^a-z]/_/g", False),
    ("s/e\\+/E/g", False),
    ("s/*/x/", False),
    ("s/a$b/x/;s/^x^/y/", False),
    ("s/\\./,/g;s/,/;/", False),
    ("2d", False),
    ("$d", False),
    ("2,4d", False),
    ("/user/d", False),
    ("/^$/d", False),
    ("/set/,/listen/d", False),
    ("/set/,$d", False),
    ("4,2d", False),
    ("3,/user/d", False),
    ("/listen/s/9000/8000/", False),
    ("1i first", False),
    ("1i\\first", False),
    ("$a last", False),
    ("$ a\\\nlast\\\nreally", False),
    ("/user/a after it", False),
    ("/user/c changed", False),
    ("1i a\n2d\n$a z", False),
    ("s/a/b/\ns/b/c/", False),
    (" s/a/b/ ; 2d ; ", False),
    ("s/x*/-/", False),
    ("s/-/\\&/", False),
    ("s/-/\\\\/", False),
    ("s,a\\,b,x,", False),
]


@pytest.mark.parametrize("name", SEDS)
@pytest.mark.parametrize(("script", "extended"), READ, ids=[s for s, _ in READ])
def test_a_script_that_is_read_does_what_sed_does(script: str, extended: bool, name: str) -> None:
    edit = read_sed(script, extended)
    assert edit is not None
    for text in (TEXT, TEXT.rstrip("\n"), "a\n", ""):
        assert edit(text) == run([*SEDS[name], *(["-E"] if extended else []), script], text)


NOT_READ = [
    "", "s/a/b", "s/a", "s", "p", "s/a/b/p", "s/a/b/2", "s/a/b/w f", "s/a/b/e", "y/a/b/", "/a/{d}", "N;P;D", "2!d", "0,/a/d", "1~2d", "/a/,+2d",
    "\\,a,d", "s/\\(a\\)\\1/b/", "s/\\(a*\\)*/b/", "(a+)+", "s/a*b*c*d*e/x/", "s/a\\{2\\}/b/", "s/a/\\U&/", "s/\\<a/b/", "s//x/", "r f", "q", "i", "s/[/]/x/",
    "s/[[:nope:]]/x/", "s/[/x/", "s/a/\\3/", "2,d", "s/a/b/ 3", "\n".join(["2d"] * 60),
]  # fmt: skip


@pytest.mark.parametrize("script", NOT_READ, ids=str)
def test_a_script_that_is_not_read(script: str) -> None:
    edit = read_sed(script, extended=False)
    assert edit is None or script in ("",)


@given(st.text("ab.*\\()+?|[]^$&/;sdgi1, \n", max_size=14), st.booleans())
@settings(max_examples=300, deadline=None)
def test_any_script_is_read_or_not_but_never_fails(script: str, extended: bool) -> None:
    edit = read_sed(script, extended)
    assert edit is None or isinstance(edit("a.b\nab*\n"), str)


def test_a_file_edited_by_sed_is_what_sed_makes_of_it(tmp_path: Path) -> None:
    edit = read_sed("s/a/b/;$d", extended=False)
    path = tmp_path / "f"
    path.write_text("a\na\nx\n")
    if "gnu" in SEDS:
        subprocess.run(["sed", "-i", "s/a/b/;$d", str(path)], check=True)
        assert edit is not None
        assert edit("a\na\nx\n") == path.read_text()
