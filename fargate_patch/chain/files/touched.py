"""Which paths of the image the arguments of a command name."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from fargate_patch.chain.files.actions import Action, At, Matching
from fargate_patch.chain.files.changes import Change, Doubt, absolute
from fargate_patch.chain.files.patterns import PatternError, path_matcher
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fargate_patch.chain.files.events import Argument, Step

_ALTERNATIVES = regex(r"[?*+@!]\([^()]*\)")
_DEEPEST = 8  # of them within each other


def touched(argument: Argument, step: Step, what: Change) -> Iterator[Action]:
    """A change at the path or paths that an argument names."""
    text = argument.text.partition("=")[2] if argument.text.startswith("--") else argument.text
    path = absolute(text, step.folder) if argument.known and text and not text.startswith("-") else None
    if path is None:
        if not argument.text.startswith("-") and "/" in text:
            base = posixpath.basename(text)
            yield Matching(lambda p: posixpath.basename(p) == base, what)
    elif argument.wild:
        some = _some(path)
        try:
            yield Matching(
                path_matcher(some), what if some == path else Doubt(f"`{step.by}` may change it", step.place)
            )
        except PatternError:
            yield Matching(lambda _: True, Doubt(f"`{step.by}` may change it", step.place))
    else:
        yield At(path, what)


def _some(path: str) -> str:
    """The path with a `*` for each extended pattern: of what is in the folder some, and not all."""
    for _ in range(_DEEPEST):
        path, outer = _ALTERNATIVES.sub("*", path), path
        if path == outer:
            break
    return f"{path.partition('(')[0].rpartition('/')[0]}/*" if "(" in path else path


def known_paths(arguments: Iterable[Argument], folder: str | None) -> list[tuple[Argument, str]]:
    found = ((a, absolute(a.text, folder)) for a in arguments if a.known)
    return [(a, path) for a, path in found if path]
