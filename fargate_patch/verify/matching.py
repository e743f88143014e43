"""Which of the processes that were seen is the one at the end of a chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fargate_patch.chain.model import Chain
    from fargate_patch.verify.model import Seen


def process_of(chain: Chain, processes: Sequence[Seen]) -> Seen | None:
    """The process with the chain's last program, by its user; of several the one that fares worst. None: there is none.

    A process whose environment cannot be read from outside proves nothing and is passed over.
    """
    if not chain.hops:
        return None
    program = chain.hops[-1].program
    wanted = [
        seen
        for seen in processes
        if _is(program, seen)
        and chain.user in (None, seen.user, str(seen.process.uid))
        and seen.attempt.works is not None
    ]
    exact = [seen for seen in wanted if _command(seen) == chain.command]
    return min(exact or wanted, key=lambda seen: (seen.attempt.works is True, seen.process.pid), default=None)


def _command(seen: Seen) -> str:
    return " ".join((seen.process.argv[0].rpartition("/")[2], *seen.process.argv[1:]))


def _is(program: str, seen: Seen) -> bool:
    """Its program, or the script that a shell or another interpreter runs for it."""
    return program in {word.rpartition("/")[2].lstrip("-") for word in seen.process.argv[:2]}
