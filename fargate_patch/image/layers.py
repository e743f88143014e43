"""The files of an image that decide a verdict, out of its layers: a later layer hides or takes away what lies below.

Only these are kept, at most 4 MiB of one layer. Whiteouts as the OCI image specification, "layer", has them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass
from fargate_patch.image.model import ImageError
from fargate_patch.image.tar import entries, exactly, plain, unpacked
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fargate_patch.image.tar import Entry, Part

PROGRAM = r"(?:usr/)?s?bin/(?:sh|su|crond|busybox)"
_PROGRAM = regex(PROGRAM)
WANTED = regex(
    r"(?:bin|sbin|lib|usr|etc)"
    rf"|{PROGRAM}"
    r"|usr/(?:bin|sbin|lib|local)|usr/lib/os-release|usr/local/etc"
    r"|etc/(?:os-release|passwd|profile|sudoers|sudoers\.d|pam\.d)|etc/pam\.d/[^/]{1,80}"
    r"|etc/group|etc/(?:[^/]{1,80}/){1,4}[^/]{0,80}fargate-env[^/]{0,80}|etc/default/[^/]{1,80}|etc/rc\.conf"
    r"|etc/(?:apache2/envvars|nginx/nginx\.conf|postfix/main\.cf)|usr/local/apache2/conf/httpd\.conf"
    r"|var|var/lib|var/lib/dpkg|var/lib/dpkg/status\.d|etc/php(?:/[^/]{1,20}(?:/fpm)?)?"
    r"|(?:usr/local/etc/php-fpm\.d|etc/php-fpm\.d|etc/php/[^/]{1,20}/fpm/pool\.d|etc/php[0-9]{0,3}/php-fpm\.d)(?:/[^/]{1,80}\.conf)?"
)
NAME = r"/[^/]{1,80}"
STARTED = regex(
    rf"(?!init\Z)[^/]{{1,80}}|usr/local/s?bin(?:{NAME})?|(?:usr/)?s?bin/[^/]{{0,60}}(?:entrypoint|start|\.sh)[^/]{{0,20}}"
    rf"|(?:opt|app|srv|docker|scripts|docker-entrypoint\.d)(?:{NAME}){{1,3}}|etc/supervisord?\.conf"
    rf"|etc/(?:supervisor|supervisord|supervisor\.d|supervisord\.d|services\.d|service|cont-init\.d|my_init\.d"
    rf"|s6-overlay/s6-rc\.d)(?:{NAME}){{0,2}}|var/spool/cron(?:{NAME}){{0,2}}"
)
"""Where scripts are that an entry point or a service manager starts, and what tells a manager what to start.

Not /etc/cron.d and the like: the jobs of packages (`run-parts`) are nobody's application. Not /init: it is a known one.
"""
LARGEST_SCRIPT = 1 << 18
MOST_KEPT = 5_000  # of one layer
MOST_BYTES = 2 << 20
MOST_LINKS = 40  # as in the kernel
_WHITEOUT, _OPAQUE = ".wh.", ".wh..wh..opq"


@dataclass(frozen=True, slots=True)
class File:
    """`data` None: a folder, or a file that is too large to be kept."""

    kind: str  # as tar.Entry's
    target: str = ""
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class Layer:
    """What one layer puts in, and what it takes away of those below: paths, and folders whose content it hides."""

    files: Mapping[str, File]
    gone: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()


def read_layer(part: Part) -> Layer:
    """One layer, packed or not. Raises ImageError."""
    files: dict[str, File] = {}
    started: dict[str, File] = {}
    gone: set[str] = set()
    hidden: set[str] = set()
    kept = text = 0
    for entry in entries(unpacked(part)):
        folder, _, name = entry.path.rpartition("/")
        if name == _OPAQUE:
            hidden.update({folder} if not folder or _matters(folder) else ())
        elif name.startswith(_WHITEOUT):
            path = plain(f"{folder}/{name[len(_WHITEOUT) :]}")
            gone.update({path} if _matters(path) else ())
        elif WANTED.fullmatch(entry.path):
            files[entry.path] = _file(entry)
            kept += len(files[entry.path].data or b"")
        elif entry.kind != "folder" and len(started) < MOST_KEPT and STARTED.fullmatch(entry.path):
            started[entry.path] = _started(entry, MOST_BYTES - text)
            text += len(started[entry.path].data or b"")
        if len(files) + len(gone) > MOST_KEPT or kept > MOST_BYTES:
            raise ImageError("a layer holds more settings than any image does")
    return Layer({**files, **started}, frozenset(gone), frozenset(hidden))


def _matters(path: str) -> bool:
    return bool(WANTED.fullmatch(path) or STARTED.fullmatch(path))


def _started(entry: Entry, room: int) -> File:
    """A script, or a manager's file, with its text; anything else is only known to be there."""
    is_small = entry.kind == "file" and entry.size <= min(LARGEST_SCRIPT, room)
    reads = is_small and (entry.path.startswith(("etc/", "var/")) or entry.body.start(2) == b"#!")
    data = exactly(entry.body, entry.size) if reads else None
    return File(entry.kind, entry.target, None if data is None or b"\0" in data else data)


def _file(entry: Entry) -> File:
    data = exactly(entry.body, entry.size) if entry.kind == "file" and entry.size <= MOST_BYTES else None
    return File(entry.kind, entry.target, None if _PROGRAM.fullmatch(entry.path) else data)


@dataclass(frozen=True, slots=True)
class Root:
    """The kept files of a whole image by their path, without `/` in front."""

    files: Mapping[str, File]

    def real(self, path: str) -> str:
        """The path with its links followed, as far as they are kept."""
        waiting = plain(path).split("/")[::-1]
        at: list[str] = []
        links = 0
        while waiting:
            at.append(waiting.pop())
            found = self.files.get("/".join(at))
            if found is not None and found.kind in ("symlink", "link") and found.target:
                links += 1
                if links > MOST_LINKS:
                    return ""
                base = [] if found.kind == "link" or found.target.startswith("/") else at[:-1]
                waiting += plain("/".join((*base, found.target))).split("/")[::-1]
                at = []
        return "/".join(at)

    def has(self, path: str) -> bool:
        """Is there something of that name? A link that leads to what is not kept counts."""
        return plain(path) in self.files or self.real(path) in self.files or self._leads_away(path)

    def _leads_away(self, path: str) -> bool:
        folder, _, name = plain(path).rpartition("/")
        return f"{self.real(folder)}/{name}" in self.files

    def text(self, path: str) -> str | None:
        found = self.files.get(self.real(path)) or self.files.get(plain(path))
        return None if found is None or found.data is None else found.data.decode("utf-8", "replace")


def merged(layers: Iterable[Layer]) -> Root:
    """The layers one upon the other, the lowest first."""
    files: dict[str, File] = {}
    for layer in layers:
        solid = {path for path, file in layer.files.items() if file.kind != "folder"}
        gone = layer.gone | solid
        files = {path: file for path, file in files.items() if not _is_gone(path, gone, layer.hidden)}
        files.update(layer.files)
    return Root(files)


def _is_gone(path: str, gone: frozenset[str] | set[str], hidden: frozenset[str]) -> bool:
    parts = path.split("/")
    above = ["/".join(parts[:depth]) for depth in range(len(parts))]
    return path in gone or any(folder in gone or folder in hidden for folder in above)
