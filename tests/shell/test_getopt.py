"""Options as getopt_long reads them: in clusters, with their values in the same word or the next, up to a `--`."""

from __future__ import annotations

import pytest

from fargate_patch.shell.options import read_options

# a command line of options that take a value (-u, -c, --user) and others; what is read; in what manner
CASES = [
    ("", "", ""),
    ("-a -bc", "a b c", ""),
    ("-u app -uapp -bu app", "u=app u=app b u=app", ""),
    ("--user app --user=app --user= --long --x=1", "user=app user=app user= long x=1", ""),
    ("-a -- -b c", "a | -b c", ""),
    ("-u -- x", "u=-- | x", ""),
    ("-u", "u", ""),
    ("--user", "user", ""),
    ("-a x -b", "a | x -b", ""),
    ("-a x -b y", "a b | x y", "permute"),
    ("x -- -b y", "| x -b y", "permute"),
    ("- -a", "| - -a", ""),
    ("+x y", "| +x y", ""),
    ("+x -e y", "x e | y", "plus"),
]


@pytest.mark.parametrize(("line", "expected", "manner"), CASES)
def test_options(line: str, expected: str, manner: str) -> None:
    words = line.split()
    read = read_options(words, "uc", ("user",), permute=manner == "permute", plus=manner == "plus")
    options = [o.name if o.word is None else f"{o.name}={words[o.word][o.start :]}" for o in read.options]
    rest = ["|", *(words[number] for number in read.rest)] if read.rest else []
    assert " ".join([*options, *rest]) == expected
    assert read.end == (words.index("--") if "--" in words and "u=--" not in expected else None)
