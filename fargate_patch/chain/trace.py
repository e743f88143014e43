"""The trace: from what the image config starts as PID 1, hop by hop, to every process that it ends in.

Nothing here knows a program; each launch is put before the mechanism that does. A program that no mechanism knows and
no script of the image is behind is the application itself, and inherits its parent's environment.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fargate_patch import mechanisms
from fargate_patch.chain import quiet
from fargate_patch.chain.model import Chain, Effect, Hooks, Hop, Launch, Mend, Open, Verdict, Word, compose
from fargate_patch.chain.program import application_or_script, entrypoint_of_base, named_by_its_path

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias, TypeVar

    from fargate_patch.chain.pid1 import Pid1
    from fargate_patch.chain.world import World
    from fargate_patch.mechanisms.model import Step

    Named = TypeVar("Named", Launch, Step)
    Above: TypeAlias = tuple[tuple[int, tuple[Word, ...], str | None, str | None, Word | None], ...]

DEEPEST = 40  # hops; a chain that is longer goes in a circle
MOST = 500  # chains of one image; what is beyond is said, not followed
MOST_LAUNCHES = 2000  # of one image, whether a chain ends there or not: scripts that all start each other


def trace(world: World, start: Pid1) -> tuple[Chain, ...]:
    """Every chain of the image, each once, in the order in which the programs are started."""
    if not start.argv:
        return (Chain((), start.user, "the container's command", start.reason, start.run, start.past_shim),)
    found: dict[tuple[object, ...], Chain] = {}
    left = iter(range(MOST_LAUNCHES))
    for chain in _chains(Launch(start.argv, start.user, start.place), world, left):
        whole = replace(chain, open=chain.open or start.reason or None, run=start.run, past_shim=start.past_shim)
        found.setdefault(_identity(whole), whole)
        if len(found) >= MOST:
            break
    if len(found) >= MOST or next(left, None) is None:
        most = f"{MOST} chains" if len(found) >= MOST else f"{MOST_LAUNCHES} launches"
        reason = f"there are more than {most}; the rest was not followed"
        found[("more",)] = Chain((), None, "more processes", reason, start.run, start.past_shim)
    return tuple(found.values())


def _identity(chain: Chain) -> tuple[object, ...]:
    return (
        chain.user,
        chain.command,
        chain.open,
        chain.verdict,
        tuple((h.program, h.effect, h.place, h.user) for h in chain.hops),
    )


def _chains(launch: Launch, world: World, left: Iterator[int]) -> Iterator[Chain]:
    """A script that starts itself anew (`exec "$0" "$@"`) leads to what is told already, unless that is all it does."""
    nothing = True
    for chain in _follow(launch, (), world, (), left):
        nothing = False
        yield chain
    if nothing:
        yield from _follow(launch, (), world, None, left)


def _follow(
    launch: Launch, hops: tuple[Hop, ...], world: World, above: Above | None, left: Iterator[int]
) -> Iterator[Chain]:
    """The chains from a launch on. `above` are those that led to it, None where one of them may come again.

    `left` has one for each launch that is still followed.
    """
    program = launch.argv[0]
    launch = _by_name(launch, world)
    world = world if launch.folder == "" else world.in_folder(launch.folder)
    # most differ in the number of words, which is soon compared
    this = (len(launch.argv), launch.argv, launch.user, world.config.workdir, launch.input)
    if (above is not None and this in above) or next(left, None) is None:
        return
    if len(hops) >= DEEPEST:
        yield Chain(hops, launch.user, str(program), "programs start each other in a circle")
        return
    if not program.known:
        launch = named_by_its_path(launch, world)
    if not launch.argv[0].known:
        yield Chain(hops, launch.user, str(program), f"which program {program} is, is decided at run time")
        return
    for judged in _judge(launch, world):
        step = _by_name(judged, world)
        hop = _hop(launch, step, hops, world)
        yield from _go_on(launch, step, (*hops, hop), world, None if above is None else (*above, this), left)


def _by_name(one: Named, world: World) -> Named:
    """With its user by name, where it is a number and the image is known to have such an account."""
    user = world.account(one.user)
    return one if user == one.user else replace(one, user=user)


def _go_on(
    launch: Launch, step: Step, hops: tuple[Hop, ...], world: World, above: Above | None, left: Iterator[int]
) -> Iterator[Chain]:
    """The chains behind a step: its own process where it starts nothing, else those of what it starts."""
    followed = False
    for child in step.children:
        if isinstance(child, Open):
            followed = True
            user = child.user or step.user
            yield Chain(hops, user, step.command or launch.argv[0].text, child.reason)
            continue
        if not (child.lasting or child.argv[0].known or named_by_its_path(child, world).argv[0].known):
            continue  # a step whose program is computed is a call of some client
        followed = followed or child.lasting  # also where it needs none, and no chain is told of it
        for chain in _follow(child, hops, world, above, left):
            if child.lasting or _matters(chain):
                followed = True
                yield _doubted(chain, step.doubt, len(hops)) if step.doubt else chain
    keeping = all(hop.effect is Effect.KEEPS for hop in hops)  # behind a loss the same ends are told, mended or not
    if not followed and (keeping or not _needs_none(launch, step, hops[-1])):
        yield Chain(hops, step.user, step.command or _spoken(launch.argv))


def _doubted(chain: Chain, doubt: str, since: int) -> Chain:
    """The chain with the step's doubt, unless what follows loses the variables anyway, or gets them out of the file."""
    behind = chain.hops[since:]
    decided = compose(behind) is Verdict.LOST or any(hop.mend and hop.mend.from_file for hop in behind)
    return chain if decided or chain.open else replace(chain, open=doubt)


def _needs_none(launch: Launch, step: Step, hop: Hop) -> bool:
    return step.needs_none or (step.mechanism == "exec" and quiet.at_the_end(hop.program, launch.argv))


def _matters(chain: Chain) -> bool:
    """Is a step on a script's way worth telling?

    It is if it loses the variables, or would without a remedy, or is a script or a daemon that cannot be seen into. A
    step that is plain file work makes no AWS calls.
    """
    if not chain.hops or quiet.on_the_way(chain.hops[-1].program):
        return False
    if chain.verdict is Verdict.UNKNOWN:
        from fargate_patch.mechanisms.shell import PROGRAMS as SHELLS

        last = chain.hops[-1]
        if (last.mechanism == "shell" and last.program not in SHELLS) or mechanisms.is_daemon(last.program):
            return True
    given_back = max((n for n, hop in enumerate(chain.hops) if hop.effect is Effect.KEEPS and hop.mend), default=0)
    return any(hop.effect is not Effect.KEEPS for hop in chain.hops[given_back:])


def _judge(launch: Launch, world: World) -> tuple[Step, ...]:
    steps = mechanisms.judge(launch, world)
    if steps is None:
        steps = entrypoint_of_base(launch, world)
    return steps if steps is not None else (application_or_script(launch, world),)


def _hop(launch: Launch, step: Step, before: tuple[Hop, ...], world: World) -> Hop:
    program = step.program or mechanisms.program_name(launch.argv[0].text)
    hop = Hop(program, step.mechanism, step.effect, launch.place, step.user, step.why, step.hooks, after=launch.after)
    if step.restores:
        return replace(hop, mend=Mend(step.mechanism, from_file=True))
    if not world.remedies or (hop.effect is Effect.KEEPS and hop.hooks == Hooks()):
        return hop
    return replace(hop, mend=_mend(hop, before, world))


def _mend(hop: Hop, before: tuple[Hop, ...], world: World) -> Mend | None:
    """The remedy in force that mends a hop. One that reads the carried file needs the shim to have run before."""
    from fargate_patch.mechanisms.fargate_env import NAME as SHIM
    from fargate_patch.remedies.kind import kinds

    carried = any(h.mechanism == SHIM for h in before)
    for remedy in world.remedies:
        kind = kinds()[remedy.name]
        if kind.mends(remedy, hop) and (carried or not kind.FROM_FILE):
            return Mend(remedy.name, kind.FROM_FILE)
    return None


def _spoken(argv: tuple[Word, ...]) -> str:
    """A command as a person would name it: its words up to a length, on one line."""
    text = " ".join(" ".join(word.text.split()) for word in argv)
    return text if len(text) <= 60 else text[:57] + "…"
