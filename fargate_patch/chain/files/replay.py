"""Changes put on top of one another: from what the instructions do to a path to what stands there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from fargate_patch.chain.files.changes import Answer, Append, Change, Compose, Doubt, Found, Put, Rewrite, SameAs, Touch

LARGEST = 1 << 20
MOST_REWRITES = 200

Lookup = Callable[[str, tuple[int, int]], "Answer | None"]


def replay(
    path: str, changes: Iterable[tuple[Change, tuple[int, int]]], lookup: Lookup, is_own: Callable[[str], bool]
) -> Answer | None:
    """The state after the changes, the first one first. `lookup` asks about another path before a change."""
    return _Replay(path, lookup, is_own).run(changes)


class _Replay:
    def __init__(self, path: str, lookup: Lookup, is_own: Callable[[str], bool]) -> None:
        self.path = path
        self.lookup = lookup
        self.is_own = is_own
        self.state: Answer | None = None
        self.appended: list[str] = []  # not yet part of the state, so that many appends take linear time
        self.rewrites = 0

    def run(self, changes: Iterable[tuple[Change, tuple[int, int]]]) -> Answer | None:
        for change, at in changes:
            if isinstance(change, Append) and change.text is not None and isinstance(self.state, Found):
                self.appended.append(change.text)
                continue
            self._flush()
            self._apply(change, at)
        self._flush()
        return self.state

    def _flush(self) -> None:
        if not self.appended or not isinstance(self.state, Found):
            return
        more, text = "".join(self.appended), self.state.text
        self.appended = []
        if text is None:
            added = (self.state.added + more)[:LARGEST] if self.state.added else ""
            self.state = replace(self.state, added=added)
        elif len(text) + len(more) > LARGEST:
            self.state = replace(self.state, text=None, reason="it is longer than 1 MiB")
        else:
            self.state = replace(self.state, text=text + more)

    def _apply(self, change: Change, at: tuple[int, int]) -> None:
        if isinstance(change, Put):
            self.state = change.answer
        elif isinstance(change, Append):
            self._append(change)
        elif isinstance(change, Rewrite):
            self._rewrite(change)
        elif isinstance(change, Touch):
            if not isinstance(self.state, Found):
                own = self.is_own(self.path)
                self.state = Found(
                    "" if own else None, change.place, "" if own else "it may be the base image's, or an empty one"
                )
        elif isinstance(change, Doubt):
            self._doubt(change.reason, change)
        else:
            self._compose(change, at)

    def _append(self, change: Append) -> None:
        if isinstance(self.state, Found):
            self.state = replace(self.state, text=None, reason=change.reason, added="")
        elif change.text is None:
            self.state = Found(None, change.place, change.reason)
        elif change.text.startswith("#!") or self.state is not None or self.is_own(self.path):
            self.state = Found(change.text, change.place)
        else:
            reason = "it is appended to, and what the base image has of it is not known"
            self.state = Found(None, change.place, reason, added=change.text)

    def _rewrite(self, change: Rewrite) -> None:
        if not isinstance(self.state, Found):
            return
        self.rewrites += 1
        if self.state.text is None:
            self.state = replace(self.state, added="")
            return
        text = change.edit(self.state.text) if change.edit and self.rewrites <= MOST_REWRITES else None
        if text is None or len(text) > LARGEST:
            self.state = replace(
                self.state, text=None, reason=change.reason or "it is rewritten too often to be followed"
            )
        else:
            self.state = replace(self.state, text=text)

    def _doubt(self, reason: str, change: Doubt) -> None:
        if isinstance(self.state, Found):
            if self.state.text is not None and not (change.broad and self.is_own(self.path)):
                self.state = Found(
                    None, change.place if change.place.line else self.state.origin, reason, sure=self.state.sure
                )
        elif change.makes:
            self.state = Found(None, change.place, reason, sure=False)

    def _compose(self, change: Compose, at: tuple[int, int]) -> None:
        if change.pieces[0] == SameAs(self.path) and len(change.pieces) > 1 and not isinstance(self.state, Found):
            self._append_composed(change, at)
            return
        parts: list[Found] = []
        for piece in change.pieces:
            if isinstance(piece, str):
                parts.append(Found(piece, change.otherwise.origin))
                continue
            before = self.state if piece.path == self.path else self.lookup(piece.path, at)
            if not isinstance(before, Found) and not piece.or_empty:
                if change.if_there:
                    self._doubt(
                        change.otherwise.reason,
                        Doubt(change.otherwise.reason, change.otherwise.origin, makes=before is None),
                    )
                else:
                    self.state = change.otherwise
                return
            if isinstance(before, Found):
                parts.append(before)
        if len(parts) == 1:
            self.state = parts[0]
            return
        origin = parts[0].origin if parts else change.otherwise.origin
        unknown = next((p.reason for p in parts if p.text is None), "")
        if sum(len(p.text or "") for p in parts) > LARGEST:
            unknown = "it is longer than 1 MiB"
        self.state = Found(None if unknown else "".join(p.text or "" for p in parts), origin, unknown)

    def _append_composed(self, change: Compose, at: tuple[int, int]) -> None:
        """`cat FILE >> PATH` where nothing is known of the path: the base image may bring it."""
        before = self.state
        self._compose(replace(change, pieces=change.pieces[1:]), at)
        told, self.state = self.state, before
        text = told.text if isinstance(told, Found) else None
        self._append(Append(text, change.otherwise.origin, change.otherwise.reason))
