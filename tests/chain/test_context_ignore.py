""".dockerignore and wildcards, by the rules of moby/patternmatcher and Go's filepath.Match."""

# ruff: noqa: E501 (one case, one line)

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from context_build import files_of, lay_out
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fargate_patch.chain.files.patterns import MOST_WILDCARDS, IgnoreRules, PatternError, component

if TYPE_CHECKING:
    from pathlib import Path

IGNORED = [
    # text, what is left out, what is not
    ("run.sh", ["run.sh", "run.sh/x"], ["a/run.sh", "run_sh", "run.sh2"]),
    ("/run.sh\n./b\nc/\n//d", ["run.sh", "b", "c", "c/x", "d"], ["e"]),
    ("  run.sh  \r\nb\r", ["run.sh", "b"], []),
    ("\ufeffrun.sh", ["run.sh"], []),
    ("# run.sh\n\n#b\n #c", ["#c"], ["run.sh", "b", "#b"]),
    ("a/../b\na/./c", ["b", "a/c"], ["a"]),
    ("*.sh", ["run.sh", ".sh"], ["a/run.sh", "run.shx"]),
    ("*", ["a", "a/b/c"], []),
    ("*/*.sh", ["a/run.sh", "a/run.sh/x"], ["run.sh", "a/b/run.sh"]),
    ("**", ["a", "a/b"], []),
    ("**/", ["a", "a/b"], []),
    ("**/run.sh", ["run.sh", "a/run.sh", "a/b/run.sh", "a/run.sh/x"], ["xrun.sh", "a/xrun.sh"]),
    ("**/*.sh", ["run.sh", "a/b/run.sh"], ["run.shx"]),
    ("a/**", ["a/b", "a/b/c"], ["a", "ab"]),
    ("a/**/b", ["a/b", "a/x/b", "a/x/y/b/z"], ["a/xb", "b"]),
    ("a/**/b/**/*.c", ["a/b/x.c", "a/1/b/2/3/x.c"], ["a/x.c", "b/x.c"]),
    ("**/a/**/b/**/c", ["a/b/c", "x/a/y/b/z/c", "a/a/b/c/d"], ["b/a/c", "a/c/b"]),
    ("**.pyc", ["x.pyc", "a/x.pyc"], ["x.py"]),
    ("foo**", ["foo", "foobar", "foo/x"], ["fo"]),
    ("foo**bar", ["foobar", "foox/bar"], ["fooxbar"]),
    ("?at", ["cat"], ["at", "/at", "a/cat"]),
    ("[a-c]x\n[^d]y", ["ax", "ay"], ["dx", "dy"]),
    ("a\\*b", ["a*b"], ["axb"]),
    ("a.b", ["a.b"], ["axb"]),
    ("a+(b)$", ["a+(b)$"], ["aab"]),
    ("*\n!run.sh", ["a", "b/run.sh"], ["run.sh"]),
    ("*\n! run.sh ", ["a"], ["run.sh"]),
    ("!run.sh\n*", ["run.sh"], []),
    ("a\n!a/b\na/b/c", ["a", "a/x", "a/b/c"], ["a/b", "a/b/d"]),
    ("**/*.md\n!README.md", ["a/README.md", "b.md"], ["README.md"]),
    (".", [], ["a"]),
    ("", [], ["a"]),
]


@pytest.mark.parametrize(("text", "ignored", "kept"), IGNORED, ids=[repr(c[0]) for c in IGNORED])
def test_what_is_left_out(text: str, ignored: list[str], kept: list[str]) -> None:
    rules = IgnoreRules(text)
    assert {p: rules.ignores(p) for p in (*ignored, *kept)} == {
        **dict.fromkeys(ignored, True),
        **dict.fromkeys(kept, False),
    }


@pytest.mark.parametrize(
    "text", ["!", "a[z-a]", "x**y**z", "\n".join(f"{n}*" for n in range(MOST_WILDCARDS + 1))], ids=lambda t: t[:9]
)
def test_what_cannot_be_followed(text: str) -> None:
    with pytest.raises(PatternError):
        IgnoreRules(text)


@pytest.mark.parametrize(
    "pattern", ["*a" * 200 + "b", "**/a/" * 60 + "b", "a*/" * 60 + "b", "*" * 500 + "b", "?*" * 200 + "b"]
)
def test_no_pattern_takes_for_ever(pattern: str) -> None:
    assert not IgnoreRules(pattern).ignores("a/" * 500 + "a" * 200)


def in_docker(pattern: str) -> re.Pattern[str]:
    """What moby/patternmatcher makes of a pattern of letters, `/`, `?`, `*` and `**`, as one plain regular expression."""
    text = re.sub(r"\*\*/?\Z", "%", pattern)
    pieces = {"**/": "(?:.*/)?", "**": "(?:.*/)?", "*": "[^/]*", "?": "[^/]", "%": ".*"}
    return re.compile("".join(pieces.get(t, t) for t in re.findall(r"\*\*/?|.", text)) + r"(?:/.*)?\Z")


@given(
    st.lists(st.sampled_from(["a", "b", "*", "?", "**/", "/", "a/", "*/"]), min_size=1, max_size=7),
    st.from_regex(r"[ab](?:/?[ab]){0,6}", fullmatch=True),
)
@example(["**/", "a/", "**/", "a/", "a"], "a/a/a")
@settings(max_examples=400)
def test_it_agrees_with_the_plain_regular_expression(pieces: list[str], path: str) -> None:
    pattern = re.sub(r"\*{3,}", "**", re.sub("/+", "/", "".join(pieces))).strip("/")
    if not pattern or re.search(r"[^/]\*\*|\*\*[^/]", pattern):
        return
    assert IgnoreRules(pattern).ignores(path) == (in_docker(pattern).match(path) is not None)


@pytest.mark.parametrize(
    ("pattern", "name", "matches"),
    [
        ("*.conf", "a.conf", True),
        ("*.conf", ".conf", True),
        ("a*b*c", "axbxc", True),
        ("a*b*c", "acb", False),
        ("**", "x", True),
        ("[]a]", "]", True),
        ("[^a]", "a", False),
        ("\\*", "*", True),
        ("[a-z]?", "b2", True),
        ("[", "[", True),
        ("", "", True),
        ("x", "xx", False),
    ],
)
def test_one_component(pattern: str, name: str, matches: bool) -> None:
    assert component(pattern)(name) is matches


CONTEXT = {
    "Dockerfile": "FROM a",
    "web.Dockerfile": "FROM a",
    ".dockerignore": "secret.sh\nvendor\n!vendor/keep.sh\nempty/*\n",
    "web.Dockerfile.dockerignore": "run.sh",
    "run.sh": "run",
    "secret.sh": "secret",
    "vendor/keep.sh": "keep",
    "vendor/lost.sh": "lost",
    "empty/x.sh": "x",
}

IN_THE_IMAGE = [
    (
        "Dockerfile",
        "COPY . /a",
        {"/a/run.sh": "run", "/a/secret.sh": None, "/a/vendor/keep.sh": "keep", "/a/vendor/lost.sh": None},
    ),
    ("web.Dockerfile", "COPY . /a", {"/a/run.sh": None, "/a/secret.sh": "secret"}),
    ("sub/web.Dockerfile", "COPY . /a", {"/a/run.sh": None, "/a/secret.sh": "secret"}),
    ("other.Dockerfile", "COPY . /a", {"/a/run.sh": "run", "/a/secret.sh": None}),
    ("Dockerfile", "COPY secret.sh /a", {"/a": "COPY names secret.sh, which the .dockerignore leaves out"}),
    ("Dockerfile", "COPY *.sh /a/", {"/a/run.sh": "run", "/a/secret.sh": None}),
    ("Dockerfile", "COPY vendor /a", {"/a/keep.sh": "keep", "/a/lost.sh": None}),
    ("Dockerfile", "COPY empty /a", {"/a/x.sh": None}),
]


@pytest.mark.parametrize(("name", "body", "expected"), IN_THE_IMAGE)
def test_what_is_left_out_is_not_in_the_image(
    name: str, body: str, expected: dict[str, str | None], tmp_path: Path
) -> None:
    files = files_of(f"FROM a\n{body}\n", lay_out(tmp_path, CONTEXT), name=name)
    assert {p: (f.reason or f.text) if (f := files.get(p)) else None for p in expected} == expected


def test_a_listing_leaves_out_what_is_left_out(tmp_path: Path) -> None:
    files = files_of("FROM a\nCOPY . /a\n", lay_out(tmp_path, CONTEXT))
    assert [f.path for f in files.glob("/a/*.sh")] == ["/a/run.sh"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("!", ".dockerignore cannot be followed: a lone `!` is no pattern"),
        ("a\0", ".dockerignore cannot be followed: .dockerignore is a binary file"),
        ("x" * (1 << 20) + "y", ".dockerignore cannot be followed: .dockerignore is larger than 1 MiB"),
    ],
    ids=["refused", "binary", "large"],
)
def test_a_dockerignore_that_cannot_be_followed_leaves_everything_unknown(text: str, why: str, tmp_path: Path) -> None:
    file = files_of("FROM a\nCOPY run.sh /x\n", lay_out(tmp_path, {".dockerignore": text, "run.sh": "run"})).get("/x")
    assert file is not None
    assert (file.text, file.reason) == (None, why)
