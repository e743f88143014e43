"""A case: one Dockerfile read and traced, and what can be said of it before anything is put in."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from fargate_patch import ignoring, mechanisms
from fargate_patch.chain.context import ImageFiles
from fargate_patch.chain.model import Chain, Verdict
from fargate_patch.chain.pid1 import Pid1, pid1
from fargate_patch.chain.trace import trace
from fargate_patch.chain.world import World
from fargate_patch.dataclass import dataclass
from fargate_patch.dockerfile.expand import expand
from fargate_patch.dockerfile.scanner import Source, scan
from fargate_patch.dockerfile.template import A_TEMPLATE, is_template
from fargate_patch.dockerfile.tree import Stage, Tree, read_tree
from fargate_patch.dockerfile.words import split_blanks, split_flags
from fargate_patch.image.identify import identify
from fargate_patch.obstacles.evidence import Evidence
from fargate_patch.remedies import block
from fargate_patch.result import FileResult, Options, PutIn, Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from fargate_patch.chain.model import Hop
    from fargate_patch.ignoring import Comment
    from fargate_patch.image.model import Image
    from fargate_patch.remedies.model import Remedy
    from fargate_patch.result import Finding

LOST = (Verdict.LOST, Verdict.BLANK)


@dataclass(frozen=True)
class Case:
    """A Dockerfile read and traced."""

    tree: Tree
    stage: Stage
    image: Image
    world: World
    start: Pid1
    chains: tuple[Chain, ...]
    comments: tuple[Comment, ...]  # what a person wrote into the files not to be told
    evidence: Evidence
    muted: frozenset[Chain] = frozenset()  # lost at a place for which a comment or an option says to leave it

    @property
    def concerned(self) -> tuple[Chain, ...]:
        """The chains that are judged and mended."""
        return tuple(c for c in self.chains if c not in self.muted) if self.muted else self.chains

    @cached_property
    def obstacles(self) -> tuple[Finding, ...]:
        """What stands in the way apart from what programs drop, whether it is to be told or not."""
        from fargate_patch import obstacles

        return obstacles.findings(self.evidence.of(self.chains))


def read_case(
    source: Source,
    path: str,
    context: Path | None,
    options: Options,
    remedies: Sequence[Remedy] = (),
    changed: Mapping[str, str] | None = None,
    before: Case | None = None,
) -> Case:
    """Read and trace a scanned file, `remedies` being in force. Raises DockerfileError.

    `changed`: files of the context that are to be taken to say something else. `before`: the file without its block.
    """
    tree = read_tree(source, options.build_args)
    stage = tree.target(options.target)
    root = tree.lineage(stage)[0]
    image = identify(root.image, options.base_images, options.base_image_config)
    image = options.look(image) if options.look else image
    files = ImageFiles(tree, stage, context, path, changed, image, before.world.files if before else None)
    world = _world(tree, stage, image, files, path, options.users, remedies)
    start = pid1(world, root.instructions[0].line)
    chains = () if image.family.name == "windows" else _chains(world, start, root.instructions[0].line, options)
    evidence = Evidence(tree, stage, world, start, chains, world.files.seen)
    if world.remedies or any(c.verdict is Verdict.LOST for c in chains):
        from fargate_patch.own_copy import with_own_copy
        from fargate_patch.own_setting import with_own_settings
        from fargate_patch.own_value import with_own_values

        chains = with_own_settings(with_own_copy(chains, evidence), evidence)
        chains = with_own_values(chains, evidence)
    comments = ignoring.comments_of(source, path, evidence.seen)
    muted = frozenset(c for c in chains if _is_muted(c, comments, options))
    return Case(tree, stage, image, world, start, chains, comments, evidence, muted)


def _world(
    tree: Tree,
    stage: Stage,
    image: Image,
    files: ImageFiles,
    path: str,
    users: tuple[str, ...],
    remedies: Sequence[Remedy],
) -> World:
    config = tree.config(stage)
    stages = tree.lineage(stage)
    instructions = (i for s in stages for i in s.instructions)
    return World(
        image=image,
        files=files,
        config=config,
        variables={**image.env, **config.env},
        users=users,
        remedies=(*remedies, *_standing(image, files)),
        brings=(
            *(f"ARG {name}={value}" for name, value in tree.global_args.items()),
            *(i.text for i in instructions if i.name in ("ADD", "COPY", "ARG")),
        ),
        dockerfile=path,
        valueless=_valueless(tree, stages[0]),
    )


def _standing(image: Image, files: ImageFiles) -> tuple[Remedy, ...]:
    if not image.settings:
        return ()
    from fargate_patch.remedies.standing import standing

    return standing(image, files)


def _valueless(tree: Tree, root: Stage) -> tuple[str, ...]:
    """The build arguments that a FROM's image names and nothing gives a value to."""
    if root.image:
        return ()
    escape = tree.source.escape
    image = split_blanks(split_flags(root.instructions[0].text, escape)[1])[0]
    return tuple(sorted(expand(image, tree.global_args, escape).undefined))


def _is_muted(chain: Chain, comments: Sequence[Comment], options: Options) -> bool:
    hop = chain.lost_at
    if chain.verdict not in LOST or hop is None:
        return False
    code = code_of(hop)
    return not ignoring.wanted(code, options) or ignoring.hidden(code, hop.place, comments)


def code_of(hop: Hop) -> str:
    """The code of a loss at a hop."""
    return mechanisms.catalogue()[hop.mechanism].code or "FP100"


def _chains(world: World, start: Pid1, from_line: int, options: Options) -> tuple[Chain, ...]:
    """The chains of the image's own run, if it has a command, and of every run that a task definition makes of it."""
    runs = [] if start.bare and options.commands else [start]
    runs += [pid1(world, from_line, command=command) for command in options.commands]
    runs += [pid1(world, from_line, entrypoint=entrypoint) for entrypoint in options.entrypoints]
    return tuple(chain for run in runs for chain in trace(world, run))


def read_again(data: bytes, path: str, context: Path | None, options: Options, before: Case | None = None) -> Case:
    """A file as it stands, its block's remedies in force where it has one. Raises DockerfileError, BlockError."""
    source = scan(data)
    remedies, _ = block.in_force(block.find(source))
    return read_case(source, path, context, options, remedies, before=before)


def not_ours(case: Case) -> str | None:
    """Why a file is none that this program judges, in one sentence."""
    if is_template(case.tree.source):
        return A_TEMPLATE
    if case.image.family.name == "windows":
        return "a Windows image: its programs get the task role's variables in another way"
    if case.image.facts.get("lambda"):
        return "a Lambda image: its credentials come by other variables"
    if case.image.family.name == "scratch" and not case.start.argv:
        return "FROM scratch without a program to start"
    return None


def verdict_of(case: Case) -> tuple[Status, str | None]:
    """What the chains say before any remedy: blocked is `lost`, until the plan finds a cure."""
    verdicts = {chain.verdict for chain in case.concerned}
    if verdicts & set(LOST):
        lost = next(c for c in case.concerned if c.verdict in LOST)
        hop = lost.lost_at
        return Status.BLOCKED, hop.why if hop else "the variables are lost"
    if Verdict.UNKNOWN in verdicts:
        return Status.UNKNOWN, next(c.open for c in case.chains if c.verdict is Verdict.UNKNOWN)
    left = sorted({code_of(c.lost_at) for c in case.muted if c.lost_at})
    return Status.CLEAN, f"what is lost is not to be told ({', '.join(left)})" if left else None


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
