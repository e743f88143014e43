"""Looking into a real image: what is then known of it, whatever the archive's form, and hostile archives."""

from __future__ import annotations

import io
import stat
import tarfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from image_archive import CONFIG, DEBIAN, FOLDER, docker_archive, layer, oci_archive, oci_layout, packed

from fargate_patch.image import looking
from fargate_patch.image.contents import accounts, family_of, pool_facts
from fargate_patch.image.family import FAMILIES
from fargate_patch.image.identify import identify
from fargate_patch.image.layers import Root, merged, read_layer
from fargate_patch.image.looking import Look
from fargate_patch.image.model import Image, ImageError
from fargate_patch.image.tar import Part

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

BUSYBOX = {"bin/sh": "-> /bin/busybox", "bin/busybox": "x"}
UNKNOWN = identify("mycorp/app:1")


def root(*tables: Mapping[str, str | None]) -> Root:
    layers = [layer(table) for table in tables]
    return merged(read_layer(Part(io.BytesIO(data), len(data))) for data in layers)


@pytest.fixture(autouse=True)
def _anew() -> None:
    looking._read.cache_clear()
    looking._asked.cache_clear()


@pytest.mark.parametrize(("transport", "make"), [
    ("docker-archive", docker_archive), ("oci-archive", oci_archive), ("oci", oci_layout), ("oci", oci_archive),
])  # fmt: skip
@pytest.mark.parametrize("compressed", [False, True])
def test_an_image_in_any_form(tmp_path: Path, transport: str, make: object, compressed: bool) -> None:
    data = layer(DEBIAN)
    path = make(tmp_path / "image", [packed(data) if compressed else data])  # type: ignore[operator]
    assert Look(archives={"mycorp/*": f"{transport}:{path}"})(UNKNOWN) == Image(
        "mycorp/app:1",
        FAMILIES["debian"],
        "inspected",
        user="app",
        entrypoint=(),
        cmd=("/usr/sbin/cron", "-f"),
        users={"root": "/bin/bash", "app": "/bin/sh"},
        uids={"0": "root", "1000": "app"},
        facts={"pam.services": "su"},
    )


@pytest.mark.parametrize(
    ("tables", "family"),
    [
        ([DEBIAN], FAMILIES["debian"]),
        ([{"etc/os-release": "ID=ubuntu\n", "bin/sh": "-> bash"}], replace(FAMILIES["debian"], sh="bash")),
        ([{"etc/os-release": 'ID="rocky"\nID_LIKE="rhel"\n', "usr/bin/sh": "x", "bin": "-> usr/bin"}],
         FAMILIES["rhel"]),
        ([{"etc/os-release": 'ID=mine\nID_LIKE="mint debian"\n', "bin/sh": "x"}], FAMILIES["debian"]),
        ([{"etc/os-release": "ID=alpine\n", **BUSYBOX, "bin/su": "-> /bin/busybox"}],
         FAMILIES["alpine"]),
        # cronie in the place of busybox's crond
        ([{"etc/os-release": "ID=alpine\n", **BUSYBOX, "usr/sbin/crond": "ELF",
           "etc/pam.d/crond": "x"}], replace(FAMILIES["alpine"], crond="cronie", cronie_pam="crond")),
        # Debian's cronie, under a PAM service of its own
        ([DEBIAN, {"usr/sbin/crond": "ELF", "etc/pam.d/cronie": "x"}], replace(FAMILIES["debian"], crond="cronie")),
        # sudo without its drop-in folder, a profile that reads no other file
        ([DEBIAN, {"etc/sudoers": "root ALL=(ALL) ALL\n", "etc/profile": "umask 022\n"}],
         replace(FAMILIES["debian"], sudoers_d=False, profile_d=False)),
        ([DEBIAN, {"etc/sudoers": "@includedir /etc/sudoers.d\n"}], FAMILIES["debian"]),
        # the shell is taken away
        ([DEBIAN, {"usr/bin/.wh.sh": ""}], replace(FAMILIES["debian"], shell=False)),
        ([{"etc/os-release": "ID=debian\n", "var/lib/dpkg/status.d": FOLDER}], FAMILIES["distroless"]),
        ([{"bin/busybox": "x", "bin/sh": "= bin/busybox"}], FAMILIES["busybox"]),
        ([{"app": "ELF"}], FAMILIES["scratch"]),
        ([{"etc/os-release": "ID=gentoo\n", "bin/sh": "-> bash"}], replace(FAMILIES["unknown"], shell=True, sh="bash")),
    ],
)  # fmt: skip
def test_the_distribution(tables: list[Mapping[str, str | None]], family: object) -> None:
    assert family_of(root(*tables), None) == family


@pytest.mark.parametrize(
    ("tables", "passwd"),
    [
        ([{"etc/passwd": "a"}, {"etc/passwd": "b"}], "b"),
        ([{"etc/passwd": "a"}, {"etc/.wh.passwd": ""}], None),
        ([{"etc/passwd": "a"}, {".wh.etc": ""}], None),
        ([{"etc/passwd": "a"}, {"etc/.wh..wh..opq": ""}], None),
        ([{"etc/passwd": "a"}, {".wh..wh..opq": "", "etc/passwd": "b"}], "b"),
        ([{"etc/passwd": "a"}, {"etc/.wh..wh..opq": "", "etc/passwd": "b"}], "b"),
        ([{"etc/passwd": "a"}, {"etc": "-> nowhere"}], None),
        ([{"etc/passwd": "a"}, {"etc": FOLDER}], "a"),
        ([{"etc/.wh.passwd": ""}, {"etc/passwd": "a"}], "a"),
        ([{"./etc/passwd": "a"}], "a"),
        ([{"/etc/passwd": "a"}], "a"),
        ([{"x/../../../etc/passwd": "a"}], "a"),  # stays in the image
        ([{"etc/passwd": "-> passwd"}], None),  # leads round in a circle
        ([{"etc/passwd": "-> ../../../../etc/shadow"}], None),
        ([{"x" * 300 + "/../etc/passwd": "a"}], "a"),  # a name in a header of its own
    ],
)
def test_layers_one_upon_the_other(tables: list[Mapping[str, str | None]], passwd: str | None) -> None:
    assert root(*tables).text("etc/passwd") == passwd


def test_names_of_gnu_tar() -> None:
    data = layer({"y" * 300 + "/../etc/passwd": "a"}, tarfile.GNU_FORMAT)
    assert read_layer(Part(io.BytesIO(data), len(data))).files["etc/passwd"].data == b"a"


def test_accounts() -> None:
    text = "root:x:0:0:root:/root:/bin/ash\n# no account\nweb:x:82:82::/:\nshort:x:1\n:x:2:2:::/x\n"
    assert list(accounts(root({"etc/passwd": text}))) == [("root", "0", "/bin/ash"), ("web", "82", "/bin/sh")]


@pytest.mark.parametrize(
    ("files", "facts"),
    [
        ({}, {}),
        ({"usr/local/etc/php-fpm.d/docker.conf": "[global]\n[www]\nclear_env = no\n",
          "usr/local/etc/php-fpm.d/www.conf": "[www]\n;clear_env = yes\n"},
         {"php-fpm.pool": "www", "php-fpm.pool_dir": "/usr/local/etc/php-fpm.d", "php-fpm.clear_env": "no"}),
        ({"etc/php/8.2/fpm/pool.d/www.conf": "[www]\nuser = www-data\n;clear_env = no\n"},
         {"php-fpm.pool": "www", "php-fpm.pool_dir": "/etc/php/8.2/fpm/pool.d"}),
        ({"etc/php-fpm.d/a.conf": "[a]\nclear_env = 0 ; all\n", "etc/php-fpm.d/b.conf": "[b]\n"},
         {"php-fpm.pool": "a", "php-fpm.pool_dir": "/etc/php-fpm.d"}),
        ({"etc/php82/php-fpm.d/app.conf": '[app]\nclear_env = "Off"\n'},
         {"php-fpm.pool": "app", "php-fpm.pool_dir": "/etc/php82/php-fpm.d", "php-fpm.clear_env": "no"}),
    ],
)  # fmt: skip
def test_pools(files: Mapping[str, str | None], facts: Mapping[str, str]) -> None:
    assert pool_facts(root(files)) == facts


def _header(**said: object) -> bytes:
    info = tarfile.TarInfo("x")
    for name, value in said.items():
        setattr(info, name, value)
    return info.tobuf(tarfile.GNU_FORMAT)


HUGE_NAME = _header(type=tarfile.GNUTYPE_LONGNAME, size=1 << 20) + b"n" * (1 << 20)
NOT_AN_ARCHIVE = "is neither a docker-archive nor an OCI layout"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", NOT_AN_ARCHIVE),
        (b"no tar" * 200, "is no tar archive, or a broken one"),
        (layer({"manifest.json": "[]"}), "holds 0 images, and which one is meant is not known"),
        (layer({"manifest.json": "{"}), NOT_AN_ARCHIVE),
        (layer({"manifest.json": "[" * 100_000}), NOT_AN_ARCHIVE),
        (layer({"manifest.json": '[{"Config": "c", "Layers": []}]'}),
         "holds no image: its manifest or its config is missing"),
        (layer({"manifest.json": '[{"Config": "c", "Layers": ["../../etc/passwd"]}]', "c": '{"config": {}}'}),
         "lacks a layer that its manifest names"),
        (layer({"manifest.json": '[{"Config": "c", "Layers": 7}]', "c": '{"config": {}}'}),
         "its manifest names no layers, or more than any image has"),
        (layer({"manifest.json": '[{"Config": "c", "Layers": []}]', "c": '{"config": 7}'}),
         "its config: its Config is not an object."),
        (layer({"index.json": '{"manifests": [{"digest": "sha256:0"}]}'}), NOT_AN_ARCHIVE),
        (_header(size=100) + b"short", "the archive ends before its time"),
        (_header(size=1 << 60), "is larger than 16 GiB"),
        (HUGE_NAME, "has a name that is beyond all measure"),
        (_header(type=tarfile.XHDTYPE, size=512) + b"0 path=x\n".ljust(512, b"\0"), "has a broken pax header"),
    ],
)  # fmt: skip
def test_hostile_and_broken_archives(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "a.tar").write_bytes(data)
    archive = f"docker-archive:{tmp_path / 'a.tar'}"
    with pytest.raises(ImageError) as caught:
        Look(archives={"*": archive})(UNKNOWN)
    assert str(caught.value) == f"--base-image: {archive} {message}"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\x28\xb5\x2f\xfd" + b"x" * 600,
         "its layers are packed with zstd, which is not read here; "
         "`skopeo copy --dest-compress-format gzip` packs them anew"),
        (packed(layer(DEBIAN))[:-300], "is no tar archive, or a broken one"),
        (packed(b"no tar" * 200), "is no tar archive, or a broken one"),
        (layer({f"etc/pam.d/{number}": "x" * 100_000 for number in range(30)}),
         "a layer holds more settings than any image does"),
        (layer({f"etc/pam.d/{number}": "x" for number in range(5_001)}),
         "a layer holds more settings than any image does"),
    ],
)  # fmt: skip
def test_layers_that_cannot_be_read(tmp_path: Path, data: bytes, message: str) -> None:
    path = oci_layout(tmp_path / "image", [data])
    with pytest.raises(ImageError) as caught:
        Look(archives={"*": f"oci:{path}"})(UNKNOWN)
    assert str(caught.value) == f"--base-image: oci:{path} {message}"


def test_an_archive_that_is_not_there() -> None:
    with pytest.raises(ImageError, match=r"^--base-image: oci:nowhere cannot be read: no such file or directory$"):
        Look(archives={"*": "oci:nowhere"})(UNKNOWN)


def _program(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(stat.S_IRWXU)


def test_without_an_engine_and_without_skopeo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    note = "--inspect: there is neither docker nor podman nor skopeo that could be asked."
    assert Look(engine=True)(UNKNOWN) == replace(UNKNOWN, note=note)


def test_skopeo_where_there_is_no_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _program(tmp_path, "skopeo", """[ "$*" = "inspect --config docker://mycorp/app:1" ] || exit 1
echo '{"os": "linux", "config": {"Entrypoint": ["/entry"]}}'""")  # fmt: skip
    monkeypatch.setenv("PATH", str(tmp_path))
    note = "--inspect: skopeo told the settings of mycorp/app:1 and not its files; `docker pull mycorp/app:1` makes these known too."  # noqa: E501
    assert Look(engine=True)(UNKNOWN) == Image(
        "mycorp/app:1", FAMILIES["unknown"], "inspected", user="root", entrypoint=("/entry",), cmd=(), note=note
    )


def test_skopeo_that_cannot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _program(tmp_path, "skopeo", "echo no such host >&2; exit 1")
    monkeypatch.setenv("PATH", str(tmp_path))
    note = "--inspect: skopeo cannot look into mycorp/app:1: no such host."
    assert Look(engine=True)(UNKNOWN) == replace(UNKNOWN, note=note)


PODMAN = """case "$1 $2" in
"ps --last=1") echo 5.0 ;;
"image inspect") {inspect} ;;
"image save") [ "$3 $4" = "--format=docker-archive mycorp/app:1" ] && cat {archive} ;;
*) exit 1 ;;
esac"""


def test_an_image_that_the_engine_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = docker_archive(tmp_path / "image.tar", [layer(DEBIAN)])
    inspect = """echo '[{"Os": "linux", "Config": {"Cmd": ["x"]}}]'"""
    _program(tmp_path, "podman", PODMAN.format(inspect=inspect, archive=archive))
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr("shutil.which", lambda name: str(tmp_path / name) if name == "podman" else None)
    found = Look(engine=True)(UNKNOWN)
    assert (found.family, found.source, found.cmd) == (FAMILIES["debian"], "inspected", ("x",))
    assert found.users == {"root": "/bin/bash", "app": "/bin/sh"}


def test_an_image_that_the_engine_has_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _program(tmp_path, "podman", PODMAN.format(inspect="exit 125", archive="x"))
    monkeypatch.setattr("shutil.which", lambda name: str(tmp_path / name) if name == "podman" else None)
    note = "--inspect: mycorp/app:1 is not here, and nothing is pulled; `podman pull mycorp/app:1` brings it."
    assert Look(engine=True)(UNKNOWN) == replace(UNKNOWN, note=note)


@pytest.mark.parametrize("reference", ["python:3.12", "--help", "-v", "a b", "$(x)", "a;b", "", "é"])
def test_what_no_engine_is_asked_for(reference: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the catalogue knows, and what is no name of an image."""
    monkeypatch.setattr(looking, "_asked", lambda _: pytest.fail("an engine was asked"))
    image = identify(reference)
    assert Look(engine=True)(image) is image


def test_what_the_catalogue_knows_besides_stays(tmp_path: Path) -> None:
    config = {"config": {"Entrypoint": ["docker-php-entrypoint"], "Cmd": ["php-fpm"]}}
    archive = docker_archive(tmp_path / "image.tar", [layer(DEBIAN)], config)
    found = Look(archives={"php": f"docker-archive:{archive}"})(identify("php:8.2-fpm"))
    facts = {**identify("php:8.2-fpm").facts, "pam.services": "su"}
    assert (found.source, found.facts) == ("inspected", facts)
    assert CONFIG["config"]["User"] == "1000:1000"
