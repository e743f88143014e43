"""Configuration: which file counts, what it may say, and what overrides it."""

# Tables read by row.
# ruff: noqa: E501

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import CLEAN, LOST, Run

from fargate_patch import Options, trace
from fargate_patch.cli.settings import Given, task
from fargate_patch.version import __version__

Cli = Callable[..., Run]

UNKNOWN = b'FROM unheard/of:1\nCMD ["run"]\n'


def users(path: str, **given: object) -> tuple[str, ...]:
    return task(Given(given), path).options.users


def test_the_nearest_folder_counts() -> None:
    Path("a/b").mkdir(parents=True)
    Path("pyproject.toml").write_text('[tool.fargate-patch]\nuser = ["top"]\n')
    Path("a/pyproject.toml").write_text("[tool.other]\n# fargate-patch is not configured here\n")
    Path("a/fargate-patch.toml").write_text('user = "a"\n')
    Path("a/b/.fargate-patch.toml").write_text('user = ["b", "c"]\n')
    Path("a/b/fargate-patch.toml").write_text('user = "hidden by the one with the dot"\n')
    assert [users(f) for f in ("Dockerfile", "a/Dockerfile", "a/b/Dockerfile")] == [("top",), ("a",), ("b", "c")]
    assert users("a/b/Dockerfile", user=["said"]) == ("said",)


def test_nothing_above_the_repository_counts(tmp_path: Path) -> None:
    (tmp_path / "fargate-patch.toml").write_text('user = "above"\n')
    assert users("Dockerfile") == ()


def test_command_line_over_environment_over_file(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("Dockerfile").write_bytes(CLEAN)
    Path("fargate-patch.toml").write_text('output-format = "json"\n')
    assert cli("Dockerfile").out.startswith(b"{")
    monkeypatch.setenv("FARGATE_PATCH_OUTPUT_FORMAT", "gitlab")
    assert cli("Dockerfile").out == b"[]\n"
    assert cli("-f", "text", "Dockerfile").out.startswith(b"Dockerfile: ")


def test_a_variable_holds_several_words_or_a_command_with_blanks_a_line(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("Dockerfile").write_bytes(UNKNOWN)
    monkeypatch.setenv("FARGATE_PATCH_USER", "app worker")
    monkeypatch.setenv("FARGATE_PATCH_COMMAND", "cron -f\n\nsu - app -c 'run it'\n")
    monkeypatch.setenv("FARGATE_PATCH_BUILD_ARG", "TITLE=a b\nX=1")
    seen: list[Options] = []
    monkeypatch.setattr("fargate_patch.trace", lambda data, **more: seen.append(more["options"]) or trace(data))
    cli("trace", "Dockerfile")
    cli("trace", "--command", "said", "--build-arg", "X=2", "Dockerfile")
    assert [(o.users, o.commands, o.build_args) for o in seen] == [
        (("app", "worker"), ("cron -f", "su - app -c 'run it'"), {"TITLE": "a b", "X": "1"}),
        (("app", "worker"), ("said",), {"X": "2"}),
    ]


def test_globs_of_a_configuration_count_from_its_folder(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("services/old/Dockerfile", "services/api/Dockerfile", "services/api/old/Dockerfile"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(CLEAN)
    Path("fargate-patch.toml").write_text(
        'extend-exclude = ["services/old/*"]\nverbose = true\noutput-format = "json"\n'
    )

    def done(*names: str) -> list[str]:
        return [file["path"] for file in json.loads(cli(*names).out)["files"]]

    assert done(".") == ["services/api/Dockerfile", "services/api/old/Dockerfile"]
    monkeypatch.chdir("services")
    assert done(".") == ["api/Dockerfile", "api/old/Dockerfile"]
    assert done("--extend-exclude", "api/old", ".") == ["api/Dockerfile", "old/Dockerfile"]
    monkeypatch.chdir("api")
    assert done("../old", ".") == [
        "../old",
        "Dockerfile",
        "old/Dockerfile",
    ]  # the first one with an error: nothing is there
    assert done("--force-exclude", "../old/Dockerfile", "Dockerfile") == ["Dockerfile"]


def test_isolated_and_config(cli: Cli) -> None:
    Path("Dockerfile").write_bytes(CLEAN)
    Path("fargate-patch.toml").write_text('output-format = "json"\n')
    Path("other.toml").write_text('output-format = "gitlab"\n')
    assert cli("--isolated", "Dockerfile").out.startswith(b"Dockerfile: ")
    assert cli("--config", "other.toml", "Dockerfile").out == b"[]\n"


def test_strict(cli: Cli) -> None:
    Path("Dockerfile").write_bytes(UNKNOWN)
    assert [cli("trace", "Dockerfile").code, cli("trace", "--strict", "Dockerfile").code] == [0, 1]
    Path("fargate-patch.toml").write_text("strict = true\n")
    assert cli("trace", "Dockerfile").code == 1


def test_the_version_variable_of_a_pipeline_is_not_an_option(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FARGATE_PATCH_VERSION", "1.0.0")
    Path("Dockerfile").write_bytes(CLEAN)
    assert cli("Dockerfile").out.startswith(b"Dockerfile: ")


def test_paths_are_relative_to_the_file_and_tables_are_pairs() -> None:
    Path("deploy").mkdir()
    Path("app").mkdir()
    Path("inspect.json").write_text(json.dumps([{"Config": {"User": "app"}}]))
    Path(".fargate-patch.toml").write_text(
        'context = "app"\nbase-image-config = "inspect.json"\n[base-image]\n"app:1" = "debian"\n[build-arg]\nX = "1=2"\n'
    )
    found = task(Given(), "deploy/Dockerfile")
    assert found.context == Path.cwd() / "app"
    assert found.options.base_images == {"app:1": "debian"}
    assert found.options.build_args == {"X": "1=2"}
    assert found.options.base_image_config == {"Config": {"User": "app"}}


PER_FILE = """
user = "all"
strategy = "none"
[[per-file]]
files = "worker"
user = ["worker"]
[[per-file]]
files = ["web/Dockerfile.*", "*.old"]
user = "web"
strategy = "auto"
[[per-file]]
files = "*.old"
user = "old"
"""


@pytest.mark.parametrize(
    ("path", "user", "strategy"),
    [
        ("Dockerfile", "all", "none"),
        ("worker/Dockerfile", "worker", "none"),
        ("worker/a/Dockerfile", "worker", "none"),
        ("workers/Dockerfile", "all", "none"),
        ("web/Dockerfile", "all", "none"),
        ("web/Dockerfile.dev", "web", "auto"),
        ("web/Dockerfile.old", "old", "auto"),
        ("../worker/Dockerfile", "all", "none"),
    ],
)
@pytest.mark.parametrize("below", [".", "deploy"])
def test_per_file(path: str, user: str, strategy: str, below: str, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("deploy").mkdir()
    Path("fargate-patch.toml").write_text(PER_FILE)
    monkeypatch.chdir(below)
    given = Given(config=str(Path.cwd() / ("fargate-patch.toml" if below == "." else "../fargate-patch.toml")))
    asked = path if below == "." else f"../{path}"
    options = task(given, asked).options
    assert (options.users, options.strategy) == ((user,), strategy)
    assert task(Given({"user": ["said"]}, given.config), asked).options.users == ("said",)


def test_per_file_in_pyproject_and_its_paths() -> None:
    Path("worker/app").mkdir(parents=True)
    Path("pyproject.toml").write_text('[[tool.fargate-patch.per-file]]\nfiles = "worker/*"\ncontext = "worker/app"\n')
    assert task(Given(), "worker/Dockerfile").context == Path.cwd() / "worker/app"
    assert task(Given(), "Dockerfile").context == Path()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("usr = 1", "unknown key `usr`; did you mean `user`?"),
        ("zzz = 1", "unknown key `zzz`"),
        ("strict = 1", "`strict` must be true or false"),
        ("jobs = true", "`jobs` must be a whole number"),
        ("target = 1", "`target` must be a string"),
        ("user = [1]", "`user` must be a string or a list of strings"),
        ("build-arg = 1", "`build-arg` must be a table of strings, or a list of NAME=VALUE"),
        ("required-version = '>=99'", f"asks for fargate-patch >=99, and this is {__version__}"),
        ("required-version = 'new'", f"asks for fargate-patch new, and this is {__version__}"),
        ("per-file = 'worker/*'", "`per-file` must be a list of tables"),
        ("per-file = [1]", "`per-file` must be a list of tables"),
        ("[[per-file]]\nuser = 'a'", "per-file 1: `files` must say for which: a string or a list of strings"),
        ("[[per-file]]\nfiles = []", "per-file 1: `files` must say for which: a string or a list of strings"),
        (
            "[[per-file]]\nfiles = 'a'\n[[per-file]]\nfiles = 'b'\nusr = 'a'",
            "per-file 2: unknown key `usr`; did you mean `user`?",
        ),
        ("[[per-file]]\nfiles = 'a'\nfix-legacy = 1", "per-file 1: `fix-legacy` must be true or false"),
        (
            "[[per-file]]\nfiles = 'a'\nstrict = true",
            "per-file 1: `strict` holds for the whole run, not for some files",
        ),
        (
            "strategy = 'profil'",
            "there is no strategy `profil`; did you mean `profile`? (known: auto, profile, bashrc, shim, none)",
        ),
        ("jobs = -1", "jobs is a number of processes, and -1 is none"),
        ("ignore = 'XX'", "ignore names `XX`, which is no code"),
        ("user = 'a b'", "`a b` is no name of an account"),
        ("= 1", "is no TOML: Invalid statement (at line 1, column 1)"),
        ("[tool.fargate-patch]\nuser = 'a'", "unknown key `tool`; the keys stand here without [tool.fargate-patch]"),
    ],
)
def test_what_a_file_may_not_say(cli: Cli, text: str, message: str) -> None:
    Path("Dockerfile").write_bytes(LOST)
    Path("fargate-patch.toml").write_text(text)
    expected = f"fargate-patch: {Path.cwd()}/fargate-patch.toml: {message}\n"
    assert cli("Dockerfile") == Run(2, b"", expected)
    assert Path("Dockerfile").read_bytes() == LOST


def test_a_byte_order_mark_is_no_text() -> None:
    Path("fargate-patch.toml").write_bytes(b"\xef\xbb\xbfuser = 'app'\r\n")
    assert users("Dockerfile") == ("app",)


@pytest.mark.parametrize("wanted", ["1", "1.0", "1.0.0", "==1.0.0", ">=1.0, <2", "~=1.0", "!=2", "<=1.0.0", "1.*"])
def test_required_version_that_this_is(cli: Cli, wanted: str) -> None:
    Path("Dockerfile").write_bytes(CLEAN)
    Path("fargate-patch.toml").write_text(f"required-version = '{wanted}'")
    assert cli("Dockerfile").code == 0
