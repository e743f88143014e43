"""Functions, and scripts of the image that a RUN runs: their commands are read as if they stood in the RUN."""

from __future__ import annotations

import posixpath
from collections import ChainMap
from typing import TYPE_CHECKING

from fargate_patch.chain.files.changes import absolute
from fargate_patch.chain.files.commands import Commands, State
from fargate_patch.chain.files.events import Argument
from fargate_patch.chain.files.invocation import (
    SHELLS,
    ScriptCall,
    inline_script,
    interpreter,
    reads_its_script,
    script_call,
    session,
)
from fargate_patch.chain.model import Word
from fargate_patch.chain.scripts.commands import known_outputs
from fargate_patch.chain.scripts.script import Scope
from fargate_patch.chain.scripts.state import Body, Unit
from fargate_patch.dataclass import dataclass, field
from fargate_patch.shell import syntax

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    from fargate_patch.chain.files.changes import Found
    from fargate_patch.chain.files.events import Event, Output
    from fargate_patch.chain.files.invocation import Session
    from fargate_patch.chain.files.surroundings import Surroundings

    Look: TypeAlias = Callable[[str], Found | None]  # a script at a path, as it stands by now; None: not known
    Programs: TypeAlias = Callable[[], Mapping[str, str]]  # by the name that PATH finds them by

MOST_SCRIPTS = 64  # of one RUN
DEEPER = 8  # of `steps.DEEPEST`, for each function, script or `sh -c` within another


@dataclass(frozen=True, slots=True)
class Findings:
    """What is found in a RUN, as far as it is read: what it does, and the scripts that it runs."""

    events: list[Event] = field(default_factory=list)
    scripts: list[Found] = field(default_factory=list)


class Calls(Commands):
    """Commands of which some are functions or scripts."""

    def __init__(
        self, here: Surroundings, found: Findings, unit: Unit, look: Look, programs: Programs, budget: int
    ) -> None:
        is_bash = here.shell is not None and posixpath.basename(here.shell[0]) == "bash"
        super().__init__(found.events, unit, is_bash, budget)
        self._user, self._look, self._looks, self._scripts = here.user, look, MOST_SCRIPTS, found.scripts
        self._programs = programs

    def _called(self, argv: tuple[Argument, ...], given: Output, state: State, line: int) -> Output | None:
        body = state.functions.get(argv[0].text)
        if body is not None:
            return self._body_of(body, _words(argv[1:]), given, state)
        if argv[0].text in SHELLS and (text := inline_script(argv)):
            return self._text_of(text, given, state, line)
        if begun := session(argv):
            return self._session_of(begun, given, state, line)
        if reads_its_script(argv) and (pieces := [piece for piece in given if isinstance(piece, str)]) == list(given):
            return self._text_of("".join(pieces), (), state, line) if pieces else None
        call = script_call(argv) or self._by_name(argv)
        return self._script_of(call, given, state) if call else None

    def _by_name(self, argv: tuple[Argument, ...]) -> ScriptCall | None:
        path = self._programs().get(argv[0].text) if "/" not in argv[0].text else None
        return ScriptCall(Argument(path), argv[1:], directly=True) if path else None

    def _text_of(self, text: str, given: Output, state: State, line: int) -> Output:
        unit = Unit(self._at(line), single_line=True)
        return self._body_of(Body(syntax.parse(text), unit), (), given, state.inner())

    def _session_of(self, begun: Session, given: Output, state: State, line: int) -> Output | None:
        """Another user's shell, whose variables and whose home are not known."""
        text = "".join(piece for piece in given if isinstance(piece, str)) if begun.script is None else begun.script
        if not text:
            return None
        folder = None if begun.is_login else state.folder
        inner = State(folder, ChainMap({}), set(), state.maybe, state.depth, user=begun.user)
        return self._body_of(Body(syntax.parse(text), Unit(self._at(line), single_line=True)), (), (), inner)

    def _script_of(self, call: ScriptCall, given: Output, state: State) -> Output | None:
        path = absolute(call.file.text, state.folder) if call.file.known and not call.file.wild else None
        self._looks -= 1
        script = self._look(path) if path and self._looks >= 0 else None
        if path is None or script is None or script.text is None:
            return None
        first = script.text.partition("\n")[0]
        if call.directly and first.startswith("#!") and interpreter(first) not in SHELLS:
            return None
        self._scripts.append(script)
        body = Body(syntax.parse(script.text), Unit(script.origin, single_line=False))
        arguments = _words(call.arguments)
        if call.sourced:
            return self._body_of(body, arguments or state.arguments, given, state)
        own = known_outputs(Scope(script.origin, self._user, path))
        exported = {name: state.variables.get(name) for name in state.exported}
        environment = ChainMap({**exported, **own, "0": path}, state.variables.maps[-1])
        inner = State(state.folder, environment, set(), state.maybe, state.depth, exported=set(state.exported))
        return self._body_of(body, arguments, given, inner)

    def _body_of(self, body: Body, arguments: tuple[Word, ...] | None, given: Output, state: State) -> Output:
        """Run the statements of another text with arguments of their own."""
        before, outer = self.unit, state.arguments
        self.unit, state.arguments = body.unit, arguments
        state.depth += DEEPER
        out = self._block(body.statements, state, given)
        state.depth -= DEEPER
        self.unit, state.arguments = before, outer
        return out


def _words(arguments: tuple[Argument, ...]) -> tuple[Word, ...]:
    return tuple(Word(a.text, a.known and not a.wild) for a in arguments)
