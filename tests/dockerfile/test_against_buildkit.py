"""The scanner against BuildKit's own parser, as PyPI's `dockerfile` carries it (0.12.5).

Three rules are younger than that parser and left out: `<< EOF` with a blank is a here-document, `# check=` is a directive,
and a JSON array with something behind it is no exec form (`json.Unmarshal` where there was a decoder of the first value).
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from dockerfile_cases import CASES, Case
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from fargate_patch.dockerfile.scanner import DockerfileError, Instruction, scan
from fargate_patch.dockerfile.words import SPACE, parse_exec_form, split_blanks, split_flags

dockerfile = pytest.importorskip(
    "dockerfile", reason="BuildKit's parser as a Python extension exists for Linux on x86-64 only"
)

JSON = ("ADD", "CMD", "COPY", "ENTRYPOINT", "RUN", "SHELL", "VOLUME")


def ours(data: bytes) -> list[tuple[Any, ...]] | str:
    try:
        source = scan(data)
    except DockerfileError:
        return "refused"
    return [our_command(instruction, source.lines) for instruction in source.instructions]


def our_command(instruction: Instruction, lines: tuple[bytes, ...]) -> tuple[Any, ...]:
    flags, rest = split_flags(instruction.text, "\\")  # in flags the older parser knows no other escape character
    argv = parse_exec_form(rest) if instruction.name in JSON else None
    bodies = [(h.name, h.fd, h.content if not h.chomp else raw_body(instruction, lines)) for h in instruction.heredocs]
    bodies = [] if instruction.name == "ONBUILD" else bodies  # the package does not hand these on
    place = (instruction.line, instruction.end)
    return (instruction.name, instruction.text, *place, flags, argv, bodies)


def raw_body(instruction: Instruction, lines: tuple[bytes, ...]) -> str:
    """Of an instruction with one chomped here-document: its body with the tabs, which BuildKit cuts off later."""
    first = next(n for n in range(instruction.start, instruction.end) if b"<<-" in lines[n])
    return b"".join(lines[first + 1 : instruction.end - 1]).decode()


def theirs(data: bytes) -> list[tuple[Any, ...]] | str:
    try:
        commands = dockerfile.parse_string(data.decode())
    except dockerfile.GoParseError:
        return "refused"
    return [their_command(command) for command in commands]


def their_command(command: Any) -> tuple[Any, ...]:
    parts = split_blanks((command.original or "").split("\n")[0].strip(SPACE), 1) or [""]
    text = parts[1].strip(SPACE) if len(parts) > 1 else ""
    name = (command.cmd or "").upper()
    bodies = [(h.name, h.file_descriptor, h.content) for h in command.heredocs]
    argv = command.value if command.json and name in JSON else None
    return (name, text, command.start_line, command.end_line, command.flags, argv, bodies)


comparable = {name: case for name, case in CASES.items() if not case.newer and not case.ours}


@pytest.mark.parametrize("case", comparable.values(), ids=comparable.keys())
def test_the_table(case: Case) -> None:
    assert ours(case.data) == theirs(case.data)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.newer])
def test_the_rules_that_are_younger(name: str) -> None:
    assert ours(CASES[name].data) != theirs(CASES[name].data)


YOUNGER = re.compile(r"<<-?[\t\r ]|\](?:[\t\r\f\xa0 ]|[\\`][ \t\r]*\n|\n[ \t]*#.*)*[^\s]")

words = st.sampled_from(
    ["apt-get", "--from=b", "-y", '"q u"', "'s'", "$X", "${X:-y}", "\\", "`", "#", "a=b", "x\\ y", "<<EOF", "<<-EOF"]
    + ["3<<A", "<<'A'", '"<<EOF"', "$((1<<2))", "<<<", "it's", '["a",', '"b"]', '["a"]', "[1]", "ü", "\xa0", "\x0c"]
)
keywords = st.sampled_from(
    ["FROM", "from", "RUN", "Run", "COPY", "ADD", "ENV", "LABEL", "ARG", "CMD", "ENTRYPOINT", "USER", "ONBUILD RUN"]
    + [
        "HEALTHCHECK CMD",
        "SHELL",
        "VOLUME",
        "FOO",
        "#",
        "# escape=`",
        "# syntax=x",
        "# Escape = \\",
        "EOF",
        "\tEOF",
        "A",
    ]
)
joints = st.sampled_from([" ", " ", " ", "  ", "\t", " \\\n", "\\\n  ", " `\n", " \\\n# c\n", " \\ \n\n", "\\\r\n"])
ends = st.sampled_from(
    ["\n", "\n", "\n", "\r\n", "\n\n", " \n", "\\\n", "`\n", "\n# c\n", "\nEOF\n", "\n\tEOF\nA\n", ""]
)


@st.composite
def made_up(draw: st.DrawFn) -> str:
    parts = [draw(st.sampled_from(["", "", "\ufeff", "# escape=`\n", "# syntax=x\n# escape=`\n", "\n", "FROM a\n"]))]
    for _ in range(draw(st.integers(1, 6))):
        parts.append(draw(keywords))
        for _ in range(draw(st.integers(0, 4))):
            parts += (draw(joints), draw(words))
        parts.append(draw(ends))
    return "".join(parts)


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(made_up())
@example("FROM a\nRUN <<EOF \\\n# c\n\n cat\n\tx\nEOF\n")
@example("\\\n")
def test_made_up_files(text: str) -> None:
    assume(not YOUNGER.search(text) and "\xa0--" not in text and text.count("<<-EOF") <= 1)
    assert ours(text.encode()) == theirs(text.encode())
