"""A launched program that no mechanism knows.

It is the base image's entrypoint, a script of the image, or the application itself.
"""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING

from fargate_patch import mechanisms
from fargate_patch.chain import quiet
from fargate_patch.chain.model import Effect, Launch, Open, Word
from fargate_patch.mechanisms import judge_of, program_name
from fargate_patch.mechanisms.model import Step
from fargate_patch.mechanisms.wrapper import LOSERS
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from fargate_patch.chain.context import ImageFile
    from fargate_patch.chain.world import World

COMPUTED_FOLDER = regex(r"\$(?:\w+|\{\w+\})((?:/[\w.+-]+)+)")
MOST_WORDS = 64  # of a program that is not known, among which a command is looked for
SCRIPT_NAME = regex(
    r"(?i)\.(sh|bash|ash|run)$|entry-?point|^(docker-)?(start|run|init|boot|bootstrap|launch|cmd|setup|startup)([-_.]|$)|[-_](start|run|init|boot)$"
)

FEARED = regex(
    r"\b(?:su|sudo|runuser|doas|login|crond?|incrond|sshd|service|rc-service|openrc|init\.d|env +-)(?![\w.])"
)
EDITED = regex(r"(?:written by )?`(?:sed|perl|awk|dos2unix|envsubst|patch|ed|ex|echo|printf)\b")


def entrypoint_of_base(launch: Launch, world: World) -> tuple[Step, ...] | None:
    """The base image's own entrypoint script, where the catalogue knows that it starts the arguments that it is given.

    Words in front of it (`tini --`) have been taken off by then, so that any end of the image's ENTRYPOINT may be it.
    """
    entry = world.image.entrypoint or ()
    facts = world.image.facts
    if "entrypoint.starts" not in facts and facts.get("entrypoint") != "execs-arguments":
        return None
    words = tuple(word.text for word in launch.argv)
    ends = (entry[n:] for n in range(len(entry)) if entry[n] == words[0])
    rest = next((launch.argv[len(end) :] for end in ends if words[: len(end)] == end), None)
    file = _file(launch, world)
    if rest is None or (file is not None and not EDITED.match(file.reason)):
        return None  # what the build puts in its place is another script
    if (its_own := facts.get("entrypoint.starts")) and not (rest and facts.get("entrypoint") == "execs-arguments"):
        rest = tuple(Word(word) for word in its_own.split())
    user = _dropped_to(rest, launch.user, world)
    command = (Launch(rest, user, rest[0].place or launch.place),) if rest else ()
    doubt = _edited(posixpath.basename(words[0]), world)
    return (Step("exec", Effect.KEEPS, user, (*_hooks(rest, launch, world), *command), doubt=doubt),)


def _edited(script: str, world: World) -> str:
    """Why the entrypoint script may do something else than the catalogue knows of it; "" where it does not."""
    from fargate_patch.shell.flows import flows_of

    flows = (flow for run in world.files.runs if script in run and FEARED.search(run) for flow in flows_of(run))
    if not any(script in flow.source and FEARED.search(flow.source) for flow in flows):
        return ""
    return f"the build edits the base image's {script}: `fargate-patch image REF` reads it in the built image"


def _hooks(command: tuple[Word, ...], launch: Launch, world: World) -> tuple[Launch, ...]:
    """The scripts of the build that the entrypoint script runs, or reads in, before the command."""
    facts = world.image.facts
    folders, only_for = facts.get("hook_dir", "").split(), facts.get("hook_dir.for")
    if only_for and not (command and program_name(command[0].text) in only_for.split(",")):
        return ()
    scripts = (file for folder in folders for file in world.files.glob(f"{folder}/*.sh"))
    return tuple(Launch((Word(f.path),), launch.user, f.origin, lasting=False) for f in scripts)


def _dropped_to(command: tuple[Word, ...], user: str | None, world: World) -> str | None:
    """The account that the entrypoint script starts a command as.

    The catalogue's facts say it, for some commands or for all.
    """
    facts = world.image.facts
    only_for = facts.get("entrypoint.user_for")
    concerned = only_for is None or (bool(command) and program_name(command[0].text) in only_for.split(","))
    return facts.get("entrypoint.user", user) if user == "root" and concerned else user


def application_or_script(launch: Launch, world: World) -> Step:
    """A program that no mechanism knows: a script of the image is read, a script that is not in view stays open.

    What the base image itself starts by default is its application. So is a program whose file cannot be looked into (a
    binary out of another stage, a package), unless its name says that it is a script.
    """
    file = _file(launch, world)
    program = launch.argv[0]
    if file is not None and file.text is not None:
        from fargate_patch.mechanisms.shell import PROGRAMS as SHELLS
        from fargate_patch.mechanisms.shell import is_login, options_of, script_launches, started
        from fargate_patch.shell.interpreter import shebang

        words = shebang(file.text) or (("python3",) if file.path.endswith(".py") else ())
        if not words or program_name(words[0]) in SHELLS:
            script = program if "/" in program.text else Word(file.path)
            children = script_launches(script, launch.argv[1:], launch, world)
            options = options_of(tuple(map(Word, words[1:])))
            return started(words[0] if words else "sh", children, launch, world, login=is_login(options))
        return Step("exec", Effect.KEEPS, launch.user, _by_interpreter(words, file, launch, world))
    base_cmd = world.image.cmd or ()
    its_own = file is None and base_cmd[:1] == (program.text,)
    if its_own and world.image.facts.get("init") == "supervisord":
        from fargate_patch.mechanisms.supervisord import added

        return Step("exec", Effect.KEEPS, launch.user, added(launch, world))
    if not its_own and _may_be_script(program, file):
        from fargate_patch.mechanisms.shell import unseen

        return Step(
            "shell", Effect.KEEPS, launch.user, (Open(unseen(program, file, world), launch.place, launch.user),)
        )
    return Step("exec", Effect.KEEPS, launch.user, _handed_to(launch, world))


def _handed_to(launch: Launch, world: World) -> tuple[Open, ...]:
    """A command among a program's own words that would lose the variables: `firejail su - app …`, `sg web 'sudo …'`."""
    if quiet.at_the_end(program_name(launch.argv[0].text), launch.argv):  # `usermod -aG sudo app`
        return ()
    for at, word in enumerate(launch.argv[1:MOST_WORDS], 1):
        begin = word.text.partition(" ")[0]
        if word.known and program_name(begin) in LOSERS and judge_of(begin):
            words = launch.argv[at:] if begin == word.text else tuple(map(Word, word.text.split()))
            if mechanisms.loses(replace(launch, argv=words), world):
                program = launch.argv[0].text
                reason = f"{begin}, a word of {program}, loses the variables if that is what {program} starts"
                return (Open(f"{reason}; start it without {program} to have it followed", launch.place),)
    return ()


def _may_be_script(program: Word, file: ImageFile | None) -> bool:
    """Does the name say so, or is it a file that a RUN edits as text?"""
    if file is not None and file.binary:
        return False
    return bool(SCRIPT_NAME.search(program_name(program.text)) or (file and EDITED.match(file.reason)))


def named_by_its_path(launch: Launch, world: World) -> Launch:
    """`$JAVA_HOME/bin/java`, of which the folder alone is computed: java, unless a file of the image may be meant."""
    path = launch.argv[0].text.replace('"', "")
    found = COMPUTED_FOLDER.fullmatch(path)
    if found is None or any(world.files.glob("/*" * depth + found[1]) for depth in range(5)):
        return launch
    return replace(launch, argv=(replace(launch.argv[0], text=path, known=True), *launch.argv[1:]))


def _by_interpreter(words: tuple[str, ...], file: ImageFile, launch: Launch, world: World) -> tuple[Launch, ...]:
    """What the kernel makes of a `#!` that names a mechanism (`with-contenv bash`).

    It is () where the `#!` names the application's language, and nothing is to be told of what it starts.
    """
    judging = judge_of(words[0])
    if judging is None:
        return ()
    argv = (*map(Word, words), Word(file.path), *launch.argv[1:])
    by_it = replace(launch, argv=argv, place=file.origin, lasting=True)
    return () if getattr(judging, "LANGUAGE", False) and judging.judge(by_it, world) is None else (by_it,)


def _file(launch: Launch, world: World) -> ImageFile | None:
    text = launch.argv[0].text
    if text.startswith("/"):
        return world.files.get(text)
    if "/" in text:
        return world.files.get(world.absolute(text))
    return world.files.which(text)
