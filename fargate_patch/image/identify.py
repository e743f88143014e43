"""Which image is it: from a name, from what a person says it is, or from what a container engine reports of it."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from fargate_patch.image.catalogue import Entry, find
from fargate_patch.image.family import FAMILIES, PLAIN_IMAGES, UNKNOWN
from fargate_patch.image.model import Image, ImageError
from fargate_patch.image.reference import naming, parse_reference, without_tag
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOTHING: Mapping[str, str] = MappingProxyType({})

_NOT_KNOWN = (
    "The base image {reference} is not in the catalogue; `--base-image {name}=FAMILY` or `--base-image-config FILE` "
    "(the output of `docker image inspect`) says what it brings, and `--inspect` looks into it."
)
# How every image built on Windows' says which: learn.microsoft.com/virtualization/windowscontainers, "base images".
_WINDOWS_TAG = regex(r"(?i)(?:^|[-._])(?:windows(?:servercore)?|nanoserver|ltsc20\d\d)(?:$|[-._])")
_NO_VALUE = "The base image is named by a build argument without a value; give it with `--build-arg`."
_NO_TAG = (
    "{reference} names a digest and no tag, so what differs between its tags is not known; write the tag before the @."
)
_PLAIN = "Taken to be like a plain {family} image, as --base-image says: what else it brings is not known."
_LONGEST_NAME = 200  # characters of a reference that a note repeats


def identify(
    reference: str | None, options: Mapping[str, str] = _NOTHING, inspected: Mapping[str, object] | None = None
) -> Image:
    """The base image of a FROM reference.

    `options` are those of `--base-image`: a reference as written, without its tag, or a glob, to a family's name or an
    image of the catalogue. `inspected` is one object of `docker image inspect` or an OCI image config; it tells more
    than a name does and wins. Raises ImageError, one sentence, for an option's unknown value and for an
    inspection that is none.
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
    parsed = parse_reference(reference)
    entry = find(parsed)
    if (entry is None or entry.family is None) and _WINDOWS_TAG.search(parsed.tag or ""):
        return Image(reference, FAMILIES["windows"], "catalogue")
    if entry is None:
        shown = reference[:_LONGEST_NAME]
        return Image(reference, UNKNOWN, "unknown", note=_NOT_KNOWN.format(reference=shown, name=without_tag(shown)))
    image = _image(reference, entry)
    if "@" in reference and parse_reference(reference).tag is None and None in (entry.family, entry.entrypoint):
        return replace(image, note=_NO_TAG.format(reference=reference[:_LONGEST_NAME]))
    return image


def _image(reference: str, entry: Entry) -> Image:
    return Image(
        reference,
        FAMILIES[entry.family or "unknown"],
        "catalogue",
        user=entry.user,
        entrypoint=entry.entrypoint,
        cmd=entry.cmd,
        shell=entry.shell or ("/bin/sh", "-c"),
        env=entry.env,
        users=entry.users,
        uids=entry.uids,
        facts=entry.facts,
        note=entry.note,
    )


def _stated(reference: str | None, options: Mapping[str, str]) -> Image | None:
    """The image that the options say a reference is. Every value is looked at, so that no typo stays unseen."""
    images = {pattern: _meant(value) for pattern, value in options.items()}
    if reference is None:
        return None
    pattern = naming(reference, options)
    if pattern is None:
        return None
    image = replace(images[pattern], reference=reference)
    return _completed(image, _named(reference)) if options[pattern] in PLAIN_IMAGES else image


def _meant(value: str) -> Image:
    """The image that a value of `--base-image` stands for. Raises ImageError where it is neither family nor image."""
    image = _named(PLAIN_IMAGES.get(value, value))
    if image.source != "catalogue":
        raise ImageError(_unknown_value(value))
    if value not in PLAIN_IMAGES:
        return replace(image, source="option")
    plain = replace(image, source="option", family=FAMILIES[value], user="root", entrypoint=(), facts={})
    return replace(plain, note=_PLAIN.format(family=value))


def _completed(stated: Image, known: Image) -> Image:
    """A family that a person names for an image of the catalogue: what the catalogue knows besides stays."""
    if known.source != "catalogue":
        return stated
    return replace(
        known,
        family=stated.family,
        source="option",
        user=stated.user if known.user is None else known.user,
        entrypoint=stated.entrypoint if known.entrypoint is None else known.entrypoint,
        cmd=stated.cmd if known.cmd is None and known.entrypoint is None else known.cmd,
        note=stated.note if known.entrypoint is None else "",
    )


def _unknown_value(value: str) -> str:
    from difflib import get_close_matches

    from fargate_patch.image.catalogue import names

    close = get_close_matches(without_tag(value)[:100], [*PLAIN_IMAGES, *names()], n=1)
    hint = f"; did you mean {close[0]}?" if close else f". The families are {', '.join(PLAIN_IMAGES)}."
    return f"--base-image: {value[:200]} is neither a family nor an image of the catalogue{hint}"


def _inspected(reference: str | None, stated: Image | None, document: Mapping[str, object]) -> Image:
    """What an engine reports, completed by what the name or the person says where that can only add."""
    from fargate_patch.image.inspected import read_config

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
        uids=known.uids,
        facts={k: v for k, v in known.facts.items() if same_entrypoint or not k.startswith("entrypoint")},
        note=known.note if known.source == "catalogue" else "",
    )
