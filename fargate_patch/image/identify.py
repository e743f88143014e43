"""Which image is it: from a name, from what a person says it is, or from what a container engine reports of it."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import TYPE_CHECKING

from fargate_patch.image.catalogue import Entry, find
from fargate_patch.image.family import FAMILIES, PLAIN_IMAGES, UNKNOWN
from fargate_patch.image.inspected import read_config
from fargate_patch.image.model import Image
from fargate_patch.image.reference import parse_reference, without_tag

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOTHING: Mapping[str, str] = MappingProxyType({})

_NOT_KNOWN = (
    "The base image {reference} is not in the catalogue; `--base-image {name}=FAMILY` or `--base-image-config FILE` "
    "(the output of `docker image inspect`) says what it brings."
)
_NO_VALUE = "The base image is named by a build argument without a value; give it with `--build-arg`."


def identify(
    reference: str | None, options: Mapping[str, str] = _NOTHING, inspected: Mapping[str, object] | None = None
) -> Image:
    """The base image of a FROM reference.

    `options` are those of `--base-image`: a reference as written, without its tag, or a glob, to a family's name or an
    image of the catalogue. `inspected` is one object of `docker image inspect` or an OCI image config; it tells more
    than a name does and wins. Raises ValueError with one sentence for an option's unknown value or an inspection that is none.
    """
    stated = _stated(reference, options)
    if inspected is not None:
        return _inspected(reference, stated, inspected)
    return stated or _named(reference)


def _named(reference: str | None) -> Image:
    if reference is None:
        return Image("", UNKNOWN, "unknown", note=_NO_VALUE)
    if reference.lower() == "scratch":
        return Image(reference, FAMILIES["scratch"], "catalogue", user="root", entrypoint=(), cmd=())
    entry = find(parse_reference(reference))
    if entry is None:
        note = _NOT_KNOWN.format(reference=reference, name=without_tag(reference))
        return Image(reference, UNKNOWN, "unknown", note=note)
    return _image(reference, entry, "catalogue")


def _image(reference: str, entry: Entry, source: str) -> Image:
    return Image(
        reference,
        FAMILIES[entry.family or "unknown"],
        source,
        user=entry.user,
        entrypoint=entry.entrypoint,
        cmd=entry.cmd,
        shell=entry.shell or ("/bin/sh", "-c"),
        env=entry.env,
        users=entry.users,
        facts=entry.facts,
        note=entry.note,
    )


def _stated(reference: str | None, options: Mapping[str, str]) -> Image | None:
    """The image that the options say a reference is. Every value is looked at, so that no typo stays unseen."""
    images = {pattern: stated_image(value) for pattern, value in options.items()}
    if reference is None:
        return None
    for name in (reference, without_tag(reference)):
        if name in images:
            return replace(images[name], reference=reference)
    matches = (image for pattern, image in images.items() if fnmatchcase(reference, pattern))
    match = next(matches, None)
    return match and replace(match, reference=reference)


def stated_image(value: str) -> Image:
    """The image that a value of `--base-image` stands for. Raises ValueError where it is neither family nor image."""
    if value in PLAIN_IMAGES:
        image = replace(_named(PLAIN_IMAGES[value]), reference=value, source="option", env={}, facts={})
        note = f"Taken to be like a plain {value} image, as --base-image says: run as root, without an ENTRYPOINT."
        return replace(image, user="root", entrypoint=(), note=note)
    image = _named(value)
    if image.source == "catalogue":
        return replace(image, source="option")
    raise ValueError(_unknown_value(value))


def _unknown_value(value: str) -> str:
    from difflib import get_close_matches

    from fargate_patch.image.catalogue import names

    close = get_close_matches(without_tag(value)[:100], [*PLAIN_IMAGES, *names()], n=1)
    hint = f"; did you mean {close[0]}?" if close else f". The families are {', '.join(PLAIN_IMAGES)}."
    return f"--base-image: {value[:200]} is neither a family nor an image of the catalogue{hint}"


def _inspected(reference: str | None, stated: Image | None, document: Mapping[str, object]) -> Image:
    """What an engine reports, completed by what the name or the person says where that can only add."""
    config = read_config(document)
    name = reference or config.tag or ""
    known = stated or _named(name or None)
    family = known.family if known.family is not UNKNOWN else FAMILIES[config.family or "unknown"]
    same_entrypoint = known.entrypoint == config.entrypoint
    return Image(
        name,
        FAMILIES["windows"] if config.family == "windows" else family,
        "inspected",
        user=config.user,
        entrypoint=config.entrypoint,
        cmd=config.cmd,
        shell=config.shell or known.shell,
        env=config.env,
        users=known.users,
        facts={k: v for k, v in known.facts.items() if same_entrypoint or not k.startswith("entrypoint")},
        note=known.note if known.source == "catalogue" else "",
    )
