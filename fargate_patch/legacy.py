"""--fix-legacy: the RUNs that do nothing but put the known one-liner into a file, which a patch takes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.dockerfile.words import split_flags
from fargate_patch.obstacles.one_liner import reads_environ
from fargate_patch.shell.flows import flows
from fargate_patch.shell.syntax import parse
from fargate_patch.telling import findings_of

if TYPE_CHECKING:
    from fargate_patch.case import Case
    from fargate_patch.dockerfile.scanner import Instruction
    from fargate_patch.result import Options

CODE = "FP201"


def removable(case: Case, options: Options) -> tuple[Instruction, ...]:
    """The RUNs of the target stage that hold the one-liner and nothing else, where FP201 is found and is to be told."""
    told = findings_of(case, options)
    lines = {f.line for f in told if f.code == CODE and f.file == case.world.dockerfile}
    runs = (i for i in case.stage.instructions if i.name == "RUN" and i.line in lines and not i.heredocs)
    return tuple(run for run in runs if holds_nothing_else(run, case.tree.source.escape))


def holds_nothing_else(run: Instruction, escape: str) -> bool:
    """Every command writes to a file, and every line that it writes is the one-liner, or a comment."""
    found = tuple(flows(parse(split_flags(run.text, escape)[1])))
    return bool(found) and all(
        flow.target is not None
        and flow.append
        and flow.written
        and all(reads_environ(line.source) for line in flow.written)
        for flow in found
    )
