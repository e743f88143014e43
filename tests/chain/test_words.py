"""How words expand: `a` is a known field, `?a` one that only a run can tell."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fargate_patch.chain.model import Word
from fargate_patch.chain.scripts.words import expand, glob, value
from fargate_patch.shell.globs import matches, read_glob
from fargate_patch.shell.quoting import read_word

VARIABLES: dict[str, str | None] = {
    "A": "a",
    "TWO": "a b",
    "SPACED": " 1 2 ",
    "EMPTY": "",
    "NONE": None,
    "PATH_": "/usr/lib/x.tar.gz",
    "0": "/entry.sh",
    "$(id -u)": "0",
}
ARGUMENTS = (Word("one"), Word("-t w o"), Word("$X", known=False), Word("four"))

ROWS = [
    ("$A", "a"),
    ("x${A}y", "xay"),
    ("$TWO", "a|b"),
    ('"$TWO"', "a b"),
    ("x$SPACED'y'", "x|1|2|y"),
    ("$EMPTY", None),
    ('"$EMPTY"', ""),
    ("''", ""),
    ("$UNSET", "?$UNSET"),
    ('"$UNSET"', '?"$UNSET"'),
    ("$NONE", "?$NONE"),
    ("x$TWO$NONE", "xa|?b$NONE"),
    ("$(date)", "?$(date)"),
    ("$(id -u)", "0"),
    ("~/x/*.sh", "~/x/*.sh"),
    # operators
    ("${UNSET:-y z}", "y|z"),
    ('"${UNSET:-y z}"', "y z"),
    ("${UNSET-$A}", "a"),
    ("${UNSET:=y}", "y"),
    ("${UNSET:+y}", None),
    ('"${UNSET:+y}"', ""),
    ("${UNSET?no}", "?${UNSET?no}"),
    ("${EMPTY:-y}", "y"),
    ("${EMPTY-y}", None),
    ("${EMPTY:+y}", None),
    ("${EMPTY+y}", "y"),
    ("${A:-y}", "a"),
    ("${A:+y}", "y"),
    ("${A:?no}", "a"),
    ("${NONE:-y}", "?${NONE:-y}"),
    ("${NONE+y}", "?${NONE+y}"),
    ("${PATH_##*/}", "x.tar.gz"),
    ("${PATH_#*/}", "usr/lib/x.tar.gz"),
    ("${PATH_%.*}", "/usr/lib/x.tar"),
    ("${PATH_%%.*}", "/usr/lib/x"),
    ("${PATH_#no}", "/usr/lib/x.tar.gz"),
    ("${PATH_##$NONE}", "?${PATH_##$NONE}"),
    ("${PATH_##+(a)}", "?${PATH_##+(a)}"),
    ("${PATH_:1:3}", "usr"),
    ("${PATH_:9}", "x.tar.gz"),
    ("${#A}", "?${#A}"),
    # parameters
    ("$0", "/entry.sh"),
    ("$1", "one"),
    ("$2", "-t|w|o"),
    ('"${2#-}"', "t w o"),
    ("$3", "?$3"),
    ("$4", "?$4"),
    ("${10}", "?${10}"),
    ('"$@"', "one|-t w o|?$X|four"),
    ("$@", "one|-t|w|o|?$X|four"),
    ('"${@:2}"', "-t w o|?$X|four"),
    ('"$*"', '?"$*"'),
    ('a"$@"b', "aone|-t w o|?$X|fourb"),
    ("$#", "?$#"),
    ("$?", "?$?"),
    ("$$", "?$$"),
]


def shown(fields: tuple[Word, ...]) -> str | None:
    return "|".join(("" if f.known else "?") + f.text for f in fields) if fields else None


@pytest.mark.parametrize(("source", "fields"), ROWS)
def test_expand(source: str, fields: str | None) -> None:
    assert shown(expand(read_word(source), VARIABLES, ARGUMENTS)) == fields


NO_ARGUMENTS = [
    ('"$@"', None),
    ("$1", None),
    ('"$1"', ""),
    ("${1:-x}", "x"),
    ("$#", "0"),
    ('"${@-x y}"', "x y"),
    ('"$*"', ""),
]


@pytest.mark.parametrize(("source", "fields"), NO_ARGUMENTS)
def test_parameters_that_are_not_there_are_known_to_be_empty(source: str, fields: str | None) -> None:
    assert shown(expand(read_word(source), {}, ())) == fields


@pytest.mark.parametrize("source", ['"$@"', "$1", "${1:-x}", "$#", '"${@:2}"'])
def test_parameters_that_are_not_known(source: str) -> None:
    assert shown(expand(read_word(source), {}, None)) == "?" + source


def test_ifs_is_heeded() -> None:
    assert shown(expand(read_word("$X"), {"X": "a b", "IFS": "\n"}, ())) == "a b"
    assert shown(expand(read_word("$X"), {"X": "a:b", "IFS": ":"}, ())) == "?$X"
    assert shown(expand(read_word("$X"), {"X": "a b", "IFS": None}, ())) == "?$X"


def test_growth_is_bounded() -> None:
    assert shown(expand(read_word("$X$X"), {"X": "a" * 10_000}, ())) == "?$X$X"


def test_value_is_one_string() -> None:
    assert value(read_word("$TWO/$A"), VARIABLES, ()) == "a b/a"
    assert value(read_word("$UNSET"), VARIABLES, ()) is None


GLOBS = [
    ("php*", "php-fpm", True),
    ("php*", "xphp", False),
    ("'php*'", "php-fpm", False),
    ("-[a-c]?", "-bz", True),
    ("-[!a-c]?", "-bz", False),
    ("[]]", "]", True),
    ("*.conf", "a.conf", True),
    ("*a*a*a*a*a*a*b", "a" * 100, False),
    ("[[:digit:]]", "1", None),
    ("@(a|b)", "a", None),
    ("*" * 200, "a" * 200, None),
]


@pytest.mark.parametrize(("pattern", "text", "result"), GLOBS)
def test_globs(pattern: str, text: str, result: bool | None) -> None:
    read = glob(read_word(pattern), {}, ())
    assert (None if read is None else matches(read, text)) is result


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=20), st.text(max_size=20))
def test_a_quoted_pattern_matches_itself_alone(pattern: str, text: str) -> None:
    read = read_glob([(pattern, True)])
    assert read is not None and matches(read, text) == (pattern == text)
