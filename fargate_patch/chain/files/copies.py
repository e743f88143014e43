"""COPY and ADD as actions: out of the build context, an earlier stage, another image, the network, a here-document."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, TypeAlias

from fargate_patch.chain.files.changes import Found, absolute
from fargate_patch.chain.files.from_context import FromContext
from fargate_patch.chain.files.from_elsewhere import FromElsewhere, Placed, StageFiles, Unclear
from fargate_patch.chain.files.landing import Landing
from fargate_patch.chain.files.patterns import IgnoreRules, PatternError
from fargate_patch.chain.files.surroundings import Expanded
from fargate_patch.chain.model import Place
from fargate_patch.dataclass import dataclass
from fargate_patch.dockerfile.words import flag_values, parse_exec_form, split_blanks, split_flags
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Callable

    from fargate_patch.chain.files.context import BuildContext
    from fargate_patch.chain.files.surroundings import Surroundings

Placing: TypeAlias = FromContext | FromElsewhere | Placed  # something comes to a known place
Brought: TypeAlias = Placing | Unclear

_URL = regex(r"https?://", re.IGNORECASE)
_GIT = regex(r"(?:git@|git://|ssh://|https?://[^#?]*\.git(?:[#?]|\Z))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Origins:
    """Where a COPY of one file may take from. `stage` gives the files of an earlier stage by its name or number."""

    context: BuildContext | None
    stage: Callable[[str, int], StageFiles | None]
    dockerfile: str


def read_copy(here: Surroundings, origins: Origins) -> tuple[Brought, ...]:
    """The actions of one COPY or ADD, in order. What BuildKit would refuse has none."""
    instruction = here.instruction
    flags, rest = split_flags(instruction.text, here.escape)
    values = flag_values(flags)
    place = Place(origins.dockerfile, instruction.line)
    raw = list(parse_exec_form(rest) or split_blanks(rest))
    if len(raw) < 2:
        return ()
    words = [here.expand(w) for w in raw]
    marks = {h.name: h for h in instruction.heredocs}
    bodies = [(m, marks[m]) for w in raw[:-1] if (m := _heredoc_name(w)) in marks] if marks else []
    sources = [w for w, r in zip(words[:-1], raw, strict=False) if _heredoc_name(r) not in marks]
    target = words[-1]
    names = [*(posixpath.basename(s.text.rstrip("/")) for s in sources), *(m for m, _ in bodies)]
    where = absolute(target.text, here.workdir) if target.known else None
    if where is None:
        why = f"{instruction.name} has a target that depends on {_undefined(target)}"
        found = frozenset((*names, posixpath.basename(target.text.rstrip("/"))))
        return (Unclear(None, found, why, place),)
    into = target.text.endswith(("/", "/.")) or target.text in (".", "") or len(names) > 1
    landing = Landing(where, into)
    make = Maker(here, origins, values, landing, place)
    actions: list[Brought] = [make.source(s) for s in sources]
    for (name, body), line in zip(bodies, _body_lines(here), strict=False):
        text = here.expand_heredoc(body.content) if body.expand else Expanded(body.content)
        why = "" if text.known else f"its here-document depends on {_undefined(text)}"
        file = Found(text.text if text.known else None, Place(origins.dockerfile, line), why)
        actions.append(Placed(landing, name, file))
    return tuple(actions)


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes the action of each source of one instruction."""

    here: Surroundings
    origins: Origins
    flags: dict[str, tuple[str, ...]]
    landing: Landing
    place: Place

    def source(self, source: Expanded) -> Brought:
        keyword = self.here.instruction.name
        if not source.known:
            return Unclear(
                self.landing, frozenset(), f"{keyword} has a source that depends on {_undefined(source)}", self.place
            )
        if "from" in self.flags:
            return self._elsewhere(source.text, self.here.expand(self.flags["from"][-1]))
        if keyword == "ADD" and _GIT.match(source.text):
            return Unclear(self.landing, frozenset(), f"ADD fetches {source.text} at build time", self.place)
        if keyword == "ADD" and _URL.match(source.text):
            name = (
                posixpath.basename(re.split(r"[?#]", source.text)[0].split("://", 1)[1].partition("/")[2])
                or "__unnamed__"
            )
            return Placed(self.landing, name, Found(None, self.place, f"ADD fetches {source.text} at build time"))
        return self._context(source.text)

    def _elsewhere(self, source: str, origin: Expanded) -> Brought:
        path = absolute(source, "/") or "/"
        if not origin.known:
            reason = f"{path} comes from a stage or image whose name depends on {_undefined(origin)}"
            return FromElsewhere(path, self.landing, None, reason, self.place)
        files = self.origins.stage(origin.text, self.here.stage)
        if files is None:
            return FromElsewhere(path, self.landing, None, f"it comes from the image {origin.text}", self.place)
        reason = f"it comes from the stage {origin.text}, where nothing that can be read writes it"
        return FromElsewhere(path, self.landing, files, reason, self.place)

    def _context(self, source: str) -> Brought:
        keyword = self.here.instruction.name
        parents = self.flags.get("parents", ("false",))[-1] != "false"
        pivot, found, pattern = source.partition("/./") if parents else (source, "", "")
        if parents and not found:
            pivot, pattern = "", source
        try:
            excludes = tuple(IgnoreRules(e) for e in self.flags.get("exclude", ()))
            includes = IgnoreRules(pattern) if parents else None
        except PatternError as error:
            return Unclear(
                self.landing, frozenset(), f"{keyword} has a pattern that cannot be followed: {error}", self.place
            )
        unpack = self.flags.get("unpack", (str(keyword == "ADD"),))[-1].lower() != "false"
        return FromContext(
            self.origins.context,
            pivot,
            self.landing,
            keyword,
            self.place,
            includes=includes,
            excludes=excludes,
            unpack=unpack,
        )


def _undefined(word: Expanded) -> str:
    return " and ".join(f"${n}" for n in sorted(word.undefined)) or "a value that is not known here"


def _heredoc_name(word: str) -> str:
    match = word.startswith("<<") and re.match(r"<<-?\s*[\"']?([^\"'\s]+)[\"']?\Z", word)
    return match[1] if match else ""


def _body_lines(here: Surroundings) -> list[int]:
    """The 1-based line on which each here-document's body begins: bodies stand at the instruction's end, in order."""
    lines: list[int] = []
    end = here.instruction.end
    for heredoc in reversed(here.instruction.heredocs):
        end -= heredoc.content.count("\n") + 1
        lines.append(end + 1)
    return lines[::-1]
