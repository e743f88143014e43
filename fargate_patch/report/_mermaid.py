"""Launch chains as a mermaid flowchart: what they have in common is drawn once, what a file says stays text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Chain, Effect, Verdict
from fargate_patch.regex import regex
from fargate_patch.report import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fargate_patch.chain.model import Hop

_NOT_PLAIN = regex(r"[^\w ./-]")
_LOST = (Verdict.LOST.value, Verdict.BLANK.value, *(e.value for e in Effect if e is not Effect.KEEPS))
_COLOURS = ((",".join(_LOST), "#cf222e"), (Verdict.REACHES.value, "#1a7f37"), (Verdict.UNKNOWN.value, "#9a6700"))
CLASSES = tuple(f"  classDef {names} stroke:{colour},stroke-width:2px" for names, colour in _COLOURS)


def flowchart(chains: Sequence[Chain], user: str | None) -> Iterator[str]:
    """The lines of one drawing."""
    yield "flowchart LR"
    yield from nodes(chains, user)
    yield from CLASSES


def nodes(chains: Sequence[Chain], user: str | None, mark: str = "") -> Iterator[str]:
    """PID 1, each hop with its place, each end with its verdict. `mark` tells the names of several drawings apart."""
    first = f"{mark}p"
    yield f'  {first}["PID 1{label(f" as {user}" if user else "")}"]'
    known: dict[tuple[object, ...], str] = {}
    for number, chain in enumerate(chains):
        before = first
        for hop in chain.hops:
            # a hop is known by the one before it, so that a long chain costs no more than its length
            key = (before, hop.program, hop.mechanism, hop.place, hop.user, hop.effect)
            if key not in known:
                known[key] = f"{mark}n{len(known)}"
                yield from _hop(hop, before, known[key])
            before = known[key]
        end = f"{mark}e{number}"
        yield f'  {before} --> {end}(["{label(chain.command)}<br/>{chain.verdict.value}"])'
        yield f"  class {end} {chain.verdict.value}"


def _hop(hop: Hop, before: str, name: str) -> Iterator[str]:
    effect = "" if hop.effect is Effect.KEEPS else f"<br/>{hop.effect.value}"
    line = f"#58;{hop.place.line}" if hop.place.line else ""  # the words of an option have none
    yield f'  {before} --> {name}["{label(hop.program)}<br/>{label(hop.place.file)}{line}{effect}"]'
    if hop.effect is not Effect.KEEPS:
        yield f"  class {name} {hop.effect.value}"


def label(text: str) -> str:
    """Text in a label: everything that could end it or mean something there as a number."""
    short = text if len(text) <= 120 else text[:117] + "..."
    return _NOT_PLAIN.sub(lambda m: f"#{ord(m[0])};", printable(short))
