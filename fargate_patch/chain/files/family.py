"""What all stages of one Dockerfile share: the build context, and how much may still be spent on a question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.files.copies import Origins
from fargate_patch.dataclass import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from fargate_patch.chain.files.changes import Answer
    from fargate_patch.chain.files.context import BuildContext
    from fargate_patch.chain.files.stack import Stack
    from fargate_patch.dockerfile.tree import Stage, Tree
    from fargate_patch.image.model import Image


@dataclass(slots=True)
class Family:
    """What all stages of one Dockerfile share."""

    tree: Tree
    context: Path | None
    dockerfile: str
    earlier: Family | None = None  # of the same file, before more was put into it
    stacks: dict[int, Stack] = field(default_factory=dict)
    work: int = 0
    answers: dict[tuple[int, str, tuple[int, int]], Answer | None] = field(default_factory=dict)  # of one question
    depth: int = 0
    scripts: int = 64  # that RUNs run, and that are still read
    script_characters: int = 1 << 19
    build_context: BuildContext | None = None
    changed: Mapping[str, str] | None = None  # files of the context that are to be taken to say something else
    base: Image | None = None  # of which the files may be known

    def stack(self, stage: Stage) -> Stack:
        from fargate_patch.chain.files.stack import Stack

        if stage.index not in self.stacks:
            known = self.base is not None and self.tree.lineage(stage)[0].image == self.base.reference
            earlier = self.earlier.stacks.get(stage.index) if self.earlier else None
            self.stacks[stage.index] = Stack(self, stage, self.base if known else None, earlier)
        return self.stacks[stage.index]

    def origins(self) -> Origins:
        from fargate_patch.chain.files.context import BuildContext

        if self.context is not None and self.build_context is None:
            self.build_context = BuildContext(self.context, self.dockerfile, self.changed)
        return Origins(self.build_context, self._stage_before, self.dockerfile)

    def _stage_before(self, name: str, before: int) -> Stack | None:
        found = self.tree.find(name)
        return self.stack(found) if found is not None and found.index < before else None
