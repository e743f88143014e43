"""What comes out: one FileResult per Dockerfile, which every report is written from."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fargate_patch.chain.model import Chain
    from fargate_patch.image.model import Image


class Status(str, Enum):
    """The verdict on a file. The contract's words, and the order in which a summary lists them."""

    PATCHED = "patched"
    WOULD_PATCH = "would-patch"
    CURRENT = "current"
    CLEAN = "clean"
    UNKNOWN = "unknown"
    BLOCKED = "blocked"
    SKIPPED = "skipped"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The change of one line that a person can make, so that nothing is lost there. It was tried out."""

    file: str
    line: int
    before: str  # the line as it stands, without its end
    after: str  # what to put in its place; of two lines where one is added


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to tell a person, at a line."""

    code: str
    mechanism: str
    message: str
    file: str
    line: int
    user: str | None
    fixable: bool
    advice: str = ""  # what to do by hand where it is not fixable
    level: str = "error"  # "error", "warning", "note"
    suggestion: Suggestion | None = None  # of a loss that the patch does not mend, where the change is plain


@dataclass(frozen=True, slots=True)
class PutIn:
    """A remedy as a report names it."""

    name: str
    template: str
    mechanisms: tuple[str, ...]
    summary: str  # one line for people: "pam_env session line in /etc/pam.d/cron for app"


@dataclass(frozen=True, slots=True)
class FileResult:
    """Everything known about one Dockerfile. `old` and `new` are equal where nothing changes."""

    path: str
    status: Status
    reason: str | None = None  # one sentence
    stage_index: int | None = None
    stage_name: str | None = None
    image: Image | None = None
    pid1: tuple[str, ...] | None = None
    pid1_user: str | None = None
    chains: tuple[Chain, ...] = ()
    chains_after: tuple[Chain, ...] = ()  # the same over the patched text
    findings: tuple[Finding, ...] = ()
    remedies: tuple[PutIn, ...] = ()
    notes: tuple[str, ...] = ()
    old: bytes = b""
    new: bytes = b""
    context: str | None = None  # the build context, which files other than the Dockerfile are named from


@dataclass(frozen=True, slots=True)
class Options:
    """What a person decides, the same for every file."""

    strategy: str = "auto"  # auto, profile, bashrc, shim, none
    users: tuple[str, ...] = ()
    target: str | None = None
    build_args: Mapping[str, str] = field(default_factory=dict)
    base_images: Mapping[str, str] = field(default_factory=dict)  # reference → family or catalogue image
    base_image_config: Mapping[str, object] | None = None  # the first object of an `image inspect` output
    look: Callable[[Image], Image] | None = None  # looks into a real image for what is not known of it
    commands: tuple[str, ...] = ()  # what task definitions put in the place of CMD, each a run of the image of its own
    entrypoints: tuple[str, ...] = ()  # likewise in the place of ENTRYPOINT; such a run goes past the shim
    select: tuple[str, ...] = ()  # codes, or what codes begin with; () is all of them
    ignore: tuple[str, ...] = ()  # likewise, of what is not to be told; a loss of such a code is not patched
    fix_legacy: bool = False  # take the known one-liner out
