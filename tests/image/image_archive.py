"""Images as files, made here: layers out of small tables, packed as a docker-archive or an OCI layout."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

FOLDER = None  # in a table, in place of a file's text
DEBIAN: Mapping[str, str | None] = {
    "bin": "-> usr/bin",
    "usr/bin/dash": "ELF",
    "usr/bin/sh": "-> dash",
    "usr/bin/su": "ELF",
    "etc/os-release": "-> ../usr/lib/os-release",
    "usr/lib/os-release": 'PRETTY_NAME="Debian GNU/Linux 12"\nID=debian\n',
    "etc/passwd": "root:x:0:0:root:/root:/bin/bash\napp:x:1000:1000::/home/app:\n",
    "etc/pam.d/su": "session required pam_env.so\n",
    "etc/profile": "for i in /etc/profile.d/*.sh; do . $i; done\n",
}
CONFIG: Mapping[str, Any] = {"os": "linux", "config": {"User": "1000:1000", "Cmd": ["/usr/sbin/cron", "-f"]}}


def layer(files: Mapping[str, str | None], form: int = tarfile.PAX_FORMAT) -> bytes:
    """A tar: `-> X` is a symlink, `= X` a hard link."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=form) as tar:
        for path, text in files.items():
            info = tarfile.TarInfo(path)
            if text is None:
                info.type = tarfile.DIRTYPE
            elif text.startswith(("-> ", "= ")):
                info.type = tarfile.SYMTYPE if text.startswith("-") else tarfile.LNKTYPE
                info.linkname = text.partition(" ")[2]
            data = text.encode() if text and info.isreg() else b""
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return stream.getvalue()


def docker_archive(path: Path, layers: Sequence[bytes], config: object = CONFIG) -> Path:
    """As `docker save` has it; the manifest stands at the end."""
    names = [f"{number}/layer.tar" for number in range(len(layers))]
    manifest = [{"Config": "config.json", "RepoTags": ["app:1"], "Layers": names}]
    files = {**dict(zip(names, layers, strict=True)), "config.json": _json(config), "manifest.json": _json(manifest)}
    path.write_bytes(_tar(files))
    return path


def oci_files(layers: Sequence[bytes], config: object = CONFIG) -> dict[str, bytes]:
    """The files of an OCI layout: an index of two platforms, of which the second is the image."""
    files: dict[str, bytes] = {}

    def put(data: bytes) -> dict[str, object]:
        digest = hashlib.sha256(data).hexdigest()
        files[f"blobs/sha256/{digest}"] = data
        return {"digest": f"sha256:{digest}", "size": len(data)}

    other = {
        **put(_json({"layers": [], "config": put(_json({}))})),
        "platform": {"os": "linux", "architecture": "arm64"},
    }
    manifest = put(_json({"config": put(_json(config)), "layers": [put(data) for data in layers]}))
    inner = put(_json({"manifests": [other, {**manifest, "platform": {"os": "linux", "architecture": "amd64"}}]}))
    return {**files, "index.json": _json({"schemaVersion": 2, "manifests": [inner]}), "oci-layout": b"{}"}


def oci_layout(folder: Path, layers: Sequence[bytes], config: object = CONFIG) -> Path:
    for name, data in oci_files(layers, config).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def oci_archive(path: Path, layers: Sequence[bytes], config: object = CONFIG) -> Path:
    path.write_bytes(_tar(oci_files(layers, config)))
    return path


def packed(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


def _tar(files: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return stream.getvalue()
