"""What a proof comes to: whether the trace was right, and the exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Verdict

if TYPE_CHECKING:
    from fargate_patch.verify.model import Attempt, Proof


def agrees(verdict: Verdict | None, attempt: Attempt | None) -> bool | None:
    """Is what was seen what the trace had said? None where one of them does not know."""
    if verdict in (None, Verdict.UNKNOWN) or attempt is None or attempt.works is None:
        return None
    return (verdict is Verdict.REACHES) == attempt.works


def exit_code(proof: Proof) -> int:
    """0: all that should have credentials do, and the patch does nothing that it must not; 1: not; 2: not tried."""
    ends = [claim.after or claim.before for claim in proof.claims]
    ends += [after or before for _, before, after in proof.probes]
    if any(end.works is False for end in ends) or any(check.passed is False for check in proof.checks):
        return 1
    return 0 if ends and all(end.works for end in ends) else 2
