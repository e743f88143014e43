"""One page for a whole repository: filters, every chain drawn, every diff, light and dark, no request to anywhere.

All that comes from a Dockerfile is escaped by the template's engine; a policy in the page lets nothing run or load
but the page's own style and script, named by their hashes.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Verdict
from fargate_patch.dataclass import dataclass
from fargate_patch.report import View, place, printable, standing
from fargate_patch.report._findings import message, repository_path, rules
from fargate_patch.result import FileResult, Status
from fargate_patch.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from fargate_patch.chain.model import Chain, Hop, Mend, Place
    from fargate_patch.result import Finding

MOST_CHAINS = 200  # drawn for one file
MOST_LINES = 2000  # of one file's diff
_FIRST = (Status.ERROR, Status.BLOCKED, Status.WOULD_PATCH, Status.PATCHED, Status.UNKNOWN)
_MARKED = re.compile(r"(`[^`\n]+`|\*\*[^*\n]+\*\*)")
_LINES = {"+": "added", "-": "removed", "@": "where"}


@dataclass(frozen=True, slots=True)
class _Count:
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class _Finding:
    code: str
    level: str
    place: str
    message: str


@dataclass(frozen=True, slots=True)
class _Hop:
    program: str
    effect: str
    state: str  # "keeps", "loses", "mended"
    place: str
    why: str
    without: bool  # what it starts does not have the variables, in the patched file where there is one


@dataclass(frozen=True, slots=True)
class _Chain:
    hops: tuple[_Hop, ...]
    user: str
    command: str
    verdict: str
    after: str  # the verdict in the patched file, where it is another
    whys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class _File:
    path: str
    status: str
    reason: str
    about: str
    pid1_user: str
    codes: tuple[str, ...]
    verdicts: tuple[str, ...]
    mechanisms: tuple[str, ...]
    findings: tuple[_Finding, ...]
    chains: tuple[_Chain, ...]
    more_chains: int
    remedies: tuple[str, ...]
    notes: tuple[str, ...]
    diff: tuple[_Line, ...]


@dataclass(frozen=True, slots=True)
class _Span:
    kind: str  # the element's name: "code", "strong", "span"
    text: str


@dataclass(frozen=True, slots=True)
class _Rule:
    code: str
    name: str
    text: tuple[_Span, ...]


def render(results: Sequence[FileResult], view: View) -> str:
    from fargate_patch.report._page import page

    ordered = sorted(results, key=lambda r: (_FIRST.index(r.status) if r.status in _FIRST else len(_FIRST), r.path))
    files = [_file(r, view) for r in ordered]
    codes = sorted({code for f in files for code in f.codes})
    return page(
        "page",
        version=__version__,
        files=files,
        statuses=_counted((f.status for f in files), [s.value for s in (*_FIRST, *Status)]),
        verdicts=_counted((v for f in files for v in f.verdicts), [v.value for v in Verdict]),
        mechanisms=_counted((m for f in files for m in f.mechanisms), sorted({m for f in files for m in f.mechanisms})),
        rules=[_Rule(r.code, r.name, tuple(_spans(r.help))) for r in rules(codes)],
    )


def _spans(text: str) -> Iterator[_Span]:
    """The help's Markdown, as far as it goes: code, strong words, plain text."""
    for part in _MARKED.split(text):
        kind = {"`": "code", "*": "strong"}.get(part[:1]) if _MARKED.fullmatch(part) else None
        plain = part.strip("`*") if kind else part
        yield _Span(kind or "span", "\n".join(printable(line) for line in plain.split("\n")))


def _counted(names: Iterable[str], order: Sequence[str]) -> list[_Count]:
    counts = Counter(names)
    return [_Count(name, counts[name]) for name in dict.fromkeys(order) if counts[name]]


def _file(result: FileResult, view: View) -> _File:
    after = result.chains_after if len(result.chains_after) == len(result.chains) else result.chains
    pairs = list(zip(result.chains, after, strict=True))
    findings = standing(result)
    losing = (h.mechanism for c in result.chains for h in c.hops if h.effect is not Effect.KEEPS)
    return _File(
        path=repository_path(result.path, view),
        status=result.status.value,
        reason=printable(result.reason or ""),
        about=printable(_about(result)),
        pid1_user=printable(f"as {result.pid1_user}" if result.pid1_user else ""),
        codes=tuple(dict.fromkeys(f.code for f in findings)),
        verdicts=tuple(dict.fromkeys(c.verdict.value for c in result.chains)),
        mechanisms=tuple(dict.fromkeys((*(f.mechanism for f in findings), *losing))),
        findings=tuple(_Finding(f.code, f.level, _place(result, f), message(f)) for f in findings),
        chains=tuple(_chain(c, a, result) for c, a in pairs[:MOST_CHAINS]),
        more_chains=max(len(pairs) - MOST_CHAINS, 0),
        remedies=tuple(printable(r.summary or r.name) for r in result.remedies),
        notes=tuple(printable(n) for n in result.notes),
        diff=_diff(result, view),
    )


def _about(result: FileResult) -> str:
    parts = []
    if result.image:
        parts.append(f"base image {result.image.reference} ({result.image.family.name})")
    if result.stage_name:
        parts.append(f"stage {result.stage_name}")
    if result.pid1:
        parts.append(f"PID 1 is {' '.join(result.pid1)}")
    return ", ".join(parts)


def _chain(chain: Chain, after: Chain, result: FileResult) -> _Chain:
    mends = _aligned(chain.hops, after.hops)
    hops: list[_Hop] = []
    without = False
    for hop, mended in zip(chain.hops, mends, strict=True):
        mend = mended.mend or hop.mend
        loses = hop.effect is not Effect.KEEPS and not mend
        without = loses or (without and not (mend and mend.from_file))
        hops.append(_hop(hop, mend, result, without))
    whys = (h.why for h in chain.hops if h.effect is not Effect.KEEPS)
    return _Chain(
        tuple(hops),
        printable(f"as {chain.user}" if chain.user else "as a user that is not known"),
        printable(chain.command),
        chain.verdict.value,
        after.verdict.value if after.verdict is not chain.verdict else "",
        tuple(dict.fromkeys(printable(why) for why in (*whys, chain.open) if why)),
    )


def _aligned(hops: Sequence[Hop], after: Sequence[Hop]) -> Sequence[Hop]:
    """The same hops in the patched file, where a shim may stand before them."""
    last = after[len(after) - len(hops) :] if len(after) >= len(hops) else ()
    same = [h.program for h in last] == [h.program for h in hops]
    return last if same else hops


def _place(result: FileResult, at: Finding | Place) -> str:
    return f"line {at.line}" if at.file == result.path else place(result, at.file, at.line)


def _hop(hop: Hop, mend: Mend | None, result: FileResult, without: bool) -> _Hop:
    loses = hop.effect is not Effect.KEEPS
    return _Hop(
        printable(hop.program),
        f"{hop.effect.value}, mended by {mend.remedy}" if mend else hop.effect.value,
        "mended" if mend else "loses" if loses else "keeps",
        _place(result, hop.place),
        printable(hop.why),
        without,
    )


def _diff(result: FileResult, view: View) -> tuple[_Line, ...]:
    if result.old == result.new:
        return ()
    from fargate_patch.dockerfile.diff import unified

    text = unified(repository_path(result.path, view), result.old, result.new).decode("utf-8", "surrogateescape")
    lines = text.removesuffix("\n").split("\n")
    shown = [
        _Line(_LINES.get(line[:1], "same") if number > 1 else "where", printable(line))
        for number, line in enumerate(lines[:MOST_LINES])
    ]
    more = len(lines) - MOST_LINES
    return (*shown, _Line("where", f"and {more} more lines")) if more > 0 else tuple(shown)
