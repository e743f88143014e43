"""Any bytes at all: nothing crashes, and whatever is patched keeps every promise of `promises`."""

# Hypothesis looks at the types.
# ruff: noqa: TC003

from __future__ import annotations

import io
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from dockerfile_cases import CASES
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutation import files, mutated
from promises import STRATEGIES, kept
from scenes import SCENES, Scene

from fargate_patch import BlockError, DockerfileError, Options, Status, patch, revert, trace
from fargate_patch.chain.model import Place
from fargate_patch.chain.scripts.script import Scope, launches
from fargate_patch.diagnosis.reading import diagnose
from fargate_patch.image.inspected import read_config

quick = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
options = st.sampled_from(STRATEGIES)
scenes = st.sampled_from(sorted(SCENES))
randoms = st.randoms(use_true_random=False)

SHELL = [
    "if",
    "then",
    "else",
    "elif",
    "fi",
    "for",
    "in",
    "do",
    "done",
    "while",
    "until",
    "case",
    "esac",
    "(",
    ")",
    "{",
    "}",
    ";",
    "&",
    "&&",
    "||",
    "|",
    "<",
    ">",
    ">>",
    "<<",
    "<<-",
    "<<<",
    "$",
    "${",
    "$(",
    "$((",
    "`",
    "'",
    '"',
    "\\",
    "#",
    "!",
    "=",
    "\n",
    "EOF",
    "a\nsu",
    "-",
    "app",
    "-c",
    "exec",
    "sudo",
    "-u",
    "gosu",
    ".",
    "source",
    "eval",
    "trap",
    "set",
    "-e",
    "--",
    '"$@"',
    "$1",
    "local",
    "export",
    "A=1",
    "f()",
    "[",
    "[[",
    "]]",
    "]",
    "test",
    "-f",
    "cron",
    "nohup",
    "env",
    "-i",
    "/bin/sh",
    "\r",
    "\x00",
    "${A:-b}",
    "${A%x}",
]
scripts = st.lists(st.sampled_from(SHELL), max_size=40).map(" ".join)
documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ("Config", "config", "User", "Entrypoint", "Cmd", "Env", "Shell", "Labels", "Os", "RepoTags")
            ),
            inner,
        )
    ),
    max_leaves=12,
)


@pytest.mark.parametrize("data", [c.data for c in CASES.values() if len(c.data) < 100_000])
def test_the_table_of_nasty_files(data: bytes) -> None:
    for each in STRATEGIES:
        kept(data, None, each)


@quick
@given(st.binary(max_size=300), options)
def test_any_bytes(data: bytes, each: Options) -> None:
    kept(data, None, each)
    kept(b"FROM debian:12\n" + data + b'\nCMD ["su", "-", "app"]\n', None, each)


@quick
@given(st.binary(max_size=300))
def test_any_bytes_taken_back(data: bytes) -> None:
    for text in (data, b"FROM a\n# >>> fargate-patch " + data + b"\n# <<< fargate-patch " + data):
        try:
            revert(text)
        except (BlockError, DockerfileError) as refused:
            assert str(refused)


@quick
@given(randoms, st.integers(0, len(files()) - 1), options)
def test_damaged_files(random: Random, number: int, each: Options) -> None:
    kept(mutated(random, files()[number]), None, each)


@quick
@given(scenes, randoms, options)
def test_damaged_files_of_the_context(name: str, random: Random, each: Options) -> None:
    scene = SCENES[name]
    damaged = Scene(scene.dockerfile, {n: mutated(random, data) for n, data in scene.files.items()})
    with TemporaryDirectory() as folder:
        kept(damaged.dockerfile, damaged.lay_out(Path(folder)), each)


@quick
@given(scenes, st.binary(max_size=400))
def test_any_bytes_in_a_file_of_the_context(name: str, data: bytes) -> None:
    scene = SCENES[name]
    with TemporaryDirectory() as folder:
        kept(
            scene.dockerfile, Scene(scene.dockerfile, dict.fromkeys(scene.files, data)).lay_out(Path(folder)), Options()
        )


@pytest.mark.parametrize("name", SCENES)
def test_every_scene_is_read(name: str, tmp_path: Path) -> None:
    """Else the damage would be done where nobody looks."""
    from fargate_patch.case import read_again

    scene = SCENES[name]
    case = read_again(scene.dockerfile, "Dockerfile", scene.lay_out(tmp_path), Options())
    assert case.evidence.seen or case.world.files.accounts
    for each in STRATEGIES:
        kept(scene.dockerfile, tmp_path, each)


@settings(max_examples=300, deadline=None)
@given(scripts)
def test_any_shell_script(text: str) -> None:
    scope = Scope(Place("x", 1), "root")
    assert isinstance(launches(text, scope, None), tuple)
    result = trace(
        b"FROM debian:12\nRUN <<'END_OF_IT'\n" + text.encode() + b"\nEND_OF_IT\nCMD " + text.replace("\n", ";").encode()
    )
    assert result.status is not Status.PATCHED


@quick
@given(
    st.lists(
        st.binary(max_size=60)
        | st.sampled_from((b"Unable to locate credentials", b"\n", b"NoCredentialProviders", b"\r")),
        max_size=12,
    )
)
def test_any_log(pieces: list[bytes]) -> None:
    assert isinstance(diagnose(io.BytesIO(b"".join(pieces))), tuple)


@settings(max_examples=300, deadline=None)
@given(documents)
def test_any_inspection_of_an_image(document: object) -> None:
    try:
        read_config(document)
    except ValueError as refused:
        assert str(refused).startswith("--base-image-config: ")
        return
    config = document[0] if isinstance(document, list) else document
    assert isinstance(config, dict)
    result = patch(b'FROM a\nCMD ["su", "-", "app"]\n', options=Options(base_image_config=config))
    assert result.status is not Status.PATCHED
