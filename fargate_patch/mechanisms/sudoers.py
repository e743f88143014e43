"""What the sudoers files of an image say: sudoers(5). Rules seen with sudo 1.9.13."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.mechanisms.wrapper import NEEDED
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.chain.world import World

CONTINUED = regex(r"\\\n[ \t]*")
DEFAULTS = regex(r"Defaults(?:([>:])[ \t]*(\S+))?[ \t](.*)")  # for a caller `:`, for a target `>`
RESET = regex(r"(![ \t]*)?\benv_reset\b")
KEEP = regex(r"(?<![!\w])env_keep[ \t]*(\+=|-=|=)[ \t]*(\"[^\"]*\"|[^\s,]+)")
RUN_AS = regex(r"\([^()]*\)")
SETENV = regex(r"\bSETENV\s*:|(?:^|[\s:,])ALL\s*(?:,|\Z)")  # the tag, or the command ALL, which implies it
NO_SETENV = regex(r"\bNOSETENV\s*:")
SET_FOR_ALL = regex(r"Defaults\S*\s.*(?<!!)\bsetenv\b")


def kept_by_sudoers(world: World, caller: str | None, target: str | None) -> bool:
    """Do the sudoers files of this image keep the name already when `caller` runs something as `target`?

    Or do they switch env_reset off? The lines for all users go before those for some, which may say otherwise.
    """
    reset, kept = True, False
    found = (DEFAULTS.fullmatch(line) for line in _lines(world))
    for said in sorted(filter(None, found), key=lambda said: said[1] or ""):
        if said[1] and not {"ALL", caller if said[1] == ":" else target} & set(said[2].split(",")):
            continue
        for no in RESET.findall(said[3]):
            reset = not no
        for operator, names in KEEP.findall(said[3]):
            named = all(any(_means(pattern, name) for pattern in names.strip('"').split()) for name in NEEDED)
            kept = named if operator == "=" else kept or named if operator == "+=" else kept and not named
    return kept or not reset


def _means(pattern: str, name: str) -> bool:
    """`AWS_*` means every name that begins so."""
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern


def refuses_to_preserve(user: str | None, world: World) -> bool:
    """Has a user rules of its own, and does none of them let it keep its environment? sudo then starts nothing."""
    lines = tuple(_lines(world))
    rules = [RUN_AS.sub("", line.partition("=")[2]) for line in lines if line.split(None, 1)[0] == user and "=" in line]
    allowed = any(SETENV.search(commands) and not NO_SETENV.search(commands) for commands in rules)
    return bool(rules) and not allowed and user != "root" and not any(SET_FOR_ALL.match(line) for line in lines)


def _lines(world: World) -> Iterator[str]:
    """The lines of the files that sudo reads, without comments."""
    main = world.files.get("/etc/sudoers")
    for file in (*((main,) if main else ()), *world.files.glob("/etc/sudoers.d/*")):
        name = file.path.rpartition("/")[2]
        if "." in name or name.endswith("~") or name.startswith("fargate-env"):  # the last: what a block puts in
            continue
        for line in CONTINUED.sub(" ", file.text or file.added).splitlines():
            words = line.partition("#")[0].strip()
            if words:
                yield words
