"""Launch chains as one tree: what they have in common is drawn once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fargate_patch.chain.model import Chain, Hop

DEEPEST = 48  # columns of the drawing; what lies deeper is drawn there, so that its size stays linear


@dataclass(slots=True)
class _Node:
    below: dict[tuple[object, ...], _Node] = field(default_factory=dict)
    item: Hop | End | None = None


@dataclass(frozen=True, slots=True)
class End:
    """The process at the end of a chain; `after` is the same chain in the patched file, where there is one."""

    chain: Chain
    after: Chain | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the drawing: what stands before it, before lines that continue it, and what it shows."""

    lead: str
    continued: str
    item: Hop | End


@dataclass(frozen=True, slots=True)
class Strokes:
    branch: str
    last: str
    bar: str
    blank: str


UNICODE = Strokes("├─ ", "└─ ", "│  ", "   ")
ASCII = Strokes("|- ", "`- ", "|  ", "   ")


def draw(chains: Sequence[Chain], after: Sequence[Chain], strokes: Strokes) -> Iterator[Row]:
    """The rows from top to bottom. `after` is paired with `chains` where there are as many."""
    pairs = after if len(after) == len(chains) else [None] * len(chains)
    root = _merged([End(c, a) for c, a in zip(chains, pairs, strict=True)])
    waiting = _stacked(root, "")
    while waiting:
        node, indent, last = waiting.pop()
        if node.item is None:
            continue
        inner = indent + (strokes.blank if last else strokes.bar)
        deeper = inner if len(inner) <= DEEPEST else indent
        own = strokes.bar if node.below else ""
        yield Row(indent + (strokes.last if last else strokes.branch), deeper + own, node.item)
        waiting += _stacked(node, deeper)


def _stacked(node: _Node, indent: str) -> list[tuple[_Node, str, bool]]:
    return [(child, indent, n == 0) for n, child in enumerate(reversed(node.below.values()))]


def _merged(ends: Sequence[End]) -> _Node:
    root = _Node()
    for number, end in enumerate(ends):
        node = root
        for hop in end.chain.hops:
            key = (hop.program, hop.mechanism, hop.effect, hop.place, hop.user)
            node = node.below.setdefault(key, _Node(item=hop))
        node.below[(number,)] = _Node(item=end)
    return root
