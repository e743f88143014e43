"""Every registry's spelling of an image name, and the one form it comes to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fargate_patch.image.reference import Reference, parse_reference, without_tag

ACCOUNT = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"

SAME_AS_PYTHON = (
    "python",
    "library/python",
    "docker.io/python",
    "docker.io/library/python",
    "index.docker.io/python",
    "registry-1.docker.io/library/python",
    "mirror.gcr.io/library/python",
    "public.ecr.aws/docker/library/python",
    "mcr.microsoft.com/mirror/docker/library/python",
    "arm64v8/python",
    "docker.io/amd64/python",
    "public.ecr.aws/docker/library/python",
    f"{ACCOUNT}/docker-hub/library/python",
    f"{ACCOUNT}/any-prefix/library/python",
    f"{ACCOUNT.replace('.com', '.com.cn')}/docker-hub/library/python",
    "registry.gitlab.com/group/dependency_proxy/containers/python",
    "gitlab.example.com:8443/group/sub/dependency_proxy/containers/library/python",
    "registry.example.com/library/python",
    "registry.example.com:5000/cache/library/python",
    "europe-docker.pkg.dev/project/remote/docker.io/library/python",
    "m.example.com/docker.io/python",
    "DOCKER.io/library/Python",
    " python ",
)


@pytest.mark.parametrize("text", SAME_AS_PYTHON)
def test_spellings_of_an_official_image(text: str) -> None:
    assert parse_reference(text) == Reference("docker.io", "python")


@pytest.mark.parametrize(
    ("text", "registry", "repository", "tag", "digest"),
    [
        ("python:3.12", "docker.io", "python", "3.12", None),
        ("python@sha256:ab", "docker.io", "python", None, "sha256:ab"),
        ("python:3.12-alpine3.20@sha256:ab", "docker.io", "python", "3.12-alpine3.20", "sha256:ab"),
        ("public.ecr.aws/docker/library/python:3.12@sha256:ab", "docker.io", "python", "3.12", "sha256:ab"),
        ("python:", "docker.io", "python", None, None),
        ("bitnami/redis:7.2", "docker.io", "bitnami/redis", "7.2", None),
        ("public.ecr.aws/bitnami/redis:7.2", "docker.io", "bitnami/redis", "7.2", None),
        (f"{ACCOUNT}/docker-hub/bitnami/redis:7", "docker.io", "bitnami/redis", "7", None),
        (f"{ACCOUNT}/quay/jupyter/base-notebook", "quay.io", "jupyter/base-notebook", None, None),
        (f"{ACCOUNT}/ecr-public/docker/library/node:20", "docker.io", "node", "20", None),
        (f"{ACCOUNT}/github/astral-sh/uv:0.5", "ghcr.io", "astral-sh/uv", "0.5", None),
        ("public.ecr.aws/amazonlinux/amazonlinux:2023", "docker.io", "amazonlinux", "2023", None),
        ("public.ecr.aws/ubuntu/ubuntu:24.04", "docker.io", "ubuntu", "24.04", None),
        ("public.ecr.aws/lambda/python:3.12", "public.ecr.aws", "lambda/python", "3.12", None),
        ("lscr.io/linuxserver/openssh-server", "docker.io", "linuxserver/openssh-server", None, None),
        ("ghcr.io/linuxserver/openssh-server", "docker.io", "linuxserver/openssh-server", None, None),
        ("ghcr.io/astral-sh/uv:latest", "ghcr.io", "astral-sh/uv", "latest", None),
        ("proxy.example.com/ghcr.io/astral-sh/uv:latest", "ghcr.io", "astral-sh/uv", "latest", None),
        ("redhat/ubi9-minimal", "registry.access.redhat.com", "ubi9-minimal", None, None),
        ("registry.redhat.io/ubi8/python-39:1", "registry.access.redhat.com", "ubi8/python-39", "1", None),
        ("public.ecr.aws/debian/debian:12", "docker.io", "debian", "12", None),
        ("nvcr.io/nvidia/cuda:12.4.1-base-ubi9", "docker.io", "nvidia/cuda", "12.4.1-base-ubi9", None),
        ("mcr.microsoft.com/dotnet/nightly/aspnet:8.0", "mcr.microsoft.com", "dotnet/aspnet", "8.0", None),
        (
            "mcr.microsoft.com/vscode/devcontainers/base:bionic",
            "mcr.microsoft.com",
            "devcontainers/base",
            "bionic",
            None,
        ),
        ("registry.fedoraproject.org/fedora:40", "quay.io", "fedora/fedora", "40", None),
        ("ghcr.io/oracle/oraclelinux:9", "docker.io", "oraclelinux", "9", None),
        ("ghcr.io/mamba-org/micromamba:2", "docker.io", "mambaorg/micromamba", "2", None),
    ],
)
def test_parts(text: str, registry: str, repository: str, tag: str | None, digest: str | None) -> None:
    assert parse_reference(text) == Reference(registry, repository, tag, digest)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("registry.example.com/python:3.12", "registry.example.com/python"),
        ("registry.example.com:5000/team/python", "registry.example.com:5000/team/python"),
        ("localhost:5000/python", "localhost:5000/python"),
        ("localhost/python", "localhost/python"),
        (f"{ACCOUNT}/python:3.12", f"{ACCOUNT}/python"),
        (f"{ACCOUNT}/docker-hub/python", f"{ACCOUNT}/docker-hub/python"),
        (f"{ACCOUNT}/team/python", f"{ACCOUNT}/team/python"),
        ("mycorp/python", "mycorp/python"),
        ("quay.io/library/python", "quay.io/library/python"),
    ],
)
def test_what_only_looks_like_an_official_image_stays_its_own(text: str, name: str) -> None:
    assert parse_reference(text).name == name


@pytest.mark.parametrize(
    "text", ["", "@", ":", "/", "//", "a//b", "::", "@@", "a/:b", "docker.io/", "-", "\udcff", "ß/ü:é"]
)
def test_what_is_no_name_does_not_raise(text: str) -> None:
    assert isinstance(parse_reference(text), Reference)


@given(st.text(alphabet=st.sampled_from("ab./:@-_ \n\udcff"), max_size=60))
def test_any_text_comes_to_a_form_that_stays(text: str) -> None:
    once = parse_reference(text)
    assert parse_reference(text) == once
    assert once.name == once.name.lower()


@pytest.mark.parametrize(
    "text", ["a/" * 200_000, "a:" * 200_000, "docker.io/" * 50_000, "@" * 200_000, "x" * 1_000_000]
)
def test_long_input_is_read_in_one_go(text: str) -> None:
    assert isinstance(parse_reference(text), Reference)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("python", "python"),
        ("python:3.12", "python"),
        ("python:3.12@sha256:ab", "python"),
        ("localhost:5000/python", "localhost:5000/python"),
        ("localhost:5000/python:3@sha256:ab", "localhost:5000/python"),
    ],
)
def test_a_reference_without_its_tag(text: str, name: str) -> None:
    assert without_tag(text) == name
