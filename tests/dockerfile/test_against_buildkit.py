"""The scanner against BuildKit's own parser, as PyPI's `dockerfile` carries it (0.12.5).

Rules younger than that parser are left out: `<< EOF` with a blank is a here-document, `# check=` is a directive, a JSON
array with something behind it is no exec form, `${x/p/r}` is read, and a `${x:-w}` hides a `<<` right before it.
"""

from __future__ import annotations

import re

import pytest
from buildkit import YOUNGER, ours, theirs
from dockerfile_cases import CASES, Case
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

comparable = {name: case for name, case in CASES.items() if not case.newer and not case.ours}


@pytest.mark.parametrize("case", comparable.values(), ids=comparable.keys())
def test_the_table(case: Case) -> None:
    assert ours(case.data) == theirs(case.data)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.newer])
def test_the_rules_that_are_younger(name: str) -> None:
    assert ours(CASES[name].data) != theirs(CASES[name].data)


PLAIN = """apt-get --from=b -y a=b x\\ y "q 's' it's $X ${X:-y} \\ ` # $((1<<2)) <<< ["a", "b"] ["a"] [1] ü"""
MARKS = """<<EOF <<-EOF 3<<A <<'A' "<<EOF" cat<<A"""
KEYWORDS = "FROM from RUN Run COPY ADD ENV LABEL ARG CMD ENTRYPOINT USER SHELL VOLUME FOO # EOF \tEOF A"
words = st.sampled_from((*PLAIN.split(" "), *MARKS.split(" "), '"q u"', "x\\ y", "\xa0", "\x0c"))
keywords = st.sampled_from(
    (*KEYWORDS.split(" "), "ONBUILD RUN", "HEALTHCHECK CMD", "# escape=`", "# syntax=x", "# Escape = \\")
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
    joined = re.sub(r"[\\`][ \t\r]*\n(?:[ \t\r]*(?:#.*)?\n)*", "", text)
    assume(not YOUNGER.search(text) and not YOUNGER.search(joined))
    # in a flag and behind HEALTHCHECK that parser tears a character into its bytes
    assume(text.isascii() or not ("--from" in text or "HEALTHCHECK" in text))
    assert ours(text.encode()) == theirs(text.encode())
