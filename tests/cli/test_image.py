"""A real image behind the command line: `image REF`, --inspect, and the archives that --base-image names."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fargate_patch.image import looking

sys.path.insert(0, str(Path(__file__).parents[1] / "image"))

from image_archive import DEBIAN, docker_archive, layer

if TYPE_CHECKING:
    from collections.abc import Callable

    from command_line import Run

    Cli = Callable[..., Run]

CONFIG = {"os": "linux", "config": {"Cmd": ["su", "-", "app", "-c", "python3 app.py"]}}


@pytest.fixture
def archive(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("PATH", str(folder))  # no engine, whatever this machine has
    looking._read.cache_clear()
    looking._asked.cache_clear()
    return f"mycorp/app:1=docker-archive:{docker_archive(folder / 'image.tar', [layer(DEBIAN)], CONFIG).name}"


def test_a_dockerfile_for_an_image_that_has_none(cli: Cli, archive: str) -> None:
    run = cli("image", "--base-image", archive, "mycorp/app:1")
    lines = run.out.decode().splitlines()
    assert (run.code, lines[0], lines[-1][:20]) == (0, "FROM mycorp/app:1", "# <<< fargate-patch ")
    assert 'ENTRYPOINT ["/usr/local/bin/fargate-env"]' in lines
    assert 'CMD ["su", "-", "app", "-c", "python3 app.py"]' in lines
    assert run.err.splitlines()[:2] == [
        "Dockerfile: patched",
        "  Dockerfile:1: FP101 su starts a login shell with a fresh environment: no task role for python3 app.py",
    ]


def test_the_dockerfile_in_a_file(cli: Cli, folder: Path, archive: str) -> None:
    assert cli("image", "--base-image", archive, "-o", "made", "mycorp/app:1").code == 0
    assert (folder / "made").read_bytes() == cli("image", "-q", "--base-image", archive, "mycorp/app:1").out


def test_an_image_for_which_nothing_is_to_be_done(cli: Cli, folder: Path, archive: str) -> None:
    path = docker_archive(folder / "clean.tar", [layer(DEBIAN)], {"config": {"Cmd": ["gunicorn", "app:app"]}})
    run = cli("image", "--base-image", f"mycorp/app:1=docker-archive:{path}", "mycorp/app:1")
    assert (run.code, run.out) == (0, b"FROM mycorp/app:1\n")


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("mycorp/other:1", "there is neither docker nor podman nor skopeo that could be asked"),
        ("a b", "`a b` is no name of an image"),
        ("x\nRUN y", r"`x\nRUN y` is no name of an image"),
    ],
)
def test_an_image_that_cannot_be_looked_into(cli: Cli, archive: str, reference: str, message: str) -> None:
    run = cli("image", reference)
    assert (run.code, run.out, run.err) == (2, b"", f"fargate-patch: {message}\n")


def test_an_archive_for_a_base_image(cli: Cli, folder: Path, archive: str) -> None:
    (folder / "Dockerfile").write_text("FROM mycorp/app:1\n")
    run = cli("--check", "-f", "json", "--base-image", archive, "Dockerfile")
    file = json.loads(run.out)["files"][0]
    assert (run.code, file["status"], file["base"]) == (
        1, "would-patch", {"image": "mycorp/app:1", "family": "debian", "source": "inspected"}
    )  # fmt: skip


def test_inspect_in_the_configuration(cli: Cli, folder: Path, archive: str) -> None:
    (folder / ".fargate-patch.toml").write_text("inspect = true\n")
    (folder / "Dockerfile").write_text("FROM mycorp/other:1\n")
    run = cli("--check", "-v", "Dockerfile")
    assert run.code == 0
    assert "note: --inspect: there is neither docker nor podman nor skopeo that could be asked." in run.out.decode()


@pytest.mark.parametrize("shape", ["[base-image]\n'{0}' = '{1}'\n", "base-image = ['{0}={1}']\n"])
def test_an_archive_in_the_configuration_is_seen_from_its_folder(
    cli: Cli, folder: Path, archive: str, shape: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "fargate-patch.toml").write_text(shape.format(*archive.split("=")))
    (folder / "deep").mkdir()
    (folder / "deep/Dockerfile").write_text("FROM mycorp/app:1\n")
    monkeypatch.chdir(folder / "deep")
    (judged,) = json.loads(cli("--check", "-f", "json", "Dockerfile").out)["files"]
    assert (judged["status"], judged["base"]["source"]) == ("would-patch", "inspected")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("oci:nowhere", "--base-image: oci:nowhere cannot be read: no such file or directory"),
        ("oci:.", "--base-image: oci:. is neither a docker-archive nor an OCI layout"),
        ("debain", "--base-image: debain is neither a family nor an image of the catalogue; did you mean debian?"),
    ],
)
def test_a_wrong_value(cli: Cli, folder: Path, archive: str, value: str, message: str) -> None:
    (folder / "Dockerfile").write_text("FROM mycorp/app:1\n")
    run = cli("--base-image", f"mycorp/app:1={value}", "Dockerfile")
    assert (run.code, run.err.splitlines()[0]) == (2, f"fargate-patch: Dockerfile: {message}")
