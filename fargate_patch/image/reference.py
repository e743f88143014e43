"""Any registry's spelling of an image name, brought to one form, so that the catalogue holds each image once.

`python`, `docker.io/library/python`, `public.ecr.aws/docker/library/python`, a pull-through cache's
`123456789012.dkr.ecr.eu-west-1.amazonaws.com/docker-hub/library/python` and GitLab's dependency proxy are one image;
`registry.example.com/python` is somebody's own and stays what it is.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Collection

DOCKER_HUB = "docker.io"

# Other host names of one registry. Docker Hub's: distribution/reference. lscr.io redirects to linuxserver.io's images.
_HOSTS = {
    "index.docker.io": DOCKER_HUB,
    "registry-1.docker.io": DOCKER_HUB,
    "registry.hub.docker.com": DOCKER_HUB,
    "registry.docker.io": DOCKER_HUB,
    "hub.docker.com": DOCKER_HUB,
    "mirror.gcr.io": DOCKER_HUB,  # https://cloud.google.com/artifact-registry/docs/pull-cached-dockerhub-images
    "lscr.io": DOCKER_HUB,
    "registry.redhat.io": "registry.access.redhat.com",
    "registry.connect.redhat.com": "registry.access.redhat.com",
}

# A registry and the folder under which it keeps copies of another.
_COPIES = (
    ("public.ecr.aws", ("docker",), DOCKER_HUB),  # gallery.ecr.aws/docker/library
    ("public.ecr.aws", ("bitnami",), "docker.io/bitnami"),
    ("public.ecr.aws", ("ubuntu", "ubuntu"), "docker.io/library/ubuntu"),
    ("public.ecr.aws", ("debian", "debian"), "docker.io/library/debian"),
    ("public.ecr.aws", ("amazonlinux", "amazonlinux"), "docker.io/library/amazonlinux"),
    ("public.ecr.aws", ("amazoncorretto", "amazoncorretto"), "docker.io/library/amazoncorretto"),
    ("mcr.microsoft.com", ("mirror", "docker"), DOCKER_HUB),
    ("mcr.microsoft.com", ("dotnet", "nightly"), "mcr.microsoft.com/dotnet"),  # dotnet/dotnet-docker, README
    ("mcr.microsoft.com", ("vscode", "devcontainers"), "mcr.microsoft.com/devcontainers"),  # devcontainers/images
    ("nvcr.io", ("nvidia", "cuda"), "docker.io/nvidia/cuda"),
    ("ghcr.io", ("linuxserver",), "docker.io/linuxserver"),
    ("ghcr.io", ("mamba-org",), "docker.io/mambaorg"),
    ("ghcr.io", ("oracle", "oraclelinux"), "docker.io/library/oraclelinux"),
    ("registry.fedoraproject.org", ("fedora",), "quay.io/fedora/fedora"),
    ("registry.fedoraproject.org", ("fedora-minimal",), "quay.io/fedora/fedora-minimal"),
    ("docker.io", ("redhat",), "registry.access.redhat.com"),
    # Names that Docker Hub does not have, as podman completes them: containers/shortnames, shortnames.conf.
    ("docker.io", ("ubi8",), "registry.access.redhat.com/ubi8"),
    ("docker.io", ("ubi9",), "registry.access.redhat.com/ubi9"),
    ("docker.io", ("ubi10",), "registry.access.redhat.com/ubi10"),
)

# Docker Hub keeps every official image once more for each architecture: docker-library/official-images, README.
_ARCHITECTURES = {
    *("amd64", "arm32v5", "arm32v6", "arm32v7", "arm64v8", "i386"),
    *("mips64le", "ppc64le", "riscv64", "s390x", "winamd64"),
}

# The prefixes that ECR's console and documentation propose for a pull-through cache, and what they stand for.
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html
_CACHE_PREFIXES = {
    "docker-hub": DOCKER_HUB,
    "dockerhub": DOCKER_HUB,
    "ecr-public": "public.ecr.aws",
    "quay": "quay.io",
    "github": "ghcr.io",
    "ghcr": "ghcr.io",
    "kubernetes": "registry.k8s.io",
    "chainguard": "cgr.dev",
}

_KNOWN_HOSTS = {
    *("docker.io", "ghcr.io", "quay.io", "gcr.io", "public.ecr.aws", "mcr.microsoft.com", "registry.k8s.io"),
    *("cgr.dev", "nvcr.io", "lscr.io", "docker.elastic.co", "registry.access.redhat.com", "registry.redhat.io"),
    *("registry.opensuse.org", "registry.suse.com", "registry.fedoraproject.org"),
}


@dataclass(frozen=True, slots=True)
class Reference:
    """An image name in its one form: Docker Hub's official images without `library/`; None for no tag, no digest."""

    registry: str
    repository: str
    tag: str | None = None
    digest: str | None = None

    @property
    def name(self) -> str:
        """The key of the catalogue: `python`, `bitnami/redis`, `quay.io/jupyter/base-notebook`."""
        return self.repository if self.registry == DOCKER_HUB else f"{self.registry}/{self.repository}"


def parse_reference(text: str) -> Reference:
    """Take an image name apart and normalise it. Never raises: what is no name comes back as an unknown repository."""
    name, _, digest = text.strip().removeprefix("docker://").partition("@")
    head, slash, last = name.rpartition("/")
    last, _, tag = last.partition(":")
    parts = [p for p in (head + slash + last).split("/") if p]
    registry = parts.pop(0).lower() if len(parts) > 1 and _is_host(parts[0]) else DOCKER_HUB
    registry, path = _original(_HOSTS.get(registry, registry), [p.lower() for p in parts])
    return Reference(registry, "/".join(path), tag or None, digest or None)


def without_tag(text: str) -> str:
    """The reference as written, its tag and digest cut off."""
    name = text.partition("@")[0]
    head, slash, last = name.rpartition("/")
    return head + slash + last.partition(":")[0]


def naming(text: str, patterns: Collection[str]) -> str | None:
    """The pattern of a person's that means the reference: as it is written, without its tag, or the first glob."""
    exact = next((name for name in (text, without_tag(text)) if name in patterns), None)
    return exact or next((pattern for pattern in patterns if fnmatchcase(text, pattern)), None)


def _is_host(part: str) -> bool:
    return "." in part or ":" in part or part == "localhost"


def _original(registry: str, path: list[str]) -> tuple[str, list[str]]:
    """The registry and path that a copy was made from; an unknown registry's own images stay where they are."""
    if "dependency_proxy" in path[1:-2] and path[path.index("dependency_proxy") + 1] == "containers":
        registry, path = DOCKER_HUB, path[path.index("dependency_proxy") + 2 :]
    registry, path = _embedded(registry, path)
    registry, path = _uncached(registry, path)
    registry = _HOSTS.get(registry, registry)
    for host, folder, source in _COPIES:
        if host == registry and tuple(path[: len(folder)]) == folder and len(path) >= len(folder):
            registry, *start = source.split("/")
            path = [*start, *path[len(folder) :]]
            break
    return registry, _official(registry, path)


def _embedded(registry: str, path: list[str]) -> tuple[str, list[str]]:
    """A proxy that keeps the original's host in its path: `proxy.example.com/ghcr.io/astral-sh/uv`."""
    for index, part in enumerate(path[:-1]):
        if part in _KNOWN_HOSTS or part in _HOSTS:
            return part, path[index + 1 :]
    return registry, path


def _uncached(registry: str, path: list[str]) -> tuple[str, list[str]]:
    """A private registry's cache of a public one, known by ECR's usual prefix or by the official images' `library/`."""
    if (".dkr.ecr." in registry or ".dkr-ecr." in registry) and len(path) > 2 and path[0] in _CACHE_PREFIXES:
        return _CACHE_PREFIXES[path[0]], path[1:]
    if registry not in _KNOWN_HOSTS and path[-2:-1] == ["library"]:
        return DOCKER_HUB, path[-1:]
    return registry, path


def _official(registry: str, path: list[str]) -> list[str]:
    is_official = registry == DOCKER_HUB and len(path) == 2 and (path[0] == "library" or path[0] in _ARCHITECTURES)
    return path[1:] if is_official else path
