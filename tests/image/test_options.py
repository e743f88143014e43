"""What a person says of a base image with `--base-image REF=FAMILY`."""

from __future__ import annotations

import pytest

from fargate_patch.image.identify import identify

PHP_FPM = {
    "entrypoint": "execs-arguments",
    "php-fpm.clear_env": "no",
    "php-fpm.pool": "www",
    "php-fpm.pool_dir": "/usr/local/etc/php-fpm.d",
}
FAMILIES_HINT = (
    ". The families are debian, alpine, amazonlinux, rhel, suse, arch, wolfi, busybox, distroless, scratch, windows."
)


@pytest.mark.parametrize("pattern", ["mycorp/app:1", "mycorp/app", "mycorp/*", "*"])
def test_an_option_names_a_reference_in_several_ways(pattern: str) -> None:
    image = identify("mycorp/app:1", {pattern: "alpine"})
    assert (image.reference, image.family.name, image.source) == ("mycorp/app:1", "alpine", "option")
    assert (image.user, image.entrypoint, image.cmd) == ("root", (), ("/bin/sh",))
    assert (
        image.note == "Taken to be like a plain alpine image, as --base-image says: what else it brings is not known."
    )


def test_the_most_exact_option_wins() -> None:
    options = {"*": "alpine", "mycorp/app": "rhel", "mycorp/app:1": "debian"}
    assert identify("mycorp/app:1", options).family.name == "debian"
    assert identify("mycorp/app:2", options).family.name == "rhel"
    assert identify("other", options).family.name == "alpine"
    assert identify("python:3.12", {"mycorp/*": "alpine"}) == identify("python:3.12")


def test_an_option_that_names_an_image_of_the_catalogue() -> None:
    image = identify("mycorp/php", {"mycorp/php": "php:8.2-fpm"})
    assert (image.reference, image.source, image.family.name) == ("mycorp/php", "option", "debian")
    assert (image.entrypoint, image.cmd, image.facts) == (("docker-php-entrypoint",), ("php-fpm",), PHP_FPM)


def test_a_family_for_an_image_of_the_catalogue_leaves_what_else_is_known_of_it() -> None:
    image = identify("linuxserver/sonarr", {"linuxserver/sonarr": "alpine"})
    assert (image.family.name, image.source, image.entrypoint, image.cmd) == ("alpine", "option", ("/init",), ())


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("alpin", "; did you mean alpine?"),
        ("pyhton:3.12", "; did you mean python?"),
        ("unknown", FAMILIES_HINT),
        ("", FAMILIES_HINT),
    ],
)
def test_an_option_with_an_unknown_value(value: str, hint: str) -> None:
    with pytest.raises(ValueError, match="neither a family nor an image of the catalogue") as caught:
        identify("python", {"elsewhere": value})
    assert str(caught.value).startswith(
        f"--base-image: {value} is neither a family nor an image of the catalogue{hint}"
    )
