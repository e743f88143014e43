"""What holds for every file whatsoever, said once: `kept(data, context, options)` fails where a promise is broken."""

from __future__ import annotations

import json
import re
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path
from typing import Any

from fargate_patch import FileResult, Options, Status, patch, revert, trace
from fargate_patch.dockerfile.scanner import DockerfileError, scan
from fargate_patch.remedies import block
from fargate_patch.report import View, formats, report

sys.path.insert(0, str(Path(__file__).parents[1] / "dockerfile"))

STRATEGIES = (
    Options(),
    Options(users=("app",)),
    Options(strategy="profile", users=("app",)),
    Options(strategy="bashrc", users=("app", "web")),
    Options(strategy="shim", users=("app",)),
    Options(fix_legacy=True),
)
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def kept(data: bytes, context: Path | None, options: Options) -> FileResult:
    """Judge and patch; every promise about the result is checked. Returns it."""
    before = trace(data, context=context, options=options)
    made = patch(data, context=context, options=options)
    assert made.old == data
    assert (made.status is Status.ERROR) == (before.status is Status.ERROR)
    assert (made.new != data) <= (made.status is Status.WOULD_PATCH)
    if made.status not in (Status.ERROR, Status.SKIPPED):  # some templates cannot be read
        assert scan(data).data == data
    if made.new != data:
        taken_out_again(data, made.new)
        stays(made.new, context, options)
        says_the_same(data, made.new)
    for each in (before, made):
        reported(each)
    return made


def taken_out_again(old: bytes, new: bytes) -> None:
    assert revert(new) == revert(old)
    assert revert(revert(new)) == revert(new)


def stays(new: bytes, context: Path | None, options: Options) -> None:
    """Patched twice is patched once; and by a run without options too, which takes those that the block has."""
    for again in (options, Options()):
        assert patch(new, context=context, options=again).new == new


def says_the_same(old: bytes, new: bytes) -> None:
    """Outside the blocks stand the old file's instructions in their order, but for those that a block stands for."""
    before, after = instructions(old, ours(old)), instructions(new, ours(new))
    rest = iter(before)
    assert all(i in rest for i in after)
    gone = Counter(i[0] for i in before) - Counter(i[0] for i in after)
    assert gone.keys() <= {"ENTRYPOINT", "RUN"}
    assert gone["ENTRYPOINT"] <= 1


def ours(data: bytes) -> tuple[range, ...]:
    try:
        return tuple(range(b.start, b.end) for b in block.find(scan(data)))
    except DockerfileError:
        return ()


def instructions(data: bytes, without: tuple[range, ...]) -> list[tuple[Any, ...]]:
    """What BuildKit's parser reads outside of these lines (0-based); where there is none, what the scanner reads."""
    try:
        from buildkit import theirs
    except BaseException:  # pytest's Skipped: the parser is none of this platform's
        read: Any = [(i.name, i.text, i.line, i.end, i.heredocs) for i in scan(data).instructions]
    else:
        read = theirs(data)
    assert not isinstance(read, str), "BuildKit refuses the file"
    return [(i[0], i[1], *map(str, i[4:])) for i in read if not any(i[2] - 1 in lines for lines in without)]


def reported(result: FileResult) -> None:
    """Every format renders; the machine's parse, and the terminal's has no control characters."""
    texts = {name: report(name).render([result], View(action="check")) for name in formats()}
    for name in ("json", "sarif", "gitlab"):
        json.loads(texts[name].encode("utf-8"))
    ET.fromstring(texts["junit"])
    assert not UNPRINTABLE.search(texts["text"]), texts["text"]
    assert not UNPRINTABLE.search(texts["markdown"])
