"""What the sudoers files of an image say: sudoers(5). Rules seen with sudo 1.9.13 and 1.9.16."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.mechanisms.wrapper import NEEDED
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fargate_patch.chain.world import World

MAIN, DROP_INS = "/etc/sudoers", "/etc/sudoers.d"
OURS = "fargate-env"  # what the files begin with that a block puts in
INCLUDES = regex(r"(?m)^[#@]includedir[ \t]+\"?/etc/sudoers[.]d")
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

    Or do they switch env_reset off?
    """
    return _kept(_lines(world), caller, target, kept=False)


def ignored(world: World) -> str | None:
    """The drop-in that sudo will not read, and why, in a clause; None where there is none.

    Seen: it goes on without a file, or all of a folder, that others may write or that is not root's.
    """
    for path in (DROP_INS, *(file.path for file in world.files.glob(f"{DROP_INS}/*"))):
        if reason := _refused(path, world):
            return f"sudo ignores {path}, {reason}"
    return None


def _refused(path: str, world: World) -> str | None:
    rights = world.files.rights(path)
    if rights.owner != "root":
        return f"which belongs to {rights.owner} and not to root"
    if rights.group_writes and rights.group != "root":
        return f"which the group {rights.group} may write"
    return "which everybody may write" if rights.others_write else None


def no_drop_in(world: World, caller: str | None, target: str | None) -> str | None:
    """Why a file of ours in /etc/sudoers.d would be of no use; None where it would be of use."""
    if not _reads_drop_ins(world):
        return "/etc/sudoers does not include /etc/sudoers.d, where a line could let the names through"
    if reason := _refused(DROP_INS, world):
        return f"sudo ignores {DROP_INS}, {reason}"
    if not _kept(_lines(world, after=OURS), caller, target, kept=True):
        return "a later line of env_keep in /etc/sudoers.d would take away what is added there"
    return None


def _kept(lines: Iterable[str], caller: str | None, target: str | None, *, kept: bool) -> bool:
    """Is the name kept after these lines, whose last word counts, be it for all users or for some?"""
    reset = True
    for said in filter(None, map(DEFAULTS.fullmatch, lines)):
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


def _reads_drop_ins(world: World) -> bool:
    """Does /etc/sudoers include /etc/sudoers.d? The one that sudo's package brings does."""
    main = world.files.get(MAIN)
    return main is None or main.text is None or INCLUDES.search(main.text) is not None


def _lines(world: World, after: str = "") -> Iterator[str]:
    """The lines of the files that sudo reads, those that the base image brings first, without comments.

    `after`: of the files in /etc/sudoers.d behind the one of that name alone.
    """
    main = None if after else world.files.get(MAIN)
    yield from "" if after else world.image.facts.get("sudoers", "").splitlines()
    drop_ins = world.files.glob(f"{DROP_INS}/*") if _reads_drop_ins(world) else ()
    drop_ins = () if drop_ins and _refused(DROP_INS, world) else drop_ins
    for file in (*((main,) if main else ()), *drop_ins):
        name = file.path.rpartition("/")[2]
        if "." in name or name.endswith("~") or name.startswith(OURS) or name < after:
            continue
        if file is not main and _refused(file.path, world):
            continue
        for line in CONTINUED.sub(" ", file.text or file.added).splitlines():
            words = line.partition("#")[0].strip()
            if words:
                yield words
