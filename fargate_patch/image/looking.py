"""Looking into a real image, when a person asks for it: what its settings and its files say is then known.

From an archive or OCI layout that `--base-image` names, or, with `--inspect`, from docker or podman where the image is
there already, else from its registry with skopeo. Nothing is pulled, and no file of an image is written anywhere.
"""

# Paths are the strings that a person typed and that the system's calls take.
# ruff: noqa: PTH112, PTH123

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass, field
from fargate_patch.image.identify import identify
from fargate_patch.image.model import Image, ImageError
from fargate_patch.image.reference import naming
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fargate_patch.image.layers import Root

# no option, no path: distribution/reference has names begin with a letter or a digit
REFERENCE = regex(r"[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,400}")
_ONLY_SETTINGS = (
    "--inspect: skopeo told the settings of {0} and not its files; `docker pull {0}` makes these known too."
)


@dataclass(frozen=True, slots=True)
class Look:
    """What completes an image from the real one. `archives`: a reference or glob to `oci:FOLDER` and the like."""

    engine: bool = False  # may docker, podman or skopeo be asked
    archives: Mapping[str, str] = field(default_factory=dict)
    always: bool = False  # also into an image that the catalogue knows
    named: str | None = None  # the engine that a person named; None: the first that works

    def __call__(self, image: Image) -> Image:
        """The image with what is found; where nothing can be asked, as it was, with a note that says why.

        Raises ImageError where an archive that a person names cannot be read.
        """
        archive = self._archive(image.reference)
        if archive:
            return _of_archive(image, archive)
        if not self.engine or not REFERENCE.fullmatch(image.reference) or (_is_known(image) and not self.always):
            return image
        return _of_engine(image, self.named)

    def _archive(self, reference: str) -> str | None:
        pattern = naming(reference, self.archives)
        return self.archives[pattern] if pattern else None


def _is_known(image: Image) -> bool:
    return image.family.name != "unknown" and None not in (image.user, image.entrypoint, image.cmd)


def _of_archive(image: Image, archive: str) -> Image:
    try:
        document, root = _read(archive)
        return completed(image, document, root)
    except ImageError as problem:
        raise ImageError(f"--base-image: {archive[:300]} {problem}") from problem


def _of_engine(image: Image, named: str | None) -> Image:
    from fargate_patch.verify.container import EngineError

    try:
        document, root = _asked(image.reference, named)
        found = completed(image, document, root)
    except (ImageError, EngineError) as problem:
        return replace(image, note=f"--inspect: {problem}.")
    if root is None and found.family.name == "unknown":
        return replace(found, note=_ONLY_SETTINGS.format(image.reference))
    return found


@cache
def _read(archive: str) -> tuple[Mapping[str, object], Root]:
    from fargate_patch.image.archive import read_folder, read_stream

    transport, _, path = archive.partition(":")
    if transport == "oci" and os.path.isdir(path):
        found = read_folder(path)
    else:
        try:
            with open(path, "rb") as stream:
                found = read_stream(stream)
        except OSError as problem:
            raise ImageError(f"cannot be read: {(problem.strerror or '').lower()}") from problem
    return found.config, found.root


@cache
def _asked(reference: str, named: str | None) -> tuple[Mapping[str, object], Root | None]:
    """Raises ImageError, EngineError."""
    from fargate_patch.image.archive import read_stream
    from fargate_patch.verify.container import EngineError
    from fargate_patch.verify.engine import find

    try:
        engine = find(named)
    except EngineError:
        engine = None
    if engine is None or engine.program is None:
        return _asked_of_skopeo(reference), None
    if not engine.has_image(reference):
        raise ImageError(f"{reference} is not here, and nothing is pulled; `{engine.name} pull {reference}` brings it")
    document = engine.image_config(reference)
    with engine.saved(reference) as stream:
        return document, read_stream(stream).root  # type: ignore[arg-type]


def _asked_of_skopeo(reference: str) -> Mapping[str, object]:
    from fargate_patch.verify.container import call, last_words

    skopeo = shutil.which("skopeo")
    if skopeo is None:
        raise ImageError("there is neither docker nor podman nor skopeo that could be asked")
    done = call([skopeo, "inspect", "--config", f"docker://{reference}"], timeout=60)
    if done.exit_code:
        raise ImageError(f"skopeo cannot look into {reference}: {last_words(done)[:300]}")
    try:
        document = json.loads(done.stdout)
    except (ValueError, RecursionError) as problem:
        raise ImageError(f"skopeo told nothing of {reference} that is JSON") from problem
    return document if isinstance(document, dict) else {}


def completed(image: Image, document: Mapping[str, object], root: Root | None) -> Image:
    """The image as its config and its files show it. Raises ImageError where the config is none."""
    try:
        found = identify(image.reference, inspected=document)
    except ImageError as problem:
        raise ImageError(str(problem).replace("--base-image-config", "its config")) from problem
    if root is None or found.family.name == "windows":
        return found
    from fargate_patch.image import contents
    from fargate_patch.image.contents import accounts, family_of, settings, started_files, started_links

    people = tuple(accounts(root))
    names = {uid: name for name, uid, _ in reversed(people)}
    files = started_files(root)
    return replace(
        found,
        family=family_of(root, None if found.family.name == "unknown" else found.family.name),
        user=names.get(found.user or "", found.user),
        users={name: shell for name, _, shell in people},
        uids=names,
        files=files,
        links=started_links(root, files),
        facts={**found.facts, **contents.pool_facts(root), **contents.pam_facts(root)},
        settings=settings(root),
    )
