"""What a patch must not do: let others read what is carried; change the first process, its end, output or start."""

from __future__ import annotations

import time
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from fargate_patch.remedies.variables import SHIM
from fargate_patch.verify.container import EngineError
from fargate_patch.verify.engine import RunOptions
from fargate_patch.verify.model import Check

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fargate_patch.verify.container import Container
    from fargate_patch.verify.model import Look
    from fargate_patch.verify.platform import Platform

ROUNDS = 20
MOST_MS = 200  # that a start may take longer, or so many times what a bare one takes
MOST_TIMES = 30
_ENDED = "the container had ended"
Ended = tuple[int, str, str]  # exit code, stdout, stderr


def checks(
    platform: Platform, images: tuple[str, str], options: RunOptions, looks: tuple[Look, Look]
) -> tuple[Check, ...]:
    """Every check, of the image as it stands and the patched one."""
    return (
        _readers(looks[1]),
        _first_process(looks),
        _signal(looks),
        *_command(platform, images, options),
        _start(platform, images[1]),
    )


def _readers(after: Look) -> Check:
    name = "nobody else reads what is carried"
    if not after.strangers:
        return Check(name, None, "nothing is carried in a file, or the container had ended")
    reading = [user for user, text in after.strangers.items() if text]
    return Check(
        name, not reading, f"{', '.join(reading)} can" if reading else f"refused: {', '.join(after.strangers)}"
    )


def _first_process(looks: tuple[Look, Look]) -> Check:
    name = "the first process and its arguments are the same"
    before, after = (look.argv for look in looks)
    if before is None or after is None:
        is_new = looks[0].exit_code is None and bool(looks[1].exit_code)
        return Check(name, False if is_new else None, "the patched container had ended" if is_new else _ENDED)
    shown = " ".join(after)
    return Check(name, before == after, shown if before == after else f"{' '.join(before)} has become {shown}")


def _signal(looks: tuple[Look, Look]) -> Check:
    name = "SIGTERM is handled as before"
    before, after = (look.stopped for look in looks)
    if not before or not after:
        return Check(name, None, _ENDED)
    return Check(name, before == after, after if before == after else f"{before} has become {after}")


def _command(platform: Platform, images: tuple[str, str], options: RunOptions) -> tuple[Check, ...]:
    """A command of our own in CMD's place, so that both images say and return the same."""
    name = "output, arguments and exit code are the same"
    token = uuid.uuid4().hex
    script = f"printf '<%s>' {token} \"$@\"; echo to-stderr >&2; exit 7"
    arguments = ("/bin/sh", "-c", script, "sh", "two words", '"quoted"', "$HOME", "")
    try:
        before, after = (_ended(platform, image, options, arguments) for image in images)
    except EngineError as problem:
        return (Check(name, None, str(problem)),)
    if token not in before[1] or before[0] != 7:
        reason = "the entry point does not start a command that is given to it"
        return (Check(name, None, reason),)
    return (
        Check(
            "nothing is added to the output, no argument is changed", before[1:] == after[1:], _differing(before, after)
        ),
        Check(
            "the exit code is the command's", before[0] == after[0], f"{after[0]}, of a command of ours in CMD's place"
        ),
    )


def _differing(before: Ended, after: Ended) -> str:
    return "the same bytes" if before[1:] == after[1:] else f"{before[1:]!r} has become {after[1:]!r}"[:200]


def _ended(platform: Platform, image: str, options: RunOptions, command: tuple[str, ...]) -> Ended:
    with platform.run(image, replace(options, command=command, entrypoint=None, volumes=())) as task:
        code = task.container.wait()
        said = task.container.logs()
        return code, said.stdout, said.stderr


def _start(platform: Platform, image: str) -> Check:
    """What the shim adds to a start: the difference between many commands with it and as many without, by turns.

    Where a bare start takes long itself the machine is busy with other things.
    """
    name = "it starts no later to speak of"
    with platform.run(image, RunOptions(entrypoint=("/bin/sleep", "120"), user="0")) as task:
        if task.container.exec(["test", "-x", SHIM], user="0").exit_code:
            return Check(name, True, "nothing runs before the entry point")
        pairs = [[_seconds(task.container, words) for words in ((), (SHIM,))] for _ in range(3)]
    bare, below = (min(times) / ROUNDS * 1000 for times in zip(*pairs, strict=True))
    more = max(below - bare, 0)
    return Check(name, more < max(MOST_MS, MOST_TIMES * bare), f"{more:.0f} ms more")


def _seconds(container: Container, words: Sequence[str]) -> float:
    script = f"i=0; while [ $i -lt {ROUNDS} ]; do {' '.join([*words, '/bin/true'])}; i=$((i + 1)); done"
    begun = time.monotonic()
    container.exec(["/bin/sh", "-c", script], user="0")
    return time.monotonic() - begun
