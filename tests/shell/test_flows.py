"""Pipelines of a script: what they run, where their output goes, what they write."""

# Tables read by row.
# ruff: noqa: E501

from __future__ import annotations

import pytest

from fargate_patch.shell.flows import flows, path_of
from fargate_patch.shell.syntax import parse
from fargate_patch.shell.written import EXPANDED

Row = tuple[tuple[str, ...], str, bool, tuple[str, ...]]


def rows(script: str) -> list[Row]:
    return [
        (
            f.programs,
            path_of(f.target, {"APP": "web"}, "/home/u") if f.target else "",
            f.append,
            tuple(line.text for line in f.written),
        )
        for f in flows(parse(script))
    ]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("env | sort > /etc/e", [(("env", "sort"), "/etc/e", False, ())]),
        ("echo 'a b' >> ~/.profile", [(("echo",), "/home/u/.profile", True, ("a b",))]),
        ('echo "A=$A" > "$HOME/$APP/$OTHER"', [(("echo",), "/home/u/web/$OTHER", False, (f"A={EXPANDED}",))]),
        ("printf '%s\\n' one two | tee -a /x", [(("printf", "tee"), "/x", True, ("one", "two"))]),
        ("printf 'A=%s\\nB=%s\\n' \"$A\" 2 > /x", [(("printf",), "/x", False, (f"A={EXPANDED}", "B=2"))]),
        ("printf '%s=%s\\n' a 1 b 2 c > /x", [(("printf",), "/x", False, ("a=1", "b=2", "c="))]),
        ("printf 'x\\n' > /x", [(("printf",), "/x", False, ("x",))]),
        ("cat > /x <<'E'\n1\n2\nE", [(("cat",), "/x", False, ("1", "2"))]),
        ("{ echo 1; echo 2; } > /x", [(("echo",), "/x", False, ("1",)), (("echo",), "/x", False, ("2",))]),
        ("f() { env; }; if a; then b > /x; fi", [(("env",), "", False, ()), (("a",), "", False, ()), (("b",), "/x", False, ())]),
        ("sh -c 'sh -c \"echo 1 > /x\"'", [(("echo",), "/x", False, ("1",))]),
        ("echo 1 > /dev/null; echo 2 2> /x >&2", [(("echo",), "", False, ("1",)), (("echo",), "", False, ("2",))]),
        ("sudo env > /x", [(("env",), "/x", False, ())]),
        ("# env > /x", []),
        ("(crontab -l; echo 1) | crontab -", [(("crontab", "crontab"), "", False, ()), (("echo", "crontab"), "", False, ("1",))]),
        ("{ echo 1; a | b; } | tee /x", [(("echo", "tee"), "/x", False, ("1",)), (("a", "b", "tee"), "/x", False, ())]),
        ("{ echo 1; } | a | b | c | d", [(("echo",), "", False, ("1",)), *[((n,), "", False, ()) for n in "abcd"]]),
    ],
)  # fmt: skip
def test_flows(script: str, expected: list[Row]) -> None:
    assert rows(script) == expected


def test_a_deep_script_is_read_without_recursion() -> None:
    assert len(rows("( " * 60 + "env > /x" + " )" * 60)) <= 1
    assert rows("a && " * 5_000 + "env > /x")[-1:] == [(("env",), "/x", False, ())]


def test_a_line_with_what_is_expanded_in_its_place() -> None:
    (flow,) = flows(parse('echo "$A b ${C}d" e'))
    assert [line.marked for line in flow.written] == ["\ufffc{A} b \ufffc{C}d e"]
