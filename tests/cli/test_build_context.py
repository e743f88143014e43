"""Where the build context is when nobody says so: the Dockerfile's folder, or one above that has what COPY names."""

from __future__ import annotations

from pathlib import Path

import pytest

from fargate_patch.cli.build_context import build_context
from fargate_patch.cli.settings import Given, task

FILES = ("docker/start.sh", "docker/web/start.sh", "docker/web/Dockerfile", "src/app.py", "package.json")


@pytest.fixture(autouse=True)
def repository() -> None:
    """A repository in the working folder."""
    for name in (*FILES, ".git/HEAD"):
        Path("repo", name).parent.mkdir(parents=True, exist_ok=True)
        Path("repo", name).write_text("")
    Path("package-lock.json").write_text("")


@pytest.mark.parametrize(
    ("copies", "expected"),
    [
        ("COPY start.sh /", "docker/web"),
        ("COPY . /", "docker/web"),
        ("COPY docker/web/start.sh /", "."),
        ("COPY web/start.sh /", "docker"),
        ("COPY src package.json ./\nCOPY docker/start.sh /", "."),
        ('COPY ["src/app.py", "/srv/"]', "."),
        ('ADD --chown=app "/src/app.py" /srv/', "."),
        ("COPY src/app.py start.sh /", "docker/web"),  # no folder has both
        ("COPY package-lock.json /", "docker/web"),  # that is above the repository
        ("COPY ../../src/app.py /", "."),  # which the engine takes from the context's top
        ("COPY --from=build src/app.py /", "docker/web"),
        ("COPY $DIR/app.py src*/app.py https://example.com/src x@y /", "docker/web"),
        ("COPY <<EOF /x\nCOPY src/app.py /\nEOF", "docker/web"),
        ("RUN COPY src/app.py", "docker/web"),
        ("COPY src/app.py /\nBROKEN\\", "."),
        ("COPY src/app.py\\", "docker/web"),
    ],
)
def test_the_nearest_folder_that_has_every_source(copies: str, expected: str) -> None:
    found = build_context("repo/docker/web/Dockerfile", f"FROM debian:12\n{copies}\n".encode())
    assert found == Path("repo", expected)


def test_a_symlink_out_of_the_folder_is_no_way_to_a_source() -> None:
    Path("repo/docker/web/src").symlink_to("../../src")
    Path("repo/docker/web/begin.sh").symlink_to("start.sh")
    assert build_context("repo/docker/web/Dockerfile", b"FROM debian:12\nCOPY src/app.py /\n") == Path("repo")
    assert build_context("repo/docker/web/Dockerfile", b"FROM debian:12\nCOPY begin.sh /\n") == Path("repo/docker/web")


def test_outside_a_repository_the_working_folder_is_the_top(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("repo/.git/HEAD").unlink()
    Path("repo/.git").rmdir()
    Path(".git").rmdir()
    data = b"FROM debian:12\nCOPY src/app.py /\n"
    assert build_context("repo/docker/web/Dockerfile", data) == Path("repo")
    monkeypatch.chdir("repo/docker/web")
    assert build_context("Dockerfile", data) == Path()


def test_what_a_person_says_counts() -> None:
    data = b"FROM debian:12\nCOPY src/app.py /\n"
    given = Given({"context": "repo/docker"})
    assert task(given, "repo/docker/web/Dockerfile", data).context == Path("repo/docker")
    assert task(Given(), "repo/docker/web/Dockerfile", data).context == Path("repo")
    assert task(Given(), None, data).context is None
