"""A build context and a Dockerfile by somebody who wants to be read where he should not be, or for ever."""

# ruff: noqa: E501 (one case, one line)

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from context_build import files_of, lay_out, shown

from fargate_patch.chain.files import context as room
from fargate_patch.chain.files.context import LARGEST, BuildContext, Kind


@pytest.fixture
def context(tmp_path: Path) -> Path:
    """A context beside a secret, with every way there is to lead a reader astray."""
    (tmp_path / "secret").write_text("secret")
    root = lay_out(
        tmp_path / "context",
        {
            "ok": "ok",
            "out-relative": Path("../secret"),
            "out-absolute": tmp_path / "secret",
            "host": Path("/etc"),
            "out-folder": Path(".."),
            "ring": Path("ring"),
            "chain0": Path("ok"),
            "large": b"x" * (LARGEST + 1),
            "just": b"x" * LARGEST,
            "sub/up": Path("../ok"),
            "sub/far": Path("../../../../secret"),
            "empty": "",
            "\udcff": "latin name",
        },
    )
    for number in range(60):
        (root / f"chain{number + 1}").symlink_to(f"chain{number}")
    os.mkfifo(root / "pipe")
    (root / "null").symlink_to("/dev/null")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(root / "socket")[-100:]) if len(str(root)) < 90 else (root / "socket").touch()
    return root


REFUSED = {
    "../secret": "COPY names secret, which is not in the build context",
    "sub/../../secret": "COPY names secret, which is not in the build context",
    "out-relative": "COPY names out-relative, which is not in the build context (out-relative is a symlink that leads out of the build context)",
    "out-absolute": "COPY names out-absolute, which is not in the build context (out-absolute is a symlink that leads out of the build context)",
    "host/passwd": "COPY names host/passwd, which is not in the build context (host is a symlink that leads out of the build context)",
    "out-folder/secret": "COPY names out-folder/secret, which is not in the build context (out-folder/secret is a symlink that leads out of the build context)",
    "sub/far": "COPY names sub/far, which is not in the build context (sub/far is a symlink that leads out of the build context)",
    "null": "COPY names null, which is not in the build context (null is a symlink that leads out of the build context)",
    "ring": "ring is a ring of symlinks",
    "chain60": "chain60 is a ring of symlinks",
    "pipe": "pipe is no regular file",
    "large": "large is larger than 1 MiB",
    "ok/x": "COPY names ok/x, which is not in the build context",
    "a\\0b": "COPY names a0b, which is not in the build context",
}  # fmt: skip


@pytest.mark.parametrize("source", REFUSED, ids=str)
def test_what_is_not_read_and_why(source: str, context: Path) -> None:
    file = files_of(f"FROM a\nCOPY {source} /x\n", context).get("/x")
    assert file is not None
    assert (file.text, file.reason) == (None, REFUSED[source])


@pytest.mark.parametrize(
    ("source", "text"),
    [("just", "x" * LARGEST), ("empty", ""), ("sub/up", "ok"), ("chain30", "ok"), ("\udcff", "latin name")],
)
def test_what_is_read(source: str, text: str, context: Path) -> None:
    file = files_of(f"FROM a\nCOPY {source} /x\n", context).get("/x")
    assert file is not None
    assert (file.text, file.reason) == (text, "")


def test_links_of_a_copied_folder_lead_to_files_of_the_image_only(context: Path) -> None:
    files = files_of("FROM a\nCOPY . /app\n", context)
    paths = (
        "/app/out-relative",
        "/app/out-absolute",
        "/app/host/passwd",
        "/app/ring",
        "/app/out-folder/secret",
        "/app/pipe",
        "/app/null",
        "/app/sub/up",
    )
    assert [shown(files.get(p)) for p in paths] == [
        None,
        None,
        None,
        None,
        None,
        "pipe:1? pipe is no regular file",
        None,
        "ok:1: ok",
    ]


def test_a_link_that_becomes_something_else_is_not_followed(context: Path) -> None:
    assert BuildContext(context, "Dockerfile").read("out-relative").text is None


def test_a_context_that_is_not_there_or_no_folder_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for root in (tmp_path / "none", tmp_path / "file"):
        files = files_of("FROM a\nCOPY x /x\nCOPY *.sh /y/\n", root)
        assert (shown(files.get("/x")), files.glob("/y/*")) == (
            "Dockerfile:2? COPY names x, which is not in the build context",
            (),
        )


def test_nothing_is_opened_before_it_is_asked_for(context: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    read = BuildContext._read
    monkeypatch.setattr(BuildContext, "_read", lambda self, path: opened.append(path) or read(self, path))
    files = files_of("FROM a\nCOPY ok large /a/\nCOPY . /b\nRUN echo 1 > /c\n", context)
    before = list(opened)
    files.get("/c")
    files.get("/b/sub/none")
    files.glob("/c*")
    unrelated = list(opened)
    files.get("/a/ok")
    assert (before, unrelated, opened) == ([], [], ["ok"])


def test_a_listing_ends_somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fargate_patch.chain.files.context.MOST_ENTRIES", 10)
    root = lay_out(tmp_path, {f"f{n:03}": "" for n in range(50)})
    assert len(BuildContext(root, "Dockerfile").names("")) == 10


def test_a_folder_that_cannot_be_listed_is_empty(tmp_path: Path) -> None:
    context = BuildContext(tmp_path, "Dockerfile")
    assert (context.names("none"), context.walk("none").kind) == ((), Kind.MISSING)


LONG = {
    "appends": "FROM a\nRUN echo '#!' > /x\n" + "RUN echo abc >> /x\n" * 2_000,
    "one RUN": "FROM a\nRUN " + " && ".join(["echo abc >> /app/x"] * 2_500) + "\n",
    "edits": "FROM a\nRUN echo a > /x\n" + "RUN sed -i s/a/b/ /x\n" * 3_000,
    "copies of copies": "FROM a\nRUN echo a > /x0\n" + "".join(f"RUN cp /x{n} /x{n + 1}\n" for n in range(2_000)) + "RUN cp /x2000 /x\n",
    "stages": "FROM a AS s0\nRUN echo a > /x\n" + "".join(f"FROM b AS s{n + 1}\nCOPY --from=s{n} /x /x\n" for n in range(2_000)),
    "stages, twice": "FROM a AS s0\n" + "".join(f"FROM b AS s{n + 1}\nCOPY --from=s{n} /a /\nCOPY --from=s{n} / /a\nCOPY --from=s{n} /a/a /x\n" for n in range(300)),
    "parents": "FROM a AS s0\nRUN echo a > /x\n" + "".join(f"FROM s{n} AS s{n + 1}\n" for n in range(3_000)),
    "folders": "FROM a\n" + "COPY ok /x\n" * 10_000,
    "variables": "FROM a\n" + "ENV A=$A$A$Ab\n" * 3_000 + "COPY ok /$A/x\n",
    "nested": "FROM a\nRUN " + "(" * 3_000 + "echo 1 > /x" + ")" * 3_000 + "\n",
    "loops": "FROM a\nRUN " + "for i in 1 2 3 4 5 6 7 8 9; do " * 12 + "A=1; echo $i >> /x; " + "done; " * 12 + "true\n",
    "doubling": "FROM a\nRUN A=aaaaaaaaaaaaaaaa; " + "A=$A$A; " * 60 + "echo $A > /x\n",
    "doubling file": "FROM a\nRUN echo aaaaaaaaaaaaaaaa > /y " + "&& cat /y /y > /x && cat /x /x > /y " * 40 + "\n",
    "words": "FROM a\nRUN touch " + " ".join(f"f{n}" for n in range(8_000)) + " /x\n",
    "wildcards": "FROM a\nCOPY " + "*a" * 10_000 + " /x\n",
    "dots": "FROM a\nCOPY ok /" + "a/../" * 800 + "x\n",
}  # fmt: skip


@pytest.mark.parametrize("name", LONG)
def test_long_files_come_to_an_end(name: str, context: Path) -> None:
    files = files_of(LONG[name], context)
    file = files.get("/x")
    assert file is None or file.path == "/x"
    assert isinstance(files.glob("/*/x*"), tuple)
    assert isinstance(files.accounts, dict)
    assert isinstance(files.packages, frozenset)


def test_many_appends_are_one_text(context: Path) -> None:
    file = files_of(LONG["appends"], context).get("/x")
    assert file is not None
    assert file.text == "#!\n" + "abc\n" * 2_000


SCRIPTS = {
    "regex": ("s/\\(a*\\)*b//", "not followed"),
    "three stars": ("s/a*a*a*b//", "not followed"),
    "two stars": ("s/[^x]*a[^y]*b//", "not followed"),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_regular_expressions_take_bounded_time(name: str, tmp_path: Path) -> None:
    script, reason = SCRIPTS[name]
    root = lay_out(tmp_path, {"x": "a" * 100_000})
    file = files_of(f"FROM a\nCOPY x /x\nRUN sed -i '{script}' /x\n", root).get("/x")
    assert file is not None
    assert (file.text, reason in file.reason) == (None, True)


def test_a_name_that_leads_out_on_windows_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A backslash and a colon are letters of a name here, and a way out of the folder there."""
    names = (r"..\secret", r"C:\secret", "C:secret", r"\\host\share", "ok:stream")
    root = lay_out(tmp_path, dict.fromkeys(names, "secret"))
    assert {BuildContext(root, "Dockerfile").walk(name).kind for name in names} == {Kind.FILE}
    monkeypatch.setattr(room, "FOREIGN", frozenset("\\:"))
    assert {BuildContext(root, "Dockerfile").walk(name).kind for name in names} == {Kind.MISSING}
