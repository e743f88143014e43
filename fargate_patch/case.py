"""A case: one Dockerfile read and traced, and what can be said of it before anything is put in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fargate_patch import mechanisms
from fargate_patch.chain.context import ImageFiles
from fargate_patch.chain.model import Chain, Verdict
from fargate_patch.chain.pid1 import Pid1, pid1
from fargate_patch.chain.trace import trace
from fargate_patch.chain.world import World
from fargate_patch.dockerfile.scanner import Source, scan
from fargate_patch.dockerfile.tree import Stage, Tree, read_tree
from fargate_patch.image.identify import identify
from fargate_patch.remedies import block
from fargate_patch.result import FileResult, Finding, Options, PutIn, Status

if TYPE_CHECKING:
    from pathlib import Path

    from fargate_patch.image.model import Image
    from fargate_patch.remedies.model import Remedy

LOST = (Verdict.LOST, Verdict.BLANK)


@dataclass(frozen=True, slots=True)
class Case:
    """A Dockerfile read and traced."""

    tree: Tree
    stage: Stage
    image: Image
    world: World
    start: Pid1
    chains: tuple[Chain, ...]


def read_case(
    source: Source, path: str, context: Path | None, options: Options, remedies: Sequence[Remedy] = ()
) -> Case:
    """Read and trace a scanned file, `remedies` being in force. Raises DockerfileError."""
    tree = read_tree(source, options.build_args)
    stage = tree.target(options.target)
    root = tree.lineage(stage)[0]
    image = identify(root.image, options.base_images, options.base_image_config)
    config = tree.config(stage)
    world = World(
        image=image,
        files=ImageFiles(tree, stage, context, path),
        config=config,
        variables={**image.env, **config.env},
        users=options.users,
        remedies=tuple(remedies),
        runs=tuple(i.text for s in tree.lineage(stage) for i in s.instructions if i.name == "RUN"),
        dockerfile=path,
    )
    start = pid1(world, root.instructions[0].line)
    chains = () if image.family.name == "windows" else _chains(world, start, root.instructions[0].line, options)
    return Case(tree, stage, image, world, start, chains)


def _chains(world: World, start: Pid1, from_line: int, options: Options) -> tuple[Chain, ...]:
    """The chains of the image's own run and of every run that a task definition makes of it."""
    runs = [pid1(world, from_line, command=command) for command in options.commands]
    runs += [pid1(world, from_line, entrypoint=entrypoint) for entrypoint in options.entrypoints]
    return tuple(chain for run in (start, *runs) for chain in trace(world, run))


def read_again(data: bytes, path: str, context: Path | None, options: Options) -> Case:
    """A patched file as a later run reads it, its block's remedies in force. Raises DockerfileError, BlockError."""
    source = scan(data)
    remedies, _ = block.in_force(block.find(source))
    return read_case(source, path, context, options, remedies)


def not_ours(case: Case) -> str | None:
    """Why a file is none that this program judges, in one sentence."""
    if case.image.family.name == "windows":
        return "a Windows image: its programs get the task role's variables in another way"
    if case.image.facts.get("lambda"):
        return "a Lambda image: its credentials come by other variables"
    if case.image.family.name == "scratch" and not case.start.argv:
        return "FROM scratch without a program to start"
    return None


def verdict_of(case: Case) -> tuple[Status, str | None]:
    """What the chains say before any remedy: blocked is `lost`, until the plan finds a cure."""
    verdicts = {chain.verdict for chain in case.chains}
    if verdicts & set(LOST):
        lost = next(c for c in case.chains if c.verdict in LOST)
        hop = lost.lost_at
        return Status.BLOCKED, hop.why if hop else "the variables are lost"
    if Verdict.UNKNOWN in verdicts:
        return Status.UNKNOWN, next(c.open for c in case.chains if c.verdict is Verdict.UNKNOWN)
    return Status.CLEAN, None


def findings_of(case: Case, chains: Sequence[Chain], *, fixable: Sequence[Chain]) -> tuple[Finding, ...]:
    """One finding for each place and user at which a chain loses the variables."""
    found: dict[tuple[str, str, int, str | None], Finding] = {}
    for chain in chains:
        hop = chain.lost_at
        if chain.verdict not in LOST or hop is None:
            continue
        row = mechanisms.catalogue()[hop.mechanism]
        message = f"{hop.program} {row.title}: {chain.command} has no task role credentials"
        finding = Finding(
            row.code or "FP100",
            hop.mechanism,
            message,
            hop.place.file,
            hop.place.line,
            chain.user,
            chain in fixable,
            row.advice,
        )
        found.setdefault((finding.code, finding.file, finding.line, finding.user), finding)
    return tuple(found.values())


def result_of(
    case: Case,
    path: str,
    data: bytes,
    status: Status,
    reason: str | None = None,
    *,
    findings: tuple[Finding, ...] = (),
    remedies: tuple[PutIn, ...] = (),
    after: tuple[Chain, ...] = (),
    new: bytes | None = None,
) -> FileResult:
    """What is known of a case, as a report takes it. `new` None: the file stays as it is."""
    return FileResult(
        path=path,
        status=status,
        reason=reason,
        stage_index=case.stage.index,
        stage_name=case.stage.name,
        image=case.image,
        pid1=tuple(map(str, case.start.argv)) if case.start.argv is not None else None,
        pid1_user=case.start.user,
        chains=case.chains,
        chains_after=after,
        findings=findings,
        remedies=remedies,
        notes=(case.image.note,) if case.image.note else (),
        old=data,
        new=data if new is None else new,
    )
