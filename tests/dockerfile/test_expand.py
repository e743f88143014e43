"""Word expansion: what BuildKit makes of a word, and which names decided it without having a value."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fargate_patch.dockerfile.expand import ExpandError, LimitError, RequiredError, expand, expand_heredoc
from fargate_patch.dockerfile.lexer import LONGEST
from fargate_patch.dockerfile.pattern import replace, trim_prefix, trim_suffix

ENV = {"X": "x", "NULL": "", "P": "/usr/local/bin", "V": "1.2.3", "STAR": "a*b", "SP": "a  b"}


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("plain", "plain"),
        ("$X${X}", "xx"),
        ("$Xy", ""),
        ("${X}y", "xy"),
        ("a$", "a$"),
        ("$.", "$."),
        ("$1a", "a"),
        ("$$", ""),
        ("$SP", "a  b"),
        # quotes and escapes
        ("'$X'", "$X"),
        ('"$X"', "x"),
        ("\"'$X'\"", "'x'"),
        ("'a'b\"c\"", "abc"),
        (r"\$X", "$X"),
        (r"a\b", "ab"),
        (r'"a\b"', r"a\b"),
        (r'"\"\$\\"', '"$\\'),
        (r"'a\'", "a\\"),
        ("a\\", "a"),
        ("a<<b<c", "a<<b<c"),
        # defaults
        ("${U:-w}", "w"),
        ("${U-w}", "w"),
        ("${NULL:-w}", "w"),
        ("${NULL-w}", ""),
        ("${X:-w}", "x"),
        ("${U:-$X}", "x"),
        ("${U:-${W:-${X}}}", "x"),
        ('${U:-"a b"}', "a b"),
        ("${U:-a'}'b}", "a}b"),
        (r"${U:-\}}", "}"),
        # alternatives
        ("${X:+w}", "w"),
        ("${X+w}", "w"),
        ("${NULL:+w}", ""),
        ("${NULL+w}", "w"),
        ("${U:+w}", ""),
        ("${U+w}", ""),
        # required
        ("${X:?m}", "x"),
        ("${X?m}", "x"),
        ("${NULL?m}", ""),
        # patterns
        ("${P#*/}", "usr/local/bin"),
        ("${P##*/}", "bin"),
        ("${P%/*}", "/usr/local"),
        ("${P%%/*}", ""),
        ("${V%.*}", "1.2"),
        ("${V%%.*}", "1"),
        ("${V#?}", ".2.3"),
        ("${V#1*2}", ".3"),
        ("${V%nothing}", "1.2.3"),
        ("${V#}", "1.2.3"),
        (r"${STAR#a\*}", "b"),
        ("${V/./-}", "1-2.3"),
        ("${V//./-}", "1-2-3"),
        ("${V//.}", None),
        ("${V//./}", "123"),
        ("${V/2*/x}", "1.x"),
        ("${V//?./x}", "xx3"),
        ("${V//*/x}", "x"),
        ("${V///x}", "x1x.x2x.x3x"),
        ("${V/nothing/x}", "1.2.3"),
        ("${V/1*9*3/x}", "1.2.3"),
        ("${V/1*2*3/x}", "x"),
        (r"${V/\a/x}", None),
        ("${V%" + "?" * 1001 + "}", None),
        (r"${P//\//.}", ".usr.local.bin"),
        # refused
        ("'", None),
        ('"', None),
        ("${X", None),
        ("${}", None),
        ("${:-w}", None),
        ("${X:w}", None),
        ("${X=w}", None),
        ("${X:#w}", None),
        ("${X/w}", None),
        (r"${X#\a}", None),
        ("${NULL:?m}", None),
        ("${U?m}", None),
    ],
)
def test_the_value(word: str, value: str | None) -> None:
    if value is None:
        with pytest.raises(ExpandError):
            expand(word, ENV)
    else:
        assert expand(word, ENV).value == value


@pytest.mark.parametrize(
    ("word", "value"),
    [("`$X", "$X"), ("c:\\x", "c:\\x"), ('"`""', '"'), ("a`", "a")],
)
def test_the_other_escape_character(word: str, value: str) -> None:
    assert expand(word, ENV, "`").value == value


@pytest.mark.parametrize(
    ("word", "undefined"),
    [
        ("$X", set()),
        ("$U", {"U"}),
        ("${U}$W", {"U", "W"}),
        ("'$U'", set()),
        ("${U:-w}", set()),
        ("${U:-$W}", {"W"}),
        ("${X:-$W}", set()),
        ("${U:+$W}", set()),
        ("${X:+$W}", {"W"}),
        ("${U%x}", {"U"}),
        ("${U/x/y}", {"U"}),
        ("$T", {"T"}),
        ("${T:-w}", {"T"}),
        ("${T:?w}", {"T"}),
    ],
)
def test_the_names_whose_value_is_missing(word: str, undefined: set[str]) -> None:
    assert expand(word, ENV, unknown={"T"}).undefined == undefined


def test_a_required_name_is_told_with_its_message() -> None:
    with pytest.raises(RequiredError, match=r"^U say which$"):
        expand("${U:?say which}", {})


def test_a_heredoc_keeps_its_quotes() -> None:
    assert expand_heredoc("a='$X' \"${U:-w}\"\n\\$X it's\n", ENV).value == "a='x' \"w\"\n$X it's\n"


@pytest.mark.parametrize("word", ["${a:-" * 1000 + "}" * 1000, "$A" * 3])
def test_what_no_honest_file_does_is_refused(word: str) -> None:
    with pytest.raises(LimitError):
        expand(word, {"A": "x" * (LONGEST // 2)})


@pytest.mark.parametrize(
    "word", ["${A//" + "a*" * 300 + "c/x}", "${A%" + "?" * 900 + "c}", "${A##" + "*b" * 300 + "c}"]
)
def test_hostile_patterns_match_nothing_in_linear_time(word: str) -> None:
    value = "ab" * 20000
    assert expand(word, {"A": value}).value == value


def as_regex(pattern: str, greedy: bool) -> str:
    """A pattern without escapes as BuildKit writes it for Go, which prefers the same matches as Python."""
    return pattern.replace("?", ".").replace("*", ".*" if greedy else ".*?")


@given(st.text("ab?*", max_size=6), st.text("ab", max_size=8), st.booleans())
def test_patterns_match_what_a_regular_expression_matches(pattern: str, value: str, greedy: bool) -> None:
    found = re.match(as_regex(pattern, greedy), value)
    assert trim_prefix(pattern, value, greedy) == (value[found.end() :] if found else value)
    found = re.match(as_regex(pattern[::-1], greedy), value[::-1])
    assert trim_suffix(pattern, value, greedy) == (value[: len(value) - found.end()] if found else value)
    assert replace(pattern, value, "-", False) == re.sub(as_regex(pattern, True), "-", value, count=1)


@given(st.text(alphabet="aX$U{}:-+?#%/*'\"\\` <", max_size=40))
def test_any_word_is_expanded_or_refused(word: str) -> None:
    try:
        expansion = expand(word, ENV, unknown={"T"})
    except ExpandError:
        return
    assert expansion.known == (not expansion.undefined)
