"""Which of the processes that were seen is the one at the end of a chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fargate_patch.chain.model import Chain
    from fargate_patch.verify.model import Seen
    from fargate_patch.verify.processes import Process


# What starts a server under another name → that name
_BECOMES = {
    "apache2ctl": "apache2",
    "apachectl": "httpd",
    "apache2-foreground": "apache2",
    "httpd-foreground": "httpd",
}


def process_of(chain: Chain, processes: Sequence[Seen]) -> Seen | None:
    """The process with the chain's last program, by its user; of several the one that fares worst. None: there is none.

    A process whose environment cannot be read from outside proves nothing and is passed over.
    """
    wanted = [seen for seen in processes if runs(chain, seen.process, seen.user) and seen.attempt.works is not None]
    command = _command(chain.command.split(" "))
    exact = [seen for seen in wanted if _command(seen.process.argv) == command]
    return min(exact or wanted, key=lambda seen: (seen.attempt.works is True, seen.process.pid), default=None)


def runs(chain: Chain, process: Process, user: str) -> bool:
    """Has the process the chain's last program, or is it the interpreter that runs it, and its user?"""
    if not chain.hops or chain.user not in (None, user, str(process.uid)):
        return False
    program = chain.hops[-1].program
    names = {word.rpartition("/")[2].lstrip("-") for word in process.argv[:2]}
    return bool(names & {program, _BECOMES.get(program, program)})


def _command(argv: Sequence[str]) -> str:
    return " ".join((argv[0].rpartition("/")[2], *argv[1:]))
