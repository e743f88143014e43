"""An image as files: a docker-archive (`docker save`), an OCI layout, in a folder or in a tar.

Formats: github.com/moby/docker-image-spec (manifest.json), the OCI image specification, "image layout". A stream is
read once, from front to back: which of its members are layers is seen by their first bytes.
"""

# Paths are the strings that a person typed and that the system's calls take.
# ruff: noqa: PTH118, PTH123

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO, TypeAlias

from fargate_patch.dataclass import dataclass
from fargate_patch.image.layers import Layer, Root, merged, read_layer
from fargate_patch.image.model import ImageError
from fargate_patch.image.tar import GZIP, ZSTD, Part, entries, exactly, plain

LARGEST_DOCUMENT = 4 << 20
MOST_LAYERS = 256  # docker's limit is 127
MOST_DOCUMENTS = 32 << 20  # bytes of all of them

Blob: TypeAlias = "bytes | Layer"
Blobs: TypeAlias = "Callable[[str], Blob | None]"


@dataclass(frozen=True, slots=True)
class Archived:
    """What an archive holds: its config document, as `inspected` reads it, and its files."""

    config: Mapping[str, object]
    root: Root


def read_stream(stream: BinaryIO) -> Archived:
    """A docker-archive or an OCI layout as one tar. Raises ImageError."""
    found: dict[str, Blob] = {}
    links: dict[str, str] = {}
    layers = documents = 0
    for entry in entries(stream):
        folder = entry.path.rpartition("/")[0]
        if entry.kind == "symlink":  # podman: a layer that comes twice
            links[entry.path] = plain(entry.target if entry.target.startswith("/") else f"{folder}/{entry.target}")
        elif entry.kind == "link":
            links[entry.path] = plain(entry.target)
        elif entry.kind == "file":
            blob = found[entry.path] = _blob(entry.body, entry.size)
            layers += isinstance(blob, Layer)
            documents += len(blob) if isinstance(blob, bytes) else 0
        if layers > MOST_LAYERS or documents > MOST_DOCUMENTS or len(found) + len(links) > 10 * MOST_LAYERS:
            raise ImageError("holds more than any image does")
    return _image(lambda path: found.get(links.get(path, path)))


def read_folder(folder: str) -> Archived:
    """An OCI layout. Raises ImageError."""

    def blob(path: str) -> Blob | None:
        try:
            with open(os.path.join(folder, plain(path)), "rb") as stream:
                size = os.fstat(stream.fileno()).st_size
                return _blob(Part(stream, size), size)
        except OSError:
            return None

    return _image(blob)


def _blob(body: Part, size: int) -> Blob:
    head = body.start(512)
    if head.startswith((GZIP, ZSTD)) or head[257:262] == b"ustar":
        return read_layer(body)
    return exactly(body, LARGEST_DOCUMENT) if size <= LARGEST_DOCUMENT else b""


def _image(blobs: Blobs) -> Archived:
    listed = _document(blobs("manifest.json"))
    if isinstance(listed, list):
        manifest = _only(listed)
        config, layers = manifest.get("Config"), manifest.get("Layers")
    else:
        manifest = _manifest(blobs)
        config, layers = _path(manifest.get("config")), [_path(layer) for layer in _list(manifest.get("layers"))]
    document = _document(blobs(config)) if isinstance(config, str) else None
    if not isinstance(document, Mapping):
        raise ImageError("holds no image: its manifest or its config is missing")
    return Archived(document, merged(_layer(blobs, path) for path in _list(layers)))


def _layer(blobs: Blobs, path: object) -> Layer:
    found = blobs(path) if isinstance(path, str) else None
    if isinstance(found, Layer):
        return found
    if isinstance(found, bytes) and not found.strip(b"\0"):
        return Layer({})  # a layer that changes nothing: an empty tar
    raise ImageError("lacks a layer that its manifest names")


def _manifest(blobs: Blobs) -> Mapping[str, Any]:
    """From index.json to the manifest, by way of another index where there are several platforms."""
    document = _document(blobs("index.json"))
    for _ in range(3):
        if not isinstance(document, Mapping):
            break
        if "layers" in document:
            return document
        document = _document(blobs(_path(_chosen(_list(document.get("manifests")))) or ""))
    raise ImageError("is neither a docker-archive nor an OCI layout")


def _chosen(manifests: list[Any]) -> object:
    """The image for linux/amd64 among several platforms; else the first for Linux; else the only one."""
    known = [m for m in manifests if isinstance(m, Mapping)]

    def rank(manifest: Mapping[str, Any]) -> int:
        platform = manifest.get("platform")
        platform = platform if isinstance(platform, Mapping) else {}
        os_, architecture = platform.get("os", "linux"), platform.get("architecture", "amd64")
        return 2 * int(os_ != "linux") + int(architecture != "amd64")

    return min(known, key=rank, default=None)


def _path(descriptor: object) -> str | None:
    digest = descriptor.get("digest") if isinstance(descriptor, Mapping) else None
    return f"blobs/{digest.replace(':', '/', 1)}" if isinstance(digest, str) else None


def _only(images: list[Any]) -> Mapping[str, Any]:
    if len(images) != 1 or not isinstance(images[0], Mapping):
        raise ImageError(f"holds {len(images)} images, and which one is meant is not known")
    return images[0]


def _list(value: object) -> list[Any]:
    if isinstance(value, list) and len(value) <= MOST_LAYERS:
        return value
    raise ImageError("its manifest names no layers, or more than any image has")


def _document(blob: Blob | None) -> object:
    if not isinstance(blob, bytes):
        return None
    try:
        document: object = json.loads(blob)
    except (ValueError, RecursionError):
        return None
    return document
