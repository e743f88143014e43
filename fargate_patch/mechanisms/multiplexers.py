"""screen and tmux: start a command in a session of their own, with the environment of who starts the session.

screen(1), tmux(1); seen with screen 4.9 and tmux 3.3a, whose server has the environment of the first client.
"""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from fargate_patch.mechanisms import program_name
from fargate_patch.mechanisms.arguments import read_arguments
from fargate_patch.mechanisms.wrapper import keeps, shell_command

if TYPE_CHECKING:
    from fargate_patch.chain.model import Launch, Word
    from fargate_patch.chain.world import World
    from fargate_patch.mechanisms.model import Mechanism, Step

NO_SESSION = ("X", "Q", "ls", "list", "wipe", "v")  # what screen does without starting anything
SESSION, WINDOW = "ceEFfnstxy", "ceFnt"
TMUX = {  # tmux's commands that start a command line, with their letters that take a value
    **dict.fromkeys(("new-session", "new"), SESSION),
    **dict.fromkeys(("new-window", "neww", "respawn-window", "respawnw", "respawn-pane", "respawnp"), WINDOW),
    **dict.fromkeys(("split-window", "splitw"), f"{WINDOW}lp"),
    **dict.fromkeys(("run-shell", "run"), "dt"),
    **dict.fromkeys(("send-keys", "send"), "Nt"),
}
PROGRAMS = ("screen", "tmux")
DAEMON = True
MECHANISMS: tuple[Mechanism, ...] = ()


def judge(launch: Launch, world: World) -> tuple[Step, ...] | None:
    """None where nothing is started, or what a session's shell starts."""
    command = _screen(launch) if program_name(launch.argv[0].text) == "screen" else _tmux(launch)
    return keeps(launch, "exec", command, launch.user) if command else None


def _screen(launch: Launch) -> tuple[Word, ...]:
    given = read_arguments(launch.argv[1:], "cehpsStT", ("Logfile",))
    return () if given.has(*NO_SESSION) else given.rest


def _tmux(launch: Launch) -> tuple[Word, ...]:
    """One word is a line for the shell, more are a command; of keys that are sent, the first word is a line."""
    command = read_arguments(launch.argv[1:], "cfLST").rest
    if not command or command[0].text not in TMUX:
        return ()
    words = read_arguments(command[1:], TMUX[command[0].text]).rest
    words = tuple(takewhile(lambda word: word.text != ";", words))
    if words[1:] and not command[0].text.startswith("send"):
        return words
    return shell_command("sh", words[0]) if words else ()
