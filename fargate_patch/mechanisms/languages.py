"""Node, Ruby, Perl, PHP and expect: their programs are the application, and are not followed.

Where one names, in so many words, a command that would lose the variables (`execSync("su - app …")`), or takes them out
of its own environment, that is told as what is not known: whether it ever comes there is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch import mechanisms
from fargate_patch.chain.model import Effect, Launch, Open, Place, Word
from fargate_patch.mechanisms.model import Step
from fargate_patch.mechanisms.wrapper import LOSERS
from fargate_patch.regex import regex
from fargate_patch.remedies.variables import CREDENTIALS_VARIABLE

if TYPE_CHECKING:
    from fargate_patch.chain.world import World
    from fargate_patch.mechanisms.model import Mechanism

PROGRAMS = ("node", "nodejs", "ruby", "perl", "php", "php[78]", "php[78][0-9]", "php[78].[0-9]", "expect", "tclsh")
LANGUAGE = True
MECHANISMS: tuple[Mechanism, ...] = ()
INLINE = ("-e", "-r", "-c", "--eval", "-E")
LARGEST = 200_000  # characters of a text that is searched
CALL = regex(
    r"(?:\b(?:exec|execSync|execFile|execFileSync|spawn|spawnSync|system|passthru|shell_exec|popen|popen3|proc_open"
    r"|pcntl_exec|capture2|capture2e|capture3|qx)\b|=[ \t]?(?=`)|%x)[ \t]?[(\[{]?[ \t]?[\"'`]?(?:/(?:usr/)?s?bin/)?"
    rf"((?:{'|'.join(LOSERS)})\b[^\n;]{{0,200}})"
)
BETWEEN = regex(r"[\"'`,()\[\]{}]+")
CLEARS = regex(
    r"%ENV[ \t]*=[ \t]*\([ \t]*\)|\bENV\.clear\b|\bunsetenv_others:[ \t]*true|\bprocess\.env[ \t]*=[ \t]*\{[ \t]*\}"
    rf"|(?:\bdelete|\bputenv|\bunset)\b[ \t(]?[\"'$%\w.:{{(\[]{{0,40}}{CREDENTIALS_VARIABLE}\b(?!=)"
)


def judge(launch: Launch, world: World) -> tuple[Step, ...] | None:
    """None where nothing of the kind is in view."""
    text, place = _text(launch, world)
    if not text:
        return None
    found = [*CLEARS.finditer(text), *(call for call in CALL.finditer(text) if _loses(call[1], launch, world))]
    if not found:
        return None
    first = min(found, key=lambda match: match.start())
    line = place.line + text.count("\n", 0, first.start())
    said = " ".join(first[0].split())[:60]
    reason = f"whether `{said}` takes the variables from what needs them is decided by the program as it runs"
    return (Step("exec", Effect.KEEPS, launch.user, (Open(reason, Place(place.file, line)),)),)


def _text(launch: Launch, world: World) -> tuple[str, Place]:
    """The program's text, out of the first word that is no option, or the one behind `-e`."""
    words = launch.argv[1:]
    at = next((n for n, word in enumerate(words) if word.text in INLINE or not word.text.startswith("-")), len(words))
    rest = words[at:]
    if rest and rest[0].text in INLINE:
        return rest[1].text[:LARGEST] if rest[1:] else "", launch.place
    file = world.files.get(world.absolute(rest[0].text)) if rest and rest[0].known else None
    return ((file.text or "")[:LARGEST], file.origin) if file else ("", launch.place)


def _loses(command: str, launch: Launch, world: World) -> bool:
    """Would the words of a call, its quotes and brackets aside, as a command?"""
    words = tuple(Word(word) for word in BETWEEN.sub(" ", command).split())
    return bool(words) and mechanisms.loses(Launch(words, launch.user, launch.place), world)
