"""su: with `-`, `-l` or `--login` it starts a login shell in a fresh environment; without, it hands everything on.

util-linux su(1): a login "clears all the environment variables except TERM" and those of --whitelist-environment;
busybox su (loginutils/su.c, setup_environment) does the same and has no whitelist.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Hooks, Launch, Word
from fargate_patch.mechanisms.arguments import Arguments, read_arguments
from fargate_patch.mechanisms.model import BEGIN, END, GAP, Mechanism, Step
from fargate_patch.mechanisms.wrapper import NEEDED, account, handed_on, shell_command, start, unclear

if TYPE_CHECKING:
    from fargate_patch.chain.world import World

PROGRAMS = ("su",)
NAMES_COMPUTED = "which names {} hands on is decided at run time; write them out to have them followed"
LONG_WITH_VALUE = ("command", "session-command", "shell", "group", "supp-group", "whitelist-environment")
LOGIN = rf"(?:{GAP}(?:-s|--shell){GAP}[^\s\"]+)?){GAP}(?:-l|--login|-){END}"

MECHANISMS = (
    Mechanism(
        name="su-login",
        code="FP101",
        title="starts a login shell with a fresh environment",
        what="`su -`, `su -l` and `su --login` simulate a login: the environment is cleared but for TERM, then HOME, "
        "SHELL, USER, LOGNAME and PATH are set anew. The task role's variables are gone for everything that the shell "
        "starts.",
        see="docker exec CONTAINER su - USER -c env",
        fix="fargate-patch lets PID 1 keep the variables in a file and hands them to the session by PAM "
        "(`/etc/pam.d/su-l`), or by `/etc/profile.d` where su has no PAM. By hand: drop the dash (`su USER -c …`), "
        "use gosu or setpriv, or, with util-linux, `su -w "
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI,AWS_REGION,AWS_DEFAULT_REGION - USER -c …`.",
        advice="drop the dash (`su USER -c …`), or use gosu or setpriv",
        sources=("https://man7.org/linux/man-pages/man1/su.1.html",),
        rewrites=((rf"{BEGIN}(su{LOGIN}", r"\1"),),
    ),
    Mechanism(
        name="su",
        title="keeps the environment",
        what="Without a dash su changes only HOME, SHELL, USER and LOGNAME and hands the rest of the environment on.",
        see="docker exec CONTAINER su USER -c env",
        sources=("https://man7.org/linux/man-pages/man1/su.1.html",),
    ),
)


def judge(launch: Launch, world: World) -> tuple[Step, ...]:
    return judge_su(launch, world, login="su-login", plain="su", pam=world.image.family.pam)


def judge_su(launch: Launch, world: World, *, login: str, plain: str, pam: bool) -> tuple[Step, ...]:
    """su and runuser share their command line; they differ in their names and in whether their PAM stack is of use."""
    arguments = read_arguments(launch.argv[1:], "csgGwTu", LONG_WITH_VALUE, permute=True)
    if not arguments.clear:
        return unclear(launch, plain)
    rest = list(arguments.rest)
    dash = bool(rest) and rest[0].text == "-"
    rest = rest[1:] if dash else rest
    user = account(rest[0], None) if rest else "root"
    shell = _shell(arguments, user, world)
    command = _command(arguments, shell or "sh", rest[1:])
    is_login = dash or arguments.has("l", "login")
    begun = replace(launch, folder=world.home(user)) if is_login else launch
    children = start(begun, command or ((Word(shell or "sh"),) if launch.input else ()), user)
    service = launch.argv[0].text.rpartition("/")[2] if pam else None
    if not is_login:
        hooks = Hooks(pam=service)
        return (Step(plain, Effect.KEEPS, user, children, command=f"a shell of {user or 'a user'}", hooks=hooks),)
    listed = arguments.value("w", "whitelist-environment")
    named = listed and set(NEEDED) <= set(listed.text.split(","))
    if named or handed_on((arguments.value("c", "command", "session-command"),)):
        return (Step(login, Effect.KEEPS, user, children),)
    if listed and not listed.known:
        return (Step(login, Effect.KEEPS, user, children, doubt=NAMES_COMPUTED.format(listed.text)),)
    return (
        Step(
            login,
            Effect.DROPS,
            user,
            children,
            why=f"{launch.argv[0].text} with a login clears the environment before it starts the shell",
            hooks=Hooks(pam=service, login_shell=shell),
            command=f"a login shell of {user or 'a user'}",
        ),
    )


def _shell(arguments: Arguments, user: str | None, world: World) -> str:
    """The shell that is started: the option's, else the account's; "" where it is not known."""
    given = arguments.value("s", "shell")
    if given:
        return given.text if given.known else ""
    return login_shell(user, world)


def login_shell(user: str | None, world: World) -> str:
    """The login shell of an account of the image; "" where it is not known.

    The Dockerfile's word comes before the base image's.
    """
    made = world.files.accounts.get(user or "")
    if made and made.shell is not None:
        return made.shell
    return world.image.users.get(user or "", "")


def _command(arguments: Arguments, shell: str, rest: list[Word]) -> tuple[Word, ...]:
    command = arguments.value("c", "command", "session-command")
    if command is not None:
        return shell_command(shell, command)
    return (Word(shell), *rest) if rest else ()
