"""What a login shell reads when it starts, as far as remedies hang on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fargate_patch.chain.model import Hop
    from fargate_patch.chain.world import World

# Seen to read /etc/profile as a login shell; zsh, fish and tcsh do not (bash(1), dash(1), mksh(1), busybox ash).
READ_PROFILE = frozenset({"sh", "bash", "dash", "ash", "ksh", "ksh93", "mksh", "rbash"})


def reads_profile(hop: Hop, user: str, world: World) -> bool:
    """Does the hop start a login shell that surely reads /etc/profile.

    A shell that is not known counts as one where it can only be the distribution's default, which is sh, bash or ash in
    every family: for root, and for an account that the Dockerfile makes without naming a shell.
    """
    shell = hop.hooks.login_shell
    if shell is None:
        return False
    if shell:
        return shell.rpartition("/")[2] in READ_PROFILE
    account = world.files.accounts.get(user)
    return user == "root" or (account is not None and account.shell is None)
