"""The cure: a plan for a case, the block that carries it out, and the proof by reading the patched file back.

A patch counts only when every old instruction stands unchanged but the one ENTRYPOINT that had to be wrapped, the
tree read back starts what it started before, every chain that the plan mends reaches, and taking the block out again
gives the old file. Else the file stays as it was, and the reason is given.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fargate_patch import mechanisms
from fargate_patch.case import LOST, Case, read_again, result_of
from fargate_patch.chain.model import Chain, Effect, Hop, Mend, Verdict
from fargate_patch.chain.model import compose as compose_verdict
from fargate_patch.dockerfile.edit import same_instructions
from fargate_patch.dockerfile.scanner import DockerfileError
from fargate_patch.remedies.block import OURS, STRATEGIES, BlockError, Decision, restore
from fargate_patch.remedies.compose import Composed, compose, wrapped
from fargate_patch.remedies.kind import kinds
from fargate_patch.remedies.plan import Plan, carries, forced, plan
from fargate_patch.remedies.render import UnsafeValue
from fargate_patch.remedies.spot import PlaceError, Target
from fargate_patch.remedies.variables import SHIM, safe_name
from fargate_patch.result import FileResult, Options, PutIn, Status
from fargate_patch.telling import findings_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from fargate_patch.dockerfile.scanner import Instruction
    from fargate_patch.remedies.kind import Kind
    from fargate_patch.remedies.model import Remedy


def cure(
    case: Case, path: str, context: Path | None, options: Options, taken: Sequence[Instruction] = ()
) -> FileResult:
    """The case with a block, or with the reason why none can be put in.

    `taken` are the RUNs of the known one-liner that are to be taken out.
    """
    data = case.tree.source.data
    known = kinds()
    if wrong := _unusable(options):
        return result_of(case, path, data, Status.BLOCKED, wrong, findings=findings_of(case, options))
    blocker = _no_carrier(case)
    made = _decide(case, options, known, can_carry=not blocker)
    left = made.left
    if not made.remedies and (left or not taken):
        reason = blocker if _carrier_would_help(case, known) and blocker else _why_left(left, case, options, known)
        return result_of(case, path, data, Status.BLOCKED, reason, findings=findings_of(case, options))
    target = Target(case.tree, case.stage, case.image, case.start.user, case.world.remedies)
    try:
        composed = compose(target, made.remedies, _decision(options), _summary(made), known, taken)
        after = _read_back(case, composed, made, path, context, options)
    except (PlaceError, UnsafeValue) as problem:
        return result_of(case, path, data, Status.BLOCKED, str(problem), findings=findings_of(case, options))
    lines = frozenset(instruction.line for instruction in taken)
    return result_of(
        case,
        path,
        data,
        Status.WOULD_PATCH,
        _why_left(left, case, options, known) if left else None,
        findings=findings_of(case, options, fixable=made.mended, taken=lines),
        remedies=tuple(_put_in(r, made, known) for r in made.remedies),
        after=after,
        new=composed.data,
    )


def _unusable(options: Options) -> str:
    """Why nothing can be put in as these options say; "" where it can. The command line refuses such options itself."""
    if options.strategy not in STRATEGIES:
        return f"there is no strategy {options.strategy[:40]!r} to put in"
    unsafe = next((user for user in options.users if not safe_name(user)), None)
    if unsafe is not None:
        return f"the user name {unsafe[:80]!r} is none that can be written into a configuration safely"
    return ""


def _decide(case: Case, options: Options, known: Mapping[str, Kind], *, can_carry: bool) -> Plan:
    lost = tuple(c for c in case.concerned if c.verdict in LOST)
    if options.strategy == "auto":
        return plan(case.concerned, case.world, known, can_carry=can_carry)
    users = options.users or tuple(sorted({c.user for c in lost if c.user and c.user != "root"}))
    if not can_carry or (not users and options.strategy != "shim"):
        return Plan((), (), lost)
    family = case.image.family
    if (options.strategy == "profile" and not family.profile_d) or (options.strategy == "bashrc" and not family.bashrc):
        return Plan((), (), lost)
    remedies = forced(options.strategy, users, known)
    served = tuple(c for c in lost if _served(c, remedies, known))
    return Plan(remedies, served, tuple(c for c in lost if c not in served))


def _served(chain: Chain, remedies: Sequence[Remedy], known: Mapping[str, Kind]) -> bool:
    """Would these remedies, the carrier among them, make the chain reach?"""
    mended = (_mended(hop, remedies, known) for hop in chain.hops)
    return compose_verdict(tuple(mended)) is Verdict.REACHES


def _mended(hop: Hop, remedies: Sequence[Remedy], known: Mapping[str, Kind]) -> Hop:
    kind = next(
        (known[r.name] for r in remedies if hop.effect is not Effect.KEEPS and known[r.name].mends(r, hop)), None
    )
    return replace(hop, mend=Mend(kind.NAME, kind.FROM_FILE)) if kind else hop


def _decision(options: Options) -> Decision:
    return Decision(options.strategy, tuple(sorted(set(options.users))), options.fix_legacy)


def _no_carrier(case: Case) -> str:
    """Why no shim can be put in front of this image's PID 1; "" where one can."""
    if case.start.reason:
        return case.start.reason
    if not case.image.family.shell and case.image.family.name != "unknown":
        return f"{case.image.reference} has no shell, so no shim can run in it"
    if case.image.family.name == "unknown":
        families = " (debian, alpine, rhel …)" if case.image.reference else ""
        base = case.image.reference or "the base image"
        return f"the distribution of {base} is not known: say {case.world.saying_the_base}{families}"
    return ""


def _carrier_would_help(case: Case, known: Mapping[str, Kind]) -> bool:
    return bool(plan(case.concerned, case.world, known, can_carry=True).remedies) or case.image.family.name == "unknown"


def _why_left(left: Sequence[Chain], case: Case, options: Options, known: Mapping[str, Kind]) -> str:
    """The reason for the first chain that stays lost, with what would settle it."""
    if options.strategy not in ("auto", "none"):
        if not options.users and not left:
            return f"--strategy {options.strategy} needs --user: whom is it for?"
        if not left:
            return f"--strategy {options.strategy} cannot be put into this image"
    chain = left[0]
    hop = _without_remedy(chain, case, known) or chain.lost_at
    if hop is None:
        return "the variables are lost"
    if chain.user is None and (hop.hooks.pam or hop.hooks.sudo_target):
        return f"{hop.why}, and this file does not say for which users: name them with --user"
    if chain.user is not None and not safe_name(chain.user):
        return f"{hop.why}, and the user's name is not one that can be written into a configuration safely"
    past = ", and this run's entry point goes past the shim that would keep them" if chain.past_shim else ""
    return f"{hop.why}{past}; {mechanisms.catalogue()[hop.mechanism].advice}"


def _without_remedy(chain: Chain, case: Case, known: Mapping[str, Kind]) -> Hop | None:
    """The last hop that takes the variables away and that nothing can be put in for: what comes after is no use."""
    losing = (hop for hop in reversed(chain.hops) if hop.effect is not Effect.KEEPS and hop.mend is None)
    return next((h for h in losing if not any(k.offer(h, h.user, case.world) for k in known.values())), None)


def _read_back(
    case: Case, composed: Composed, made: Plan, path: str, context: Path | None, options: Options
) -> tuple[Chain, ...]:
    """The chains of the patched file. Raises PlaceError where it is not, in every respect, what it should be."""
    try:
        again = read_again(composed.data, path, context, options, case)
        undone = restore(again.tree.source)
    except (DockerfileError, BlockError) as problem:
        raise PlaceError(
            f"the patched file does not read back ({problem.message}); the file stays as it is"
        ) from problem
    wrong = _differs(case, again, composed, made) or (
        "taking the block out does not give the old file" if undone != case.tree.source.data else ""
    )
    if wrong:
        raise PlaceError(f"{wrong}; the file stays as it is")
    return again.chains


def _differs(case: Case, again: Case, composed: Composed, made: Plan) -> str:
    """What is not as it should be in the patched file; "" where everything is."""
    new = again.tree.source
    if not same_instructions(case.tree.source, new, composed.removed, composed.added):
        return "other instructions than the block's would change"
    if not {new.instructions[n].name for n in composed.added} <= OURS:
        return "the block would hold an instruction that is not ours"
    before, now = case.start.argv or (), again.start.argv or ()
    old, new_argv = tuple(map(str, before)), tuple(map(str, now))
    if new_argv != (wrapped(old) if carries(made.remedies) else old) or again.start.user != case.start.user:
        return "the container would start something else than before"
    verdicts, mended = {_key(c): c.verdict for c in again.chains}, frozenset(made.mended)
    before_too = {_key(chain) for chain in case.chains}
    if added := next((c for c in again.chains if c.verdict in LOST and _key(c) not in before_too), None):
        return f"{added.command} would lose the variables"
    for chain in case.chains:
        wanted = _wanted(chain) if chain in mended else chain.verdict
        now_is = verdicts.get(_key(chain))
        if chain in case.muted and now_is in (Verdict.REACHES, Verdict.UNKNOWN):
            continue  # mended along with another
        if chain in mended and now_is is None:
            continue  # a step on a script's way, of which nothing is told where it loses nothing
        if now_is is not wanted:
            return (
                f"{chain.command} would still not have the variables"
                if chain in mended
                else f"{chain.command} would be judged otherwise"
            )
    return ""


def _wanted(chain: Chain) -> Verdict:
    """What a mended chain's verdict must be: it reaches, as far as it could be followed."""
    return Verdict.REACHES if chain.open is None else Verdict.UNKNOWN


def _key(chain: Chain) -> tuple[object, ...]:
    """A chain but for the shim, and for lines, which the block moves."""
    hops = tuple((h.program, h.mechanism, h.user) for h in chain.hops if h.program != SHIM.rpartition("/")[2])
    return (chain.run, chain.user, chain.command, hops)


def _summary(made: Plan) -> str:
    """What the block's first line says: which mechanisms, and by which codes a person finds out more."""
    losing: dict[str, str] = {}
    for chain in made.mended:
        hop = chain.lost_at
        if hop:
            losing.setdefault(hop.mechanism, mechanisms.catalogue()[hop.mechanism].code or "")
    if not losing:
        names = " and ".join(sorted({r.name for r in made.remedies}))
        return f"{names}, as a person decided"
    listed = ", ".join(losing)
    verb = "does" if len(losing) == 1 else "do"
    return f"{listed} {verb} not hand the task role's variables on ({', '.join(losing.values())})"


def _put_in(remedy: Remedy, made: Plan, known: Mapping[str, Kind]) -> PutIn:
    served = {
        h.mechanism: None
        for c in made.mended
        for h in c.hops
        if h.effect is not Effect.KEEPS and c.user in remedy.users
    }
    return PutIn(remedy.name, known[remedy.name].TEMPLATE, tuple(served), known[remedy.name].describe(remedy))
