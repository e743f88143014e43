"""What a container engine reports of a base image."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fargate_patch.image.family import FAMILIES
from fargate_patch.image.identify import identify
from fargate_patch.image.inspected import read_config
from fargate_patch.image.model import Image

PHP_FPM = {
    "entrypoint": "execs-arguments",
    "php-fpm.clear_env": "no",
    "php-fpm.pool": "www",
    "php-fpm.pool_dir": "/usr/local/etc/php-fpm.d",
}

DOCKER: dict[str, Any] = {
    "RepoTags": ["mycorp/app:1"],
    "Os": "linux",
    "Config": {
        "User": "1000:1000",
        "Env": ["PATH=/usr/bin", "EMPTY=", "A=b=c"],
        "Entrypoint": ["/entry.sh"],
        "Cmd": ["serve", "--all"],
        "Shell": ["/bin/bash", "-c"],
        "Labels": {"org.opencontainers.image.ref.name": "ubuntu", "org.opencontainers.image.version": "24.04"},
    },
}


def test_an_inspected_image() -> None:
    assert identify("mycorp/app:1", inspected=DOCKER) == Image(
        "mycorp/app:1",
        FAMILIES["debian"],
        "inspected",
        user="1000",
        entrypoint=("/entry.sh",),
        cmd=("serve", "--all"),
        shell=("/bin/bash", "-c"),
        env={"PATH": "/usr/bin", "EMPTY": "", "A": "b=c"},
    )


def test_an_oci_config_that_sets_nothing() -> None:
    image = identify("mycorp/app:1", inspected={"architecture": "amd64", "os": "linux", "config": {}, "rootfs": {}})
    assert image == Image("mycorp/app:1", FAMILIES["unknown"], "inspected", user="root", entrypoint=(), cmd=())


def test_an_inspection_wins_over_the_catalogue_which_completes_it() -> None:
    same = identify("php:8.2-fpm", inspected={"Config": {"Entrypoint": ["docker-php-entrypoint"], "Cmd": ["php-fpm"]}})
    assert (same.family.name, same.source, same.facts) == ("debian", "inspected", PHP_FPM)
    other = identify("php:8.2-fpm", inspected={"Config": {"Entrypoint": ["/mine"], "Cmd": None}})
    assert (other.entrypoint, other.cmd) == (("/mine",), ())
    assert other.facts == {key: value for key, value in PHP_FPM.items() if key != "entrypoint"}


def test_an_inspection_of_an_image_whose_family_a_person_names() -> None:
    image = identify("mycorp/app", {"mycorp/app": "alpine"}, {"Config": {"User": "", "Cmd": ["x"]}})
    assert (image.family.name, image.source, image.user, image.cmd) == ("alpine", "inspected", "root", ("x",))


def test_an_inspection_names_its_image_where_the_file_does_not() -> None:
    image = identify(None, inspected={"RepoTags": ["node:20-alpine"], "Config": {"Cmd": ["node"]}})
    assert (image.reference, image.family.name) == ("node:20-alpine", "alpine")


@pytest.mark.parametrize(
    ("labels", "os", "family"),
    [
        ({"org.opencontainers.image.ref.name": "ubuntu"}, "linux", "debian"),
        ({"vendor": "Red Hat, Inc.", "com.redhat.component": "ubi9-minimal-container"}, "linux", "rhel"),
        ({"vendor": "Red Hat, Inc."}, "linux", "unknown"),
        ({"org.opencontainers.image.ref.name": "7.2.4-debian-12-r6"}, "linux", "unknown"),
        (None, "windows", "windows"),
        ("no mapping", "linux", "unknown"),
    ],
)
def test_a_family_only_where_it_is_sure(labels: object, os: str, family: str) -> None:
    assert identify("mycorp/app", inspected={"Os": os, "Config": {"Labels": labels}}).family.name == family


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], "expected one JSON object, as `docker image inspect` prints it."),
        ("text", "expected one JSON object, as `docker image inspect` prints it."),
        ({}, "the object has no Config: it is neither an image inspection nor an OCI config."),
        ({"Config": []}, "its Config is not an object."),
        ({"Config": {"User": 0}}, "its User is not a string."),
        ({"Config": {"Entrypoint": "/x"}}, "its Entrypoint is not a list of strings."),
        ({"Config": {"Cmd": [1]}}, "its Cmd is not a list of strings."),
        ({"Config": {"Env": {"A": "b"}}}, "its Env is not a list of strings."),
        ({"Config": {"Shell": [None]}}, "its Shell is not a list of strings."),
    ],
)
def test_a_malformed_inspection(document: object, message: str) -> None:
    with pytest.raises(ValueError, match="--base-image-config") as caught:
        read_config(document)
    assert str(caught.value) == f"--base-image-config: {message}"


def test_the_list_that_docker_prints_is_taken_where_it_holds_one_image() -> None:
    assert read_config([DOCKER]) == read_config(json.loads(json.dumps(DOCKER)))
