"""setpriv, chpst, start-stop-daemon, chroot, capsh: change the user by an option and hand the environment on.

All seen: the environment arrives whole, with one exception: `setpriv --reset-env` clears it (setpriv(1)).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Launch, Word
from fargate_patch.dataclass import dataclass
from fargate_patch.mechanisms import program_name
from fargate_patch.mechanisms.arguments import Arguments, read_arguments
from fargate_patch.mechanisms.envdir import holds_its_own, taken
from fargate_patch.mechanisms.model import END, GAP, Mechanism, Step
from fargate_patch.mechanisms.wrapper import account, keeps, start, unclear

if TYPE_CHECKING:
    from fargate_patch.chain.world import World


@dataclass(frozen=True, slots=True)
class Form:
    """A program's options: those that take a value, those that name the user, and how its command is given."""

    short: str
    long: tuple[str, ...]
    user: tuple[str, ...]
    program: tuple[str, ...] = ()  # options whose value is the program; the rest are then its arguments
    skip: int = 0  # words before the command (chroot's folder)
    colon: bool = False  # may stand before the user and says that it is a number
    shell: str = ""  # the program that gets the rest as its arguments where no option names one


FORMS = {
    "setpriv": Form(
        "",
        (
            "reuid",
            "regid",
            "ruid",
            "euid",
            "rgid",
            "egid",
            "groups",
            "bounding-set",
            "inh-caps",
            "ambient-caps",
            "pdeathsig",
            "securebits",
            "selinux-label",
            "apparmor-profile",
        ),
        ("reuid", "ruid", "euid"),
    ),
    "chpst": Form("uUe/nlLmdofptrcb", (), ("u",), colon=True),
    "start-stop-daemon": Form(
        "xaunpsgrdNPIRckeO",
        (
            "exec",
            "startas",
            "user",
            "name",
            "pidfile",
            "chuid",
            "group",
            "chroot",
            "chdir",
            "env",
            "nicelevel",
            "procsched",
            "iosched",
            "retry",
            "umask",
            "signal",
            "output",
            "stdout",
            "stderr",
            "wait",
            "pid",
            "ppid",
        ),
        ("c", "chuid"),
        ("a", "startas", "x", "exec"),
    ),
    "chroot": Form("", ("userspec", "groups"), ("userspec",), (), 1),
    "capsh": Form("", (), ("user", "uid"), ("shell",), shell="/bin/bash"),  # each value behind a `=`
}
SOURCES = {
    "setpriv": "https://man7.org/linux/man-pages/man1/setpriv.1.html",
    "chpst": "https://manpages.debian.org/bookworm/runit/chpst.8.en.html",
    "start-stop-daemon": "https://man7.org/linux/man-pages/man8/start-stop-daemon.8.html",
    "chroot": "https://man7.org/linux/man-pages/man1/chroot.1.html",
    "capsh": "https://man7.org/linux/man-pages/man1/capsh.1.html",
}
SEE = {
    "setpriv": "docker exec CONTAINER setpriv --reuid 1000 --clear-groups --reset-env env",
    "chpst": "docker exec CONTAINER chpst -u USER env",
    "start-stop-daemon": "docker exec CONTAINER start-stop-daemon --start --chuid USER --exec /usr/bin/env",
    "chroot": "docker exec CONTAINER chroot --userspec=USER / env",
    "capsh": "docker exec CONTAINER capsh --user=USER -- -c env",
}
PROGRAMS = tuple(FORMS)
MECHANISMS = tuple(
    Mechanism(
        name=name,
        code="FP125" if name == "setpriv" else None,
        title="clears the environment when called with --reset-env" if name == "setpriv" else "keeps the environment",
        what=f"{name} changes the user and hands the whole environment on."
        + (" `setpriv --reset-env` is the exception." if name == "setpriv" else ""),
        see=SEE[name],
        fix="By hand: drop `--reset-env`." if name == "setpriv" else "",
        advice="drop --reset-env" if name == "setpriv" else "",
        sources=(source,),
        rewrites=((rf"{GAP}--reset-env{END}", ""),) if name == "setpriv" else (),
    )
    for name, source in SOURCES.items()
)


def judge(launch: Launch, world: World) -> tuple[Step, ...] | None:
    name = program_name(launch.argv[0].text)
    form = FORMS[name]
    given = read_arguments(launch.argv[1:], form.short, form.long)
    if not given.clear:
        return unclear(launch, name)
    user = account(_named(given, form), launch.user)
    command = _command(given, form)
    if given.has("reset-env"):
        why = "setpriv --reset-env clears the environment"
        return (Step(name, Effect.DROPS, user, start(launch, command, user), why=why),)
    folder = given.value("e") if name == "chpst" else None
    if folder and holds_its_own(folder, world):
        return (taken(launch, folder, command, user),)
    return keeps(launch, name, command, user)


def _named(given: Arguments, form: Form) -> Word | None:
    """The word that names the user."""
    word = given.value(*form.user)
    return replace(word, text=word.text.removeprefix(":")) if word and form.colon else word


def _command(given: Arguments, form: Form) -> tuple[Word, ...]:
    if form.program:
        program = next((v for v in (given.value(o) for o in form.program) if v), None)
        if program is None and form.shell and given.rest:
            program = Word(form.shell)
        return (program, *given.rest) if program else ()
    return given.rest[form.skip :]
