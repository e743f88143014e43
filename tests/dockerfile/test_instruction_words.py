"""The text of one instruction, taken apart."""

from __future__ import annotations

import pytest

from fargate_patch.dockerfile.words import (
    InstructionError,
    flag_values,
    is_exec_form,
    name_values,
    names_and_defaults,
    parse_exec_form,
    split_flags,
    split_words,
)


@pytest.mark.parametrize(
    ("text", "flags", "rest"),
    [
        ("a b", (), "a b"),
        ("--from=b a", ("--from=b",), "a"),
        ("--from=b\t--link  a --c", ("--from=b", "--link"), "a --c"),
        (
            "--mount=type=cache,target=/x --mount=type=bind a",
            ("--mount=type=cache,target=/x", "--mount=type=bind"),
            "a",
        ),
        ("--chown='a b':c\\ d e", ("--chown=a b:c d",), "e"),
        ('--x="a\\"b" c', ('--x=a"b',), "c"),
        ("-- --from=b", (), "--from=b"),
        ("-x a", (), "-x a"),
        ("--from=b", ("--from=b",), ""),
        ("--from=b\\", ("--from=b",), ""),
        ("", (), ""),
    ],
)
def test_flags(text: str, flags: tuple[str, ...], rest: str) -> None:
    assert split_flags(text) == (flags, rest)


def test_flag_values() -> None:
    assert flag_values(("--mount=type=bind,a=b", "--link", "--mount=c", "--from=")) == {
        "mount": ("type=bind,a=b", "c"),
        "link": ("true",),
        "from": ("",),
    }


@pytest.mark.parametrize(
    ("text", "argv"),
    [
        ('["a", "b c"]', ("a", "b c")),
        (' [ "a" ] ', ("a",)),
        ("[]", ()),
        ('[""]', ("",)),
        ('["\\u00fc\\n"]', ("ü\n",)),
        ('["\\ud800"]', ("\ufffd",)),
        ('["\udcff"]', ("\ufffd",)),
        ("['a']", None),
        ('["a",]', None),
        ('["a"] b', None),
        ('["a"', None),
        ("[NaN]", None),
        ("[1e999]", None),
        ("[" * 100_000, None),
        ("a", None),
        ("", None),
        ("[1]", None),
    ],
)
def test_exec_form(text: str, argv: tuple[str, ...] | None) -> None:
    assert parse_exec_form(text) == argv


@pytest.mark.parametrize("text", ["[1]", '["a", null]', '[["a"]]', "[{}]", "[true]", "[0.5]"])
def test_a_json_array_of_something_else_is_refused(text: str) -> None:
    with pytest.raises(InstructionError):
        is_exec_form(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a  b\tc", ["a", "b", "c"]),
        ("a='b c' d", ["a='b c'", "d"]),
        ('a="b\\" c" d', ['a="b\\" c"', "d"]),
        ("a\\ b c", ["a\\ b", "c"]),
        ("a 'b c", ["a", "'b c"]),
        ("a b\\", ["a", "b"]),
        ("a \\", ["a"]),
        ('a "b\\', ["a", '"b']),
        ("'\\", ["'\\"]),
        ("", []),
    ],
)
def test_words_keep_their_quotes(text: str, words: list[str]) -> None:
    assert split_words(text) == words


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("A=1 B='2 3'", (("A", "1"), ("B", "'2 3'"))),
        ("A=b=c", (("A", "b=c"),)),
        ("A=", (("A", ""),)),
        ("A b  c=d", (("A", "b  c=d"),)),
        ("", ()),
    ],
)
def test_name_values(text: str, pairs: tuple[tuple[str, str], ...]) -> None:
    assert name_values(text, "ENV") == pairs


def test_names_and_defaults() -> None:
    assert names_and_defaults("A B= C='d e'") == (("A", None), ("B", ""), ("C", "'d e'"))
