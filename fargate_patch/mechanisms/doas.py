"""doas: starts its command with a fresh environment but for what the matching rule keeps or sets. doas.conf(5).

Seen with opendoas 6.8.2: the last rule that matches decides; `keepenv` keeps everything, `setenv { NAME }` that name
alone (absent where it is not set), `setenv { NAME=$OTHER }` the other's value; two setenv in one rule are a syntax
error; a rule may go on behind a backslash. What PAM brings (/etc/pam.d/doas with pam_env) does not reach the command.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Hooks, Launch, Open, Place
from fargate_patch.dataclass import dataclass
from fargate_patch.mechanisms.arguments import read_arguments
from fargate_patch.mechanisms.model import Mechanism, Step
from fargate_patch.mechanisms.wrapper import NEEDED, account, start, unclear
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.chain.world import World

PROGRAMS = ("doas",)
CONFIGURATIONS = ("/etc/doas.conf", "/etc/doas.d/*.conf")  # Alpine's doas reads the folder as well
TOKEN = regex(r"\"[^\"\n]*\"|[{}]|[^\s{}\"]+")
OPTION = r"(?:nopass|nolog|persist|tty)\b"
PERMIT = r"permit\1 setenv { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI AWS_REGION AWS_DEFAULT_REGION } "
RULE = "`permit nopass setenv { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI AWS_REGION AWS_DEFAULT_REGION } CALLER as USER`"
MECHANISMS = (
    Mechanism(
        name="doas",
        code="FP111",
        title="starts its command with a fresh environment",
        what="doas gives its command PATH, HOME, SHELL, USER, LOGNAME, DOAS_USER, TERM and DISPLAY, and what the last "
        "matching rule of doas.conf keeps (`keepenv`) or names (`setenv { … }`). pam_env does not help: doas "
        "takes nothing from PAM.",
        see="docker exec CONTAINER doas -u USER env",
        fix="The rule that permits the command is the only place, and the rules are a person's own. By hand: "
        f"{RULE}; one `setenv` in a rule, "
        "and the last rule that matches decides. `keepenv` works too and hands all of the task's secrets on.",
        advice=f"let the rule in doas.conf name the variables: {RULE}",
        sources=("https://man.openbsd.org/doas.conf", "https://github.com/Duncaen/OpenDoas"),
        rewrites=((rf"(?<![\w-])permit((?:[ \t]+{OPTION})*)[ \t]+(?!{OPTION}|keepenv|setenv)", PERMIT),),
    ),
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One `permit` line."""

    identity: str
    target: str | None  # None: any
    command: str | None  # None: any
    keeps: bool


def judge(launch: Launch, world: World) -> tuple[Step, ...] | None:
    given = read_arguments(launch.argv[1:], "uCa", ())
    if not given.clear:
        return unclear(launch, "doas")
    if given.has("L", "C") or not (given.rest or given.has("s")):
        return None
    user = account(given.value("u"), "root")
    children: tuple[Launch | Open, ...] = start(launch, given.rest, user)
    command = f"a shell of {user or 'a user'}"
    if _keeps(launch, user, given.rest[0].text if given.rest else None, world):
        return (Step("doas", Effect.KEEPS, user, children, command=command),)
    why = "doas starts its command with a fresh environment, and no rule of doas.conf names the variables"
    hooks = Hooks(line=_only_rule(world))
    return (Step("doas", Effect.DROPS, user, children, why=why, hooks=hooks, command=command),)


def _keeps(launch: Launch, target: str | None, command: str | None, world: World) -> bool:
    """What the last rule that can be meant says. A rule for a group counts as one that can be."""
    matching = [r for r in _rules(world) if _matches(r, launch.user, target, command)]
    return bool(matching) and matching[-1].keeps


def _matches(rule: Rule, caller: str | None, target: str | None, command: str | None) -> bool:
    by_identity = rule.identity.startswith(":") or caller in (rule.identity, None)
    return by_identity and rule.target in (None, target) and rule.command in (None, command)


def _rules(world: World) -> Iterator[Rule]:
    for pattern in CONFIGURATIONS:
        for file in world.files.glob(pattern):
            yield from read_rules(file.text if file.text is not None else file.added)


def _only_rule(world: World) -> Place | None:
    """The line of the one rule that there is, where a person would name the variables."""
    found = [
        Place(file.origin.file, file.origin.line + number)
        for pattern in CONFIGURATIONS
        for file in world.files.glob(pattern)
        for number, line in enumerate((file.text if file.text is not None else file.added).split("\n"))
        if line.strip() and not line.lstrip().startswith("#")
    ]
    return found[0] if len(found) == 1 else None


def read_rules(text: str) -> Iterator[Rule]:
    """The permit and deny lines of a doas.conf, in order; a line that is not read so far is passed over."""
    for line in text.replace("\\\n", " ").split("\n"):
        words = [w.strip('"') for w in TOKEN.findall(line.partition("#")[0])]
        if not words or words[0] not in ("permit", "deny"):
            continue
        at, keeps, last = 1, False, max((n for n, word in enumerate(words) if word == "}"), default=0)
        while at < len(words) and words[at] in ("nopass", "nolog", "persist", "keepenv", "setenv", "tty", "timeout"):
            keeps = keeps or words[at] == "keepenv"
            if words[at] == "setenv" and at < last:
                end = words.index("}", at)
                keeps = keeps or set(NEEDED) <= set(map(_handed_on, words[at + 1 : end]))
                at = end
            at += 1
        rest = words[at:]
        if rest and words[0] == "permit":
            yield Rule(rest[0], _after(rest, "as"), _after(rest, "cmd"), keeps)


def _handed_on(word: str) -> str:
    """`NAME` and `NAME=$NAME` hand NAME on; `NAME=value` and `-NAME` do not."""
    name, _, value = word.partition("=")
    return name if value in ("", f"${name}") else ""


def _after(words: list[str], key: str) -> str | None:
    return words[words.index(key) + 1] if key in words[1:-1] else None
