"""The plan: the least set of remedies that makes every lost chain reach.

A loss can be mended where it happens, from the live environment (then what came before must reach), or there and
further down from the file that PID 1 wrote (then what came before does not matter: a plain su, or `bash -l`,
after `env -i`). Each chain is walked from its end to its start, and the cheapest mend is taken; the carrier, without
which no file is written, is paid for once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Chain, Effect, Hooks, Verdict
from fargate_patch.dataclass import dataclass
from fargate_patch.remedies.model import Remedy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from fargate_patch.chain.world import World
    from fargate_patch.remedies.kind import Kind

CARRIER = "entrypoint-shim"
FORCED = {"profile": "profile-d", "bashrc": "bashrc", "shim": CARRIER}


def carries(remedies: Iterable[Remedy]) -> bool:
    """Is the entrypoint shim among them?"""
    return any(remedy.name == CARRIER for remedy in remedies)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to put in, and the lost chains that nothing can be put in for."""

    remedies: tuple[Remedy, ...]
    mended: tuple[Chain, ...] = ()
    left: tuple[Chain, ...] = ()


def plan(chains: Sequence[Chain], world: World, kinds: Mapping[str, Kind], *, can_carry: bool) -> Plan:
    """Remedies for every chain that does not reach.

    `can_carry` is False where no shim can be put in front of this image's PID 1.
    """
    lost = [c for c in chains if c.verdict in (Verdict.LOST, Verdict.BLANK)]
    choices = {
        c: [o for o in _options(c, world, kinds) if (can_carry and not c.past_shim) or not _reads_file(o, kinds)]
        for c in lost
    }
    carried = any(options and all(_reads_file(o, kinds) for o in options) for options in choices.values())
    chosen: list[Remedy] = []
    for options in choices.values():
        if options:
            chosen.extend(min(options, key=lambda o: _cost(o, kinds, carried)))
    return Plan(
        with_carrier(merge((*chosen, *_rewritten(chosen, world.remedies, kinds))), kinds),
        tuple(c for c in lost if choices[c]),
        tuple(c for c in lost if not choices[c]),
    )


def _rewritten(chosen: Sequence[Remedy], standing: Iterable[Remedy], kinds: Mapping[str, Kind]) -> Iterator[Remedy]:
    """Of what is in force, that whose file is written anew: whom it serves is to be served on."""
    files = {(remedy.name, remedy.at) for remedy in chosen}
    return (r for r in standing if (r.name, r.at) in files and not kinds[r.name].READS_AS_USER)


def forced(strategy: str, users: Iterable[str], kinds: Mapping[str, Kind]) -> tuple[Remedy, ...]:
    """The remedies of a strategy that a person decided on, whatever the trace says."""
    return with_carrier((Remedy(FORCED[strategy], users=tuple(sorted(set(users)))),), kinds)


def merge(remedies: Iterable[Remedy]) -> tuple[Remedy, ...]:
    """One remedy for each thing it is hung on, with all the users that it serves, in a stable order."""
    users: dict[tuple[str, str], set[str]] = {}
    for remedy in remedies:
        users.setdefault((remedy.name, remedy.at), set()).update(remedy.users)
    return tuple(Remedy(name, at, tuple(sorted(who))) for (name, at), who in sorted(users.items()))


def with_carrier(remedies: tuple[Remedy, ...], kinds: Mapping[str, Kind]) -> tuple[Remedy, ...]:
    """The remedies, the carrier first where one of them reads what it writes."""
    needy = [r for r in remedies if kinds[r.name].FROM_FILE]
    if not needy or carries(remedies):
        return remedies
    return (Remedy(CARRIER, users=tuple(sorted({u for r in needy for u in r.users}))), *remedies)


def readers(remedies: Iterable[Remedy], kinds: Mapping[str, Kind]) -> tuple[str, ...]:
    """The users who read the carried file themselves, and so must be in its group."""
    return tuple(sorted({u for r in remedies if kinds[r.name].READS_AS_USER for u in r.users} - {"root"}))


def _options(chain: Chain, world: World, kinds: Mapping[str, Kind]) -> list[tuple[Remedy, ...]]:
    """Every way to make the chain reach that ends at the last loss it can.

    Each mends from the file there, or live there and before.
    """
    ways: list[tuple[Remedy, ...]] = []
    live: tuple[Remedy, ...] = ()
    for hop in reversed(chain.hops):
        if hop.mend is not None and hop.mend.from_file:
            break  # given back here, whatever was lost before
        keeps = hop.effect is Effect.KEEPS
        if hop.mend is not None or hop.effect is Effect.BLANKS or (keeps and hop.hooks == Hooks()):
            continue
        offers = [(kind, kind.offer(hop, hop.user, world)) for kind in kinds.values()]
        from_file = [(kind.COST, remedy) for kind, remedy in offers if remedy and kind.FROM_FILE]
        here = [(kind.COST, remedy) for kind, remedy in offers if remedy and not kind.FROM_FILE]
        if from_file:
            ways.append((*live, min(from_file)[1]))
        if keeps:
            continue
        if not here:
            return ways
        live = (*live, min(here)[1])
    return [*ways, live]


def _reads_file(remedies: Iterable[Remedy], kinds: Mapping[str, Kind]) -> bool:
    return any(kinds[r.name].FROM_FILE for r in remedies)


def _cost(remedies: Iterable[Remedy], kinds: Mapping[str, Kind], carried: bool) -> int:
    carrier = 0 if carried or not _reads_file(remedies, kinds) else kinds[CARRIER].COST
    return carrier + sum(kinds[r.name].COST for r in remedies)
