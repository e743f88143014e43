"""What a proof comes to: whether the trace was right, and the exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Verdict
from fargate_patch.verify.probes import is_a_server_alone

if TYPE_CHECKING:
    from fargate_patch.verify.model import Attempt, Proof

_ALL = "Everything that should have the task role's credentials has them."
_UNTRIED = "Not everything could be tried."
_NOBODY = "Nothing that needs credentials is known to run in it: give a --probe."
_ENDED = "Not everything could be tried: the container ended by itself, with exit code {}."
_LACKING = "Not everything that should have the task role's credentials has them."


def agrees(verdict: Verdict | None, attempt: Attempt | None) -> bool | None:
    """Is what was seen what the trace had said? None where one of them does not know."""
    if verdict in (None, Verdict.UNKNOWN) or attempt is None or attempt.works is None:
        return None
    return (verdict is Verdict.REACHES) == attempt.works


def exit_code(proof: Proof) -> int:
    """0: all that should have credentials do, and the patch does nothing that it must not; 1: not; 2: not tried."""
    ends = _ends(proof)
    if any(end.works is False for end in ends) or _failed(proof):
        return 1
    return 0 if ends and all(end.works for end in ends) else 2


def sentence(proof: Proof) -> str:
    """The exit code in words, and where it is 1, what does not hold."""
    code = exit_code(proof)
    if code != 1:
        return _untried(proof) if code else _ALL
    lacking = [_LACKING] if any(end.works is False for end in _ends(proof)) else []
    failed = [f"The patched image fails a check: {'; '.join(_failed(proof))}."] if _failed(proof) else []
    return " ".join(lacking + failed)


def _untried(proof: Proof) -> str:
    ended = (proof.after or proof.before).exit_code
    if ended is not None:
        return _ENDED.format(ended)
    return _UNTRIED if proof.claims or proof.probes else _NOBODY


def _ends(proof: Proof) -> list[Attempt]:
    """What was seen in the end of all that should have credentials.

    A server alone has no use for them: that it writes its title over its environment proves nothing against it.
    """
    claimed = [(claim.chain, claim.after or claim.before) for claim in proof.claims]
    ends = [end for chain, end in claimed if end.works is not None or not is_a_server_alone(chain)]
    return ends + [after or before for _, before, after in proof.probes]


def _failed(proof: Proof) -> list[str]:
    return [check.name for check in proof.checks if check.passed is False]
