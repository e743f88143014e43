"""What a mechanism is: a kind of program that hands an environment on or drops it, and what there is to say about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from fargate_patch.chain.model import Effect, Hooks, Launch, Open
from fargate_patch.chain.world import World


@dataclass(frozen=True, slots=True)
class Step:
    """One judgement of a launch: what the program does to the environment, and whom and what it starts.

    `children` empty: the process that the chain is about is the program itself or its worker, running as `user`.
    """

    mechanism: str
    effect: Effect
    user: str | None
    children: tuple[Launch | Open, ...] = ()
    why: str = ""  # one sentence, for an effect that is not `keeps`
    hooks: Hooks = field(default_factory=Hooks)
    command: str = ""  # how to name the process at the end, where it is not the program itself ("php-fpm pool www")


@dataclass(frozen=True, slots=True)
class Mechanism:
    """One row of the catalogue, with the text that `explain` and docs/ show. The prose is in plain sentences."""

    name: str
    programs: tuple[str, ...]  # base names of the programs that it judges
    judge: Callable[[Launch, World], tuple[Step, ...]]
    title: str  # "sudo starts commands with a fresh environment"
    code: str | None = None  # FP1xx where it can lose the variables
    what: str = ""  # what it is and what it does to the environment
    see: str = ""  # how to see it in a running container
    fix: str = ""  # what fargate-patch puts in, and what a person can change instead
    sources: tuple[str, ...] = ()  # man pages, upstream files, issues
