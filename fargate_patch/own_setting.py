"""The image's own cure: a start script writes a setting for the program that drops the variables, and then starts it.

`echo "env[NAME] = $NAME" >> …/www.conf` in an entry point is in none of the files that the build leaves, and php-fpm
reads it all the same; so does sudo a drop-in of /etc/sudoers.d. Such a setting lets through what the program itself
has, and no more. Of what `sed -i` changes, those lines count that are not in the file before.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Chain, Hop, Mend, Place, Verdict
from fargate_patch.dataclass import dataclass
from fargate_patch.regex import regex
from fargate_patch.remedies.variables import CREDENTIALS_VARIABLE as NAME

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator, Sequence

    from fargate_patch.obstacles.evidence import Evidence, Line


@dataclass(frozen=True, slots=True)
class Setting:
    """What lets the variables through: in which files a mechanism's program reads it, and how it is written there."""

    path: re.Pattern[str]
    text: re.Pattern[str]


SETTINGS = {
    "php-fpm": Setting(
        regex(r"/.*/(?:php-fpm|pool)\.d/[^/]+\.conf"),
        regex(rf"\s*(?:env\[{NAME}\]\s*=\s*\S|clear_env\s*=\s*[\"']?(?:no|off|false|0)\b)"),
    ),
    "sudo": Setting(
        regex(r"/etc/sudoers(?:\.d/[\w-]+)?"),
        regex(rf"\s*Defaults\s+(?:env_keep\s*\+?=[^#]*\b(?:{NAME}|AWS_\*)|!env_reset\b)"),
    ),
}


def with_own_settings(chains: Sequence[Chain], evidence: Evidence) -> tuple[Chain, ...]:
    """The chains, with those hops mended before which such a line was surely written."""
    concerned = {hop.mechanism for chain in chains if chain.verdict is Verdict.LOST for hop in chain.hops}
    if concerned.isdisjoint(SETTINGS):
        return tuple(chains)
    lines = [*(line for line in evidence.lines if line.when == "start"), *_edited(evidence)]
    return tuple(_mended(chain, lines) if chain.verdict is Verdict.LOST else chain for chain in chains)


def _edited(evidence: Evidence) -> Iterator[Line]:
    """The lines that `sed -i` puts into a file: into the image's own, or what it plainly says of a package's pool."""
    from fargate_patch.mechanisms.fpm_config import settings_in
    from fargate_patch.mechanisms.table_text import edit_of
    from fargate_patch.obstacles.evidence import Line
    from fargate_patch.shell.written import marked

    for each in evidence.at_start:
        command = each.flow.commands[0]
        edit, paths = edit_of(command, evidence.world)
        for path in paths:
            file = evidence.world.files.get(path)
            if file is not None and file.text is not None:
                before = set(file.text.split("\n"))
                new = ((edit(file.text) if edit else None) or "").split("\n")
                lines = [line for line in new if line not in before]
            else:
                lines = [line for word in command.words[1:] for line in settings_in(marked(word))]
            yield from (Line(path, line, each.place, "start") for line in lines)


def _mended(chain: Chain, lines: Iterable[Line]) -> Chain:
    made = frozenset[Place]()
    hops: list[Hop] = []
    for hop in chain.hops:
        made |= hop.after
        setting = SETTINGS.get(hop.mechanism)
        written = (line for line in lines if setting and not hop.mend and line.place in made and _is(setting, line))
        line = next(written, None)
        hops.append(replace(hop, mend=Mend(line.path, from_file=False)) if line else hop)
    return replace(chain, hops=tuple(hops))


def _is(setting: Setting, line: Line) -> bool:
    return setting.path.fullmatch(line.path) is not None and setting.text.match(line.text) is not None
