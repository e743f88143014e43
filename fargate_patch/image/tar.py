"""A tar archive read from front to back, in memory that no archive can make large; nothing is written to disk.

The standard library's `tarfile` takes a header apart. Its own way through an archive is not used: it keeps a pax or a
GNU name of any size in memory. Formats: pax(1), POSIX.1-2017; the names `L` and `K` of GNU tar; compression as the OCI
image specification, "layer", allows it.
"""

from __future__ import annotations

import gzip
import io
import tarfile
import zlib
from typing import TYPE_CHECKING, BinaryIO

from fargate_patch.dataclass import dataclass
from fargate_patch.image.model import ImageError

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCK = 512
LONGEST_NAME = 1 << 16  # bytes of a header that holds names
MOST_ENTRIES = 2_000_000
MOST_BYTES = 16 << 30  # of one archive, unpacked
GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_NAMES = (tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE)


class Part(io.RawIOBase):
    """The next so many bytes of a stream. `head` was read from it already."""

    def __init__(self, stream: BinaryIO, size: int, head: bytes = b"") -> None:
        super().__init__()
        self._stream, self._left, self._head = stream, size, head

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """At most that many bytes, or 1 MiB; b"" at the end. Raises ImageError where the stream ends before."""
        wanted = min(self._left, size if size >= 0 else 1 << 20)
        if self._head:
            data, self._head = self._head[:wanted], self._head[wanted:]
        else:
            data = self._stream.read(wanted) if wanted else b""
            if wanted and not data:
                raise ImageError("the archive ends before its time")
        self._left -= len(data)
        return data

    def start(self, size: int) -> bytes:
        """The first bytes, which stay to be read."""
        found = exactly(self, size)
        self._head, self._left = found + self._head, self._left + len(found)
        return found

    def skip(self) -> None:
        while self.read(1 << 20):
            pass


@dataclass(frozen=True, slots=True)
class Entry:
    """A member of an archive. `body` is to be read before the next member is asked for."""

    path: str  # "etc/passwd": without `/` and `./` in front, `..` taken out
    kind: str  # "file", "folder", "symlink", "link", "other"
    target: str
    size: int
    body: Part


def exactly(stream: BinaryIO | Part, size: int) -> bytes:
    """So many bytes, fewer only at the end."""
    parts: list[bytes] = []
    while size > 0 and (data := stream.read(size)):
        parts.append(data)
        size -= len(data)
    return b"".join(parts)


def unpacked(part: Part) -> BinaryIO | Part:
    """A layer as a plain tar. Raises ImageError for a compression that the standard library does not read."""
    head = part.start(4)
    if head.startswith(ZSTD):
        raise ImageError(
            "its layers are packed with zstd, which is not read here; "
            "`skopeo copy --dest-compress-format gzip` packs them anew"
        )
    return gzip.GzipFile(fileobj=part) if head.startswith(GZIP) else part  # type: ignore[return-value]


def entries(stream: BinaryIO | Part) -> Iterator[Entry]:
    """The members, in their order. Raises ImageError where it is no tar, is broken, or is beyond all measure."""
    try:
        yield from _entries(stream)
    except (tarfile.HeaderError, EOFError, OSError, zlib.error, UnicodeError) as problem:
        raise ImageError("is no tar archive, or a broken one") from problem


def _entries(stream: BinaryIO | Part) -> Iterator[Entry]:
    names: dict[str, str] = {}
    read = 0
    for _ in range(MOST_ENTRIES):
        block = exactly(stream, BLOCK)
        if not block.strip(b"\0"):
            return
        header = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        size = int(names["size"][:19]) if names.get("size", "").isdecimal() else header.size
        size = size if header.type in (*_NAMES, tarfile.XGLTYPE) or header.isreg() else 0
        read += size + BLOCK
        if size < 0 or read > MOST_BYTES:
            raise ImageError(f"is larger than {MOST_BYTES >> 30} GiB")
        body = Part(stream, size + -size % BLOCK)  # type: ignore[arg-type]
        content = Part(body, size)  # type: ignore[arg-type]
        if header.type in _NAMES:
            names.update(_said(header, exactly(content, LONGEST_NAME + 1)))
        elif header.type != tarfile.XGLTYPE:
            path, target = names.get("path", header.name), names.get("linkpath", header.linkname)
            yield Entry(plain(path), _kind(header), target, size, content)
            names = {}
        content.skip()
        body.skip()
    raise ImageError(f"has more than {MOST_ENTRIES} entries")


def plain(path: str) -> str:
    """`/usr/../etc//./passwd` is `etc/passwd`; what leads above the root ends there, as the kernel has it."""
    found: list[str] = []
    for part in path.split("/"):
        if part == "..":
            del found[-1:]
        elif part not in ("", "."):
            found.append(part)
    return "/".join(found)


def _kind(header: tarfile.TarInfo) -> str:
    if header.type == tarfile.GNUTYPE_SPARSE:
        return "other"
    kinds = {tarfile.DIRTYPE: "folder", tarfile.SYMTYPE: "symlink", tarfile.LNKTYPE: "link"}
    return "file" if header.isreg() else kinds.get(header.type, "other")


def _said(header: tarfile.TarInfo, data: bytes) -> dict[str, str]:
    """The names that a header of its own says of the member behind it."""
    if len(data) > LONGEST_NAME:
        raise ImageError("has a name that is beyond all measure")
    if header.type in (tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK):
        key = "path" if header.type == tarfile.GNUTYPE_LONGNAME else "linkpath"
        return {key: data.partition(b"\0")[0].decode("utf-8", "surrogateescape")}
    said: dict[str, str] = {}
    at = 0
    while at < len(data):
        length, space, _ = data[at : at + 10].partition(b" ")
        if not (space and length.isdigit() and int(length) > len(length)):
            raise ImageError("has a broken pax header")
        key_, _, value = data[at + len(length) + 1 : at + int(length) - 1].partition(b"=")
        said[key_.decode("utf-8", "replace")] = value.decode("utf-8", "surrogateescape")
        at += int(length)
    return {key: said[key] for key in ("path", "linkpath", "size") if said.get(key)}
