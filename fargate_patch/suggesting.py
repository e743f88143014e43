"""Ready changes: for a loss, the one line that a person can write otherwise in the Dockerfile or in a script of theirs.

Which words become which is said by each mechanism (`rewrites`). A change is offered only where these words stand once
on the line in question, and where the trace over the changed files says that the loss is gone: it is tried out.
(A step on a script's way to which nothing is lost is in no trace, so that "gone" is all that can be asked for.)
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from fargate_patch import mechanisms
from fargate_patch.case import LOST, read_case
from fargate_patch.chain.files.context import BuildContext
from fargate_patch.dockerfile.scanner import DockerfileError, scan
from fargate_patch.result import Suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from fargate_patch.case import Case
    from fargate_patch.chain.model import Chain, Hop, Place
    from fargate_patch.result import Options

MOST = 50  # changes for one Dockerfile
LONGEST = 2_000  # characters of a line


def suggestions(case: Case, chains: Sequence[Chain], options: Options) -> Mapping[Hop, Suggestion]:
    """A change for each hop at which one of these chains is lost and for which there is one that helps."""
    proposed = dict(_proposed(case, chains))
    again = _tried(case, proposed.values(), options) if proposed else None
    if again is None:
        return {}
    lost = [c for c in again.chains if c.verdict in LOST]
    losing = {c.lost_at.place for c in lost if c.lost_at}
    still = {_process(c) for c in lost}
    helpless = {c.lost_at for c in chains if _process(c) in still}
    return {hop: change for hop, change in proposed.items() if hop not in helpless and hop.place not in losing}


def _process(chain: Chain) -> tuple[str, str | None, str]:
    """The end of a chain, which a change of how it is started leaves as it is."""
    return (chain.run, chain.user, chain.command)


def _proposed(case: Case, chains: Sequence[Chain]) -> Iterator[tuple[Hop, Suggestion]]:
    texts: dict[str, list[str]] = {}
    lost = dict.fromkeys(c.lost_at for c in chains if c.verdict in LOST and c.lost_at)
    known = mechanisms.catalogue()
    for hop in [h for h in lost if known[h.mechanism].rewrites][:MOST]:
        place = hop.hooks.line or hop.place
        if place.file not in texts:
            texts[place.file] = _text(case, place.file).split("\n")
        change = _change(place, texts[place.file], known[hop.mechanism].rewrites)
        if change:
            yield hop, change


def _text(case: Case, file: str) -> str:
    """What a file says on the disk, whatever a RUN makes of it in the image; "" where that is not known."""
    if file == case.world.dockerfile:
        return case.tree.source.data.decode("utf-8", "surrogateescape")
    context = case.world.files.context
    return (BuildContext(context, case.world.dockerfile).read(file).text or "") if context else ""


def _change(place: Place, lines: Sequence[str], rewrites: tuple[tuple[str, str], ...]) -> Suggestion | None:
    line = lines[place.line - 1].removesuffix("\r") if 0 < place.line <= len(lines) else ""
    if len(line) > LONGEST:
        return None
    for pattern, words in rewrites:
        after, found = _compiled(pattern).subn(words, line)
        if found == 1:
            return Suggestion(place.file, place.line, line, after)
    return None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _tried(case: Case, changes: Iterable[Suggestion], options: Options) -> Case | None:
    """The case with all the changes made; None where there is none any more."""
    by_file: dict[str, dict[int, str]] = {}
    for change in changes:
        by_file.setdefault(change.file, {})[change.line] = change.after
    texts = {file: _changed(_text(case, file), lines) for file, lines in by_file.items()}
    name, world = case.world.dockerfile, case.world
    new = texts.pop(name, None)
    data = case.tree.source.data if new is None else new.encode("utf-8", "surrogateescape")
    try:
        return read_case(scan(data), name, world.files.context, options, world.remedies, texts)
    except DockerfileError:
        return None


def _changed(text: str, new: Mapping[int, str]) -> str:
    lines = text.split("\n")
    for number, after in new.items():
        lines[number - 1] = after + "\r" * lines[number - 1].endswith("\r")
    return "\n".join(lines)
