"""What a container engine reports of an image: `docker image inspect`, `skopeo inspect --config`, an OCI config."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from fargate_patch.dataclass import dataclass
from fargate_patch.image.family import OS_RELEASE_IDS
from fargate_patch.image.model import ImageError


@dataclass(frozen=True, slots=True)
class ImageConfig:
    """The settings of an inspected image; nothing in it is unknown but the family."""

    user: str
    entrypoint: tuple[str, ...]
    cmd: tuple[str, ...]
    shell: tuple[str, ...]
    env: Mapping[str, str]
    family: str | None
    tag: str | None  # a name that the engine knows it by


def read_config(document: object) -> ImageConfig:
    """One object of an inspection. Raises ImageError with one sentence where it is none."""
    if isinstance(document, list) and len(document) == 1:
        document = document[0]
    if not isinstance(document, Mapping):
        raise ImageError("--base-image-config: expected one JSON object, as `docker image inspect` prints it.")
    config = document.get("Config", document.get("config"))
    if config is None:
        raise ImageError(
            "--base-image-config: the object has no Config: it is neither an image inspection nor an OCI config."
        )
    if not isinstance(config, Mapping):
        raise ImageError("--base-image-config: its Config is not an object.")
    labels = config.get("Labels") or {}
    return ImageConfig(
        user=_user(config.get("User")),
        entrypoint=_argv(config, "Entrypoint"),
        cmd=_argv(config, "Cmd"),
        shell=_argv(config, "Shell"),
        env=dict(pair.partition("=")[::2] for pair in _argv(config, "Env")),
        family=_family(document, labels if isinstance(labels, Mapping) else {}),
        tag=_tag(document),
    )


def _user(value: object) -> str:
    if value is not None and not isinstance(value, str):
        raise ImageError("--base-image-config: its User is not a string.")
    name = (value or "").partition(":")[0].strip()
    return "root" if name in ("", "0") else name


def _argv(config: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = config.get(key)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise ImageError(f"--base-image-config: its {key} is not a list of strings.")
    return tuple(cast("list[str]", value))


def _tag(document: Mapping[str, object]) -> str | None:
    tags = document.get("RepoTags")
    return tags[0] if isinstance(tags, list) and tags and isinstance(tags[0], str) else None


def _family(document: Mapping[str, object], labels: Mapping[str, object]) -> str | None:
    """Only what is sure: labels come down from the base image alone, but a child may overwrite them.

    Ubuntu's images carry `org.opencontainers.image.ref.name=ubuntu`; Red Hat's a vendor and a component.
    """
    if str(document.get("Os", document.get("os", ""))).lower() == "windows":
        return "windows"
    ref_name = str(labels.get("org.opencontainers.image.ref.name", ""))
    if ref_name in OS_RELEASE_IDS:
        return OS_RELEASE_IDS[ref_name]
    if labels.get("vendor") == "Red Hat, Inc." and str(labels.get("com.redhat.component", "")).startswith("ubi"):
        return "rhel"
    return None
