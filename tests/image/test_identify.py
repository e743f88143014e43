"""A FROM reference, and what is known of the base image by its name alone."""

from __future__ import annotations

import pytest

from fargate_patch.image.family import FAMILIES
from fargate_patch.image.identify import identify
from fargate_patch.image.model import Image

PHP_FPM = {
    "entrypoint": "execs-arguments",
    "php-fpm.clear_env": "no",
    "php-fpm.pool": "www",
    "php-fpm.pool_dir": "/usr/local/etc/php-fpm.d",
}
POSTGRES = {"entrypoint": "execs-arguments", "entrypoint.user": "postgres", "entrypoint.user_for": "postgres"}


@pytest.mark.parametrize(
    ("reference", "family", "user", "entrypoint", "cmd"),
    [
        ("debian:12-slim", "debian", "root", [], ["bash"]),
        ("ubuntu:24.04", "debian", "root", [], ["/bin/bash"]),
        ("alpine:3.20", "alpine", "root", [], ["/bin/sh"]),
        ("public.ecr.aws/amazonlinux/amazonlinux:2023", "amazonlinux", "root", [], ["/bin/bash"]),
        ("python:3.12-slim", "debian", "root", [], ["python3"]),
        ("python:3.12-alpine3.20@sha256:ab", "alpine", "root", [], ["python3"]),
        ("python:3.12-windowsservercore-ltsc2022", "windows", None, None, ["python3"]),
        ("node:20", "debian", "root", ["docker-entrypoint.sh"], ["node"]),
        ("node:8.9", "debian", "root", None, None),
        ("php:8.3-cli", "debian", "root", ["docker-php-entrypoint"], ["php", "-a"]),
        ("php:8.3-fpm-alpine", "alpine", "root", ["docker-php-entrypoint"], ["php-fpm"]),
        ("php:8.3-apache", "debian", "root", ["docker-php-entrypoint"], ["apache2-foreground"]),
        ("golang:1.23-alpine", "alpine", "root", [], ["/bin/sh"]),
        ("eclipse-temurin:21-jre", "debian", "root", ["/__cacert_entrypoint.sh"], []),
        ("eclipse-temurin:17.0.2_8-jre", "debian", "root", None, None),
        ("openjdk:8-jdk-alpine", "alpine", "root", [], ["/bin/sh"]),
        ("openjdk:17", "rhel", "root", [], ["jshell"]),
        ("tomcat:9", "debian", "root", [], ["catalina.sh", "run"]),
        ("nginx:1.27-alpine", "alpine", "root", ["/docker-entrypoint.sh"], ["nginx", "-g", "daemon off;"]),
        ("nginx:1.13-alpine", "alpine", "root", [], ["nginx", "-g", "daemon off;"]),
        ("httpd:2.4", "debian", "root", [], ["httpd-foreground"]),
        ("postgres:16", "debian", "root", ["docker-entrypoint.sh"], ["postgres"]),
        ("mysql:8.4", "rhel", "root", ["docker-entrypoint.sh"], ["mysqld"]),
        ("mysql:8.0-debian", "debian", "root", ["docker-entrypoint.sh"], ["mysqld"]),
        ("mariadb:11-ubi9", "rhel", "mysql", ["docker-entrypoint.sh"], ["mariadbd"]),
        (
            "haproxy:3.0",
            "debian",
            "haproxy",
            ["docker-entrypoint.sh"],
            ["haproxy", "-f", "/usr/local/etc/haproxy/haproxy.cfg"],
        ),
        ("couchdb:3", "debian", "root", ["tini", "--", "/docker-entrypoint.sh"], ["/opt/couchdb/bin/couchdb"]),
        ("wordpress:6-fpm", "debian", "root", ["docker-entrypoint.sh"], ["php-fpm"]),
        ("phusion/baseimage:noble-1.0.2", "debian", "root", [], ["/sbin/my_init"]),
        ("tiangolo/uwsgi-nginx-flask:python3.11", "debian", "root", ["/entrypoint.sh"], ["/start.sh"]),
        ("lscr.io/linuxserver/openssh-server:latest", "alpine", "root", ["/init"], []),
        ("linuxserver/sonarr", "unknown", "root", ["/init"], []),
        ("redhat/ubi9-minimal:9.4", "rhel", "root", [], ["/bin/bash"]),
        ("registry.access.redhat.com/ubi9/ubi-init", "rhel", "root", [], ["/sbin/init"]),
        ("gcr.io/distroless/nodejs22-debian12:nonroot", "distroless", "65532", ["/nodejs/bin/node"], []),
        ("cgr.dev/chainguard/python:latest-dev", "wolfi", "65532", ["/usr/bin/python"], []),
        ("mcr.microsoft.com/dotnet/aspnet:8.0", "debian", "root", [], ["bash"]),
        ("mcr.microsoft.com/windows/nanoserver:ltsc2022", "windows", None, None, None),
        ("jenkins/jenkins:lts", "debian", "jenkins", ["/usr/bin/tini", "--", "/usr/local/bin/jenkins.sh"], []),
        ("quay.io/jupyter/base-notebook", "debian", "1000", ["tini", "-g", "--", "start.sh"], ["start-notebook.py"]),
        ("wodby/php:8.3", "alpine", "wodby", ["/docker-entrypoint.sh"], ["sudo", "-E", "php-fpm"]),
        ("nvidia/cuda:12.2.0-base-ubuntu22.04", "debian", "root", [], []),
        ("nvidia/cuda:12.2.0-cudnn8-runtime-ubi8", "rhel", "root", ["/opt/nvidia/nvidia_entrypoint.sh"], []),
        ("nvidia/cuda:10.2-runtime-ubuntu18.04", "debian", "root", None, None),
        ("cimg/node:20.1-browsers", "debian", "circleci", ["/docker-entrypoint.sh"], ["/bin/sh"]),
        (
            "registry.redhat.io/ubi8/openjdk-17-runtime",
            "rhel",
            "185",
            [],
            ["/opt/jboss/container/java/run/run-java.sh"],
        ),
        ("zabbix/zabbix-agent:ubuntu-7.0-latest", "debian", None, None, None),
        ("scratch", "scratch", "root", [], []),
    ],
)
def test_images_of_the_catalogue(
    reference: str, family: str, user: str | None, entrypoint: list[str] | None, cmd: list[str] | None
) -> None:
    image = identify(reference)
    seen = (image.family.name, image.user, image.entrypoint, image.cmd)
    assert seen == (
        family,
        user,
        None if entrypoint is None else tuple(entrypoint),
        None if cmd is None else tuple(cmd),
    )
    assert (image.reference, image.source) == (reference, "catalogue")


def test_facts_that_change_a_verdict() -> None:
    assert identify("php:8.2-fpm").facts == PHP_FPM
    assert identify("postgres:16").facts == POSTGRES
    assert identify("public.ecr.aws/lambda/python:3.12").facts == {"lambda": "yes"}
    assert identify("rocker/rstudio:4.4.1").facts == {"init": "s6-overlay-v2"}
    assert identify("serversideup/php:8.3-fpm-nginx").facts == {
        "entrypoint": "execs-arguments",
        "hook_dir": "/etc/entrypoint.d",
        "init": "s6-overlay-v3",
        "php-fpm.clear_env": "no",
        "php-fpm.pool": "www",
        "php-fpm.pool_dir": "/usr/local/etc/php-fpm.d",
    }
    assert identify("php:8.2-apache").facts == {"entrypoint": "execs-arguments", "php-fpm": "absent"}


def test_accounts_that_an_image_brings() -> None:
    assert identify("php:8.2-fpm").users["www-data"] == "/usr/sbin/nologin"
    assert identify("php:8.2-fpm-alpine").users["www-data"] == "/sbin/nologin"
    assert (identify("node:20").users["node"], identify("node:20-alpine").users["node"]) == ("/bin/bash", "/bin/sh")


def unknown(reference: str, note: str) -> Image:
    return Image(reference, FAMILIES["unknown"], "unknown", note=note)


@pytest.mark.parametrize("reference", ["mycorp/thing:1-alpine", "registry.example.com/python:3.12-slim-bookworm", "x"])
def test_a_name_that_only_sounds_like_a_distribution_is_not_known(reference: str) -> None:
    name = reference.rpartition(":")[0] or reference
    note = (
        f"The base image {reference} is not in the catalogue; `--base-image {name}=FAMILY` or "
        "`--base-image-config FILE` (the output of `docker image inspect`) says what it brings, "
        "and `--inspect` looks into it."
    )
    assert identify(reference) == unknown(reference, note)


def test_no_value_for_the_argument_that_names_the_image() -> None:
    note = "The base image is named by a build argument without a value; give it with `--build-arg`."
    assert identify(None) == unknown("", note)
    assert identify(None, {"x": "alpine"}) == unknown("", note)


def test_a_digest_without_a_tag_leaves_open_what_tags_decide() -> None:
    image = identify("node@sha256:ab")
    assert (image.family.name, image.user, image.entrypoint, image.cmd) == ("unknown", "root", None, None)
    assert image.note == (
        "node@sha256:ab names a digest and no tag, so what differs between its tags is not known; "
        "write the tag before the @."
    )


@pytest.mark.parametrize(
    ("reference", "family"),
    [
        ("mcr.microsoft.com/powershell:lts-nanoserver-ltsc2022", "windows"),
        ("team/build-base:ltsc2022-agent", "windows"),
        ("team/build-base:windowsservercore", "windows"),
        ("team/build-base:1.0-ltsc", "unknown"),
        ("nanoserver/app:1", "unknown"),
    ],
)
def test_a_tag_that_names_windows(reference: str, family: str) -> None:
    assert identify(reference).family.name == family
