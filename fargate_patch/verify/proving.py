"""The proof from beginning to end: build, run, look, compare. What is made on the way is gone at the end of `prove`."""

from __future__ import annotations

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass
from fargate_patch.mechanisms import fargate_env
from fargate_patch.remedies.variables import SHIM
from fargate_patch.verify.asking import SESSION_SECONDS, Asker, probe_volumes
from fargate_patch.verify.checking import checks
from fargate_patch.verify.container import EngineError
from fargate_patch.verify.engine import RunOptions, find
from fargate_patch.verify.looking import look
from fargate_patch.verify.matching import process_of
from fargate_patch.verify.model import Attempt, Check, Claim, Look, Proof
from fargate_patch.verify.platform import platform
from fargate_patch.verify.probes import on_demand, own, probe_of
from fargate_patch.verify.sides import CannotProveError, sides_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from fargate_patch.chain.model import Chain
    from fargate_patch.verify.engine import Engine
    from fargate_patch.verify.model import Probe
    from fargate_patch.verify.platform import Platform, Task
    from fargate_patch.verify.sides import Request, Sides

MOST_TASKS = 12
_HAD_ENDED = Attempt(None, reason="the container had ended")
LONGEST = f"a cron job takes up to a minute, a session that does not end is given up after {SESSION_SECONDS} seconds"


def prove(request: Request, say: Callable[[str], None]) -> Proof:
    """Show in containers who gets the role's credentials. `say` is told what is going on.

    Raises CannotProveError, and EngineError where an engine is missing or refuses.
    """
    engine = find(request.engine)
    if engine.program is None:
        raise CannotProveError(f"{engine.name} builds images but does not run them: install docker or podman")
    sides = sides_of(request, engine)
    stop = threading.Event()
    with ThreadPoolExecutor(max_workers=2) as pool, ExitStack() as stack:
        try:
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="fargate-patch-")))
            images = tuple(_images(request, sides, engine, folder, stack, say))
            (folder / "probes").mkdir()
            run = replace(request.run, volumes=probe_volumes(folder / "probes"))
            say("starting the platform of the rehearsal")
            ground = stack.enter_context(platform(engine, MOST_TASKS, request.endpoint_image, request.network))
            return _Rehearsal(request, sides, images, run, ground, pool, stop, say).proof()
        finally:
            stop.set()


def _images(
    request: Request, sides: Sides, engine: Engine, folder: Path, stack: ExitStack, say: Callable[[str], None]
) -> Iterator[str]:
    """The tags, as it stands and, where that is another, patched."""
    for number, (text, what) in enumerate(zip(sides.texts, ("as it stands", "patched"), strict=True)):
        if number == 0 and request.image:
            yield request.image
            continue
        if number == 1 and sides.after is None:
            return
        dockerfile = folder / ("Dockerfile.patched" if number else "Dockerfile")
        dockerfile.write_bytes(text)
        ignored = Path(f"{request.path}.dockerignore")
        if ignored.is_file():
            shutil.copy(ignored, f"{dockerfile}.dockerignore")
        say(f"building the image {what}")
        options = request.options
        context = request.context if request.data is not None else folder
        yield stack.enter_context(
            engine.built(context, dockerfile, target=options.target, build_args=options.build_args)
        )


@dataclass(frozen=True, slots=True)
class _Rehearsal:
    """The runs of both images on one platform."""

    request: Request
    sides: Sides
    images: tuple[str, ...]
    run: RunOptions
    ground: Platform
    pool: ThreadPoolExecutor
    stop: threading.Event
    say: Callable[[str], None]

    def proof(self) -> Proof:
        chains = [self.sides.before, self.sides.after or ()][: len(self.images)]
        looks = self._looks(chains)
        attempts = self._tried(chains, looks)
        checked: tuple[Check, ...] = ()
        if len(looks) == 2 and self.request.checked:
            self.say("checking what the patch must not do")
            checked = checks(self.ground, (self.images[0], self.images[1]), self.run, (looks[0], looks[1]))
        result = self.sides.result
        return Proof(
            path=self.request.path,
            engine=self.ground.engine.name,
            place=self.ground.place,
            status=result.status.value,
            reason=result.reason,
            claims=tuple(self._claims(attempts)),
            before=looks[0],
            after=looks[1] if len(looks) == 2 else None,
            probes=tuple(_own(probe, looks) for probe in own(self.request.probes)),
            checks=checked,
        )

    def _looks(self, chains: Sequence[Sequence[Chain]]) -> tuple[Look, ...]:
        """Both images at once, for cron's jobs take a minute, where they do not share a network."""
        self.say(f"waiting until it has settled, and trying what starts on demand ({LONGEST})")
        sides = list(zip(self.images, chains, strict=True))
        if self.ground.shared:
            return tuple(look for side in sides for look in self._at_once([side]))
        return self._at_once(sides)

    def _at_once(self, sides: Sequence[tuple[str, Sequence[Chain]]]) -> tuple[Look, ...]:
        users = tuple(str(chain.user) for chain in self.sides.before)
        with ExitStack() as stack:
            tasks = [stack.enter_context(self.ground.run(image, self.run)) for image, _ in sides]
            pending = [
                self.pool.submit(
                    look,
                    task,
                    self._asked(side),
                    expected=[chain for chain in side if on_demand(chain) is None],
                    users=users,
                    wait=self.request.wait,
                    stop=self.stop,
                    stopped=self.request.checked,
                )
                for task, (_, side) in zip(tasks, sides, strict=True)
            ]
            return tuple(future.result() for future in pending)

    def _asked(self, chains: Sequence[Chain]) -> tuple[Probe, ...]:
        wanted = [probe_of(chain) for chain in chains if on_demand(chain) is not None]
        return tuple(dict.fromkeys((*wanted, *own(self.request.probes))))

    def _tried(
        self, chains: Sequence[Sequence[Chain]], looks: Sequence[Look]
    ) -> tuple[Mapping[Chain, tuple[Attempt, str]], ...]:
        """What was seen of each chain: by what it waits for, as a running process, or by its hops once more."""
        return tuple(
            self._of_side(image, side, seen) for image, side, seen in zip(self.images, chains, looks, strict=True)
        )

    def _of_side(self, image: str, chains: Sequence[Chain], seen: Look) -> Mapping[Chain, tuple[Attempt, str]]:
        found: dict[Chain, tuple[Attempt, str]] = {}
        again: list[Chain] = []
        for chain in chains:
            process = process_of(chain, seen.processes) if on_demand(chain) != len(chain.hops) - 1 else None
            if on_demand(chain) is not None and (process is None or _only_glimpsed(process.attempt)):
                probe = probe_of(chain)
                attempt = seen.attempts.get(probe, _HAD_ENDED)
                found[chain] = attempt, "a session of our own" if probe.kind else "not tried"
            elif process:
                found[chain] = process.attempt, "its process"
            if chain not in found or _only_glimpsed(found[chain][0]):
                again.append(chain)
        tried = self._once_more(image, again) if again else {}
        return found | {chain: seen for chain, seen in tried.items() if chain not in found or seen[0].works is not None}

    def _once_more(self, image: str, chains: Sequence[Chain]) -> dict[Chain, tuple[Attempt, str]]:
        """The hops of a chain beside a first process that does nothing but stay, below the shim where there is one."""
        below = any(hop.mechanism == fargate_env.NAME for chain in chains for hop in chain.hops)
        shim = (SHIM,) if self.run.entrypoint is None and below else ()
        run = replace(self.run, entrypoint=(*shim, "sleep", "900"), command=())
        self.say("starting once more what had ended too soon to be looked at")
        try:
            with self.ground.run(image, run) as task:
                asker = Asker(task, self.stop)
                return {chain: _again(asker, chain, task) for chain in chains}
        except EngineError as problem:  # an image without a `sleep`, say
            return dict.fromkeys(chains, (Attempt(None, reason=str(problem)), "not tried"))

    def _claims(self, attempts: Sequence[Mapping[Chain, tuple[Attempt, str]]]) -> Iterator[Claim]:
        before = self.sides.before
        after = self.sides.after or (None,) * len(before)
        paired = after if len(after) == len(before) else (None,) * len(before)
        for chain, patched in zip(before, paired, strict=True):
            attempt, how = attempts[0][chain]
            verdicts = chain.verdict, patched.verdict if patched else None
            yield Claim(chain, attempt, attempts[1][patched][0] if patched else None, verdicts, how)


def _only_glimpsed(attempt: Attempt) -> bool:
    """It had the variable, and had ended before the keys could be fetched in its place."""
    return attempt.variable == "set" and attempt.fetched is None and attempt.client == "none" and not attempt.reason


def _again(asker: Asker, chain: Chain, task: Task) -> tuple[Attempt, str]:
    if not task.container.running:
        return Attempt(None, reason="nothing stays running in this image that could be looked at"), "not tried"
    probe = probe_of(chain)
    return asker.ask(probe), "its start, once more" if probe.kind else "not tried"


def _own(probe: Probe, looks: Sequence[Look]) -> tuple[Probe, Attempt, Attempt | None]:
    found = [seen.attempts.get(probe, _HAD_ENDED) for seen in looks]
    return probe, found[0], found[1] if len(found) == 2 else None
