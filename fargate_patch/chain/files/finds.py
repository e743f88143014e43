"""`find … -exec`, `-delete`: which files it picks, and what happens to them."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from fargate_patch.chain.files.changes import Change, Doubt, Gone, Put, Rewrite, absolute, below
from fargate_patch.chain.files.patterns import PatternError, component
from fargate_patch.chain.files.rewrites import sed_edit
from fargate_patch.chain.files.sed import strip_carriage_returns

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fargate_patch.chain.files.events import Argument, Step

_HARMLESS = frozenset("chmod chown chgrp ls echo cat grep touch stat file strip".split())  # noqa: SIM905
_TESTS = {
    "-name": 1,
    "-type": 1,
    "-maxdepth": 1,
    "-mindepth": 1,
    "-xdev": 0,
    "-mount": 0,
    "-depth": 0,
    "-follow": 0,
    "-L": 0,
}


def read_find(step: Step) -> tuple[Callable[[str], bool], Change] | None:
    """The paths that a find acts on and what it does there; None where it does nothing to them."""
    words = step.argv[1:]
    roots: list[str | None] = []
    index = 0
    while index < len(words) and not words[index].text.startswith(("-", "(", "!")):
        roots.append(absolute(words[index].text, step.folder) if words[index].known and not words[index].wild else None)
        index += 1
    tests = words[index:]
    change, picks = _change(tests, step), _names(tests)
    if change is None:
        return None
    if picks is None and not isinstance(change, Doubt):
        change = Doubt(f"`{step.by}` may change it", step.place)
    where = [r for r in roots if r] if roots else [step.folder or "/"]
    everywhere = None in roots
    return lambda p: (everywhere or any(below(p, r) is not None for r in where)) and (picks is None or picks(p)), change


def _names(tests: Sequence[Argument]) -> Callable[[str], bool] | None:
    """A matcher of the `-name` tests, None where there are other tests that pick."""
    patterns: list[Callable[[str], bool]] = []
    index = 0
    while index < len(tests):
        text = tests[index].text
        if text in ("-exec", "-execdir", "-delete", "-ok"):
            break
        if text not in _TESTS or (text == "-name" and not tests[index + 1 : index + 2]):
            return None
        if text == "-name":
            try:
                patterns.append(component(tests[index + 1].text))
            except PatternError:
                return None
        index += 1 + _TESTS[text]
    return lambda path: all(p(posixpath.basename(path)) for p in patterns)


def _change(tests: Sequence[Argument], step: Step) -> Change | None:
    for index, test in enumerate(tests):
        if test.text == "-delete":
            return Put(Gone())
        if test.text in ("-exec", "-execdir", "-ok"):
            return _executed(tests[index + 1 :], step)
    return None


def _executed(command: Sequence[Argument], step: Step) -> Change | None:
    end = next((i for i, a in enumerate(command) if a.text in (";", "+")), len(command))
    name = posixpath.basename(command[0].text) if command else ""
    if name == "dos2unix":
        return Rewrite(strip_carriage_returns, "", step.place)
    if name == "sed":
        edit, _, in_place = sed_edit(command[1:end])
        return Rewrite(edit, f"`{step.by}` changes it in a way that is not followed", step.place) if in_place else None
    if name == "rm":
        return Put(Gone())
    return None if name in _HARMLESS else Doubt(f"`{step.by}` may change it", step.place)
