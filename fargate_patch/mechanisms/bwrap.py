"""bwrap: starts its command in namespaces of its own; its options change the environment in their order.

bwrap(1); seen with bubblewrap 0.8, of whose own environment `--clearenv` leaves nothing but PWD.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Word
from fargate_patch.mechanisms.wrapper import keeps

if TYPE_CHECKING:
    from fargate_patch.chain.model import Launch
    from fargate_patch.chain.world import World
    from fargate_patch.mechanisms.model import Mechanism, Step

VALUES = {
    **dict.fromkeys(("bind", "dev-bind", "ro-bind", "bind-try", "dev-bind-try", "ro-bind-try"), 2),
    **dict.fromkeys(("bind-fd", "ro-bind-fd", "bind-data", "ro-bind-data", "file", "symlink", "chmod", "setenv"), 2),
    **dict.fromkeys(("args", "argv0", "userns", "userns2", "pidns", "uid", "gid", "hostname", "chdir", "unsetenv"), 1),
    **dict.fromkeys(("lock-file", "sync-fd", "remount-ro", "exec-label", "file-label", "proc", "dev", "tmpfs"), 1),
    **dict.fromkeys(("mqueue", "dir", "seccomp", "add-seccomp-fd", "block-fd", "userns-block-fd", "info-fd"), 1),
    **dict.fromkeys(("json-status-fd", "cap-add", "cap-drop", "perms", "size", "overlay-src", "ro-overlay"), 1),
    **{"overlay": 3, "tmp-overlay": 1},
}
"""Options by the number of words that belong to each; the others have none."""
PROGRAMS = ("bwrap",)
MECHANISMS: tuple[Mechanism, ...] = ()


def judge(launch: Launch, world: World) -> tuple[Step, ...]:
    """By the `env` that would do the same."""
    words, at, changes = launch.argv, 1, list[Word]()
    while at < len(words) and words[at].text.startswith("--") and words[at].text != "--":
        option = words[at].text[2:]
        values = words[at + 1 : at + 1 + VALUES.get(option, 0)]
        at += 1 + VALUES.get(option, 0)
        if option == "clearenv":
            changes = [Word("-i")]
        elif option == "unsetenv" and values:
            changes += (Word("-u"), values[0])
        elif option == "setenv" and len(values) > 1:
            changes.append(Word(f"{values[0].text}={values[1].text}", values[1].known))
    command = words[at + 1 :] if words[at : at + 1] == (Word("--"),) else words[at:]
    options = [word for word in changes if "=" not in word.text]
    assignments = [word for word in changes if "=" in word.text]
    return keeps(launch, "exec", (Word("env"), *options, *assignments, *command) if changes else command, launch.user)
