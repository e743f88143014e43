"""The data file is consistent, and its little language means what it says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fargate_patch.image import catalogue
from fargate_patch.image.catalogue import Entry, find, matches, names, row, rows
from fargate_patch.image.family import FAMILIES
from fargate_patch.image.reference import parse_reference

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE = Path(catalogue.__file__).with_name("catalogue.json")
KEYS = {
    *("from", "family", "user", "entrypoint", "cmd", "shell", "env", "users", "uids", "facts", "note"),
    *("source", "tags"),
}
MAPPINGS = ("env", "users", "uids", "facts")
FACTS = {
    *("entrypoint", "entrypoint.user", "entrypoint.user_for", "entrypoint.starts"),
    *("init", "hook_dir", "hook_dir.for", "lambda", "s6-overlay.starts"),
    *("supervisord.programs", "supervisord.starts"),
    *("php-fpm", "php-fpm.clear_env", "php-fpm.pool", "php-fpm.pool_dir", "php-fpm.user", "sshd_config", "sudoers"),
}


def layers() -> list[tuple[str, dict[str, Any]]]:
    """Every line, and every change that its tags make, with the line's name."""
    every = [(name, dict(row)) for name, row in rows().items()]
    return every + [(name, dict(over)) for name, row in rows().items() for over in row.get("tags", {}).values()]


def test_at_least_150_repositories() -> None:
    assert len(list(names())) >= 150


def test_no_name_stands_twice() -> None:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        assert len(keys) == len(set(keys)), sorted(key for key in keys if keys.count(key) > 1)
        return dict(pairs)

    json.loads(FILE.read_bytes(), object_pairs_hook=once)


def test_one_image_a_line() -> None:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    assert lines[:2] + lines[-2:] == ["{", '"images": {', "}", "}"]
    assert [next(iter(json.loads("{" + line.rstrip(",") + "}"))) for line in lines[2:-2]] == list(rows())


def test_a_line_alone_says_what_it_says_among_all() -> None:
    assert {name: row(name) for name in rows()} == rows()
    assert [row(name) for name in ("", "nothing", 'de"bian', "debian\n", "images")] == [None] * 5


def test_every_name_is_the_one_that_a_reference_comes_to() -> None:
    assert [name for name in names() if parse_reference(name).name != name] == []


def test_every_line_has_a_source() -> None:
    assert [name for name, row in rows().items() if not row.get("source", "").startswith("https://")] == []


def test_every_key_is_one_that_is_read() -> None:
    assert {key for _, layer in layers() for key in layer} <= KEYS
    assert {fact for _, layer in layers() for fact in layer.get("facts", {})} <= FACTS


def test_every_family_exists() -> None:
    assert {layer["family"] for _, layer in layers() if layer.get("family")} <= set(FAMILIES)


def test_commands_are_lists_of_strings() -> None:
    commands = [
        (name, layer[key]) for name, layer in layers() for key in ("entrypoint", "cmd", "shell") if layer.get(key)
    ]
    assert [name for name, argv in commands if not all(isinstance(word, str) and word for word in argv)] == []
    assert [name for name, argv in commands if not isinstance(argv, list)] == []


def test_mappings_are_of_strings_where_null_takes_a_fact_away() -> None:
    mappings = [(name, layer[key]) for name, layer in layers() for key in MAPPINGS if key in layer]
    values = [(name, value) for name, pairs in mappings for value in pairs.values()]
    assert [name for name, value in values if not isinstance(value, str | None)] == []
    assert [name for name, row in rows().items() if None in row.get("facts", {}).values()] == []


def test_every_base_is_in_the_catalogue_and_none_is_its_own() -> None:
    for name, layer in layers():
        seen = {name}
        base = layer.get("from")
        while base is not None:
            base_name = parse_reference(base).name
            assert base_name in rows(), (name, base)
            assert base_name not in seen, (name, base)
            seen.add(base_name)
            base = rows()[base_name].get("from")


def test_a_script_that_execs_its_arguments_is_an_entrypoint() -> None:
    entries = {name: find(parse_reference(name)) for name in names()}
    assert [name for name, e in entries.items() if e and "entrypoint" in e.facts and not e.entrypoint] == []


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        ("*alpine*", ("alpine", "3.12-alpine", "3-alpine3.20"), ("3.12", "")),
        ("9", ("9", "9.1", "9-slim", "9_1"), ("90", "19", "")),
        ("1.[0-4]", ("1.0", "1.4.2", "1.3-slim"), ("1.5", "1.14", "1")),
        ("=latest", ("latest",), ("latest-dev", "")),
        ("8u2*", ("8u212", "8u2"), ("8u312", "8")),
    ],
)
def test_patterns_of_tags(pattern: str, yes: tuple[str, ...], no: tuple[str, ...]) -> None:
    assert {tag: matches(tag, pattern) for tag in (*yes, *no)} == {
        **dict.fromkeys(yes, True),
        **dict.fromkeys(no, False),
    }


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    lines = {
        "base": {"family": "debian", "user": "root", "entrypoint": [], "cmd": ["bash"], "users": {"root": "/bin/bash"}},
        "tiny": {"family": "alpine", "user": "root", "entrypoint": [], "cmd": ["sh"]},
        "server": {
            "from": "base",
            "entrypoint": ["/start"],
            "facts": {"entrypoint": "execs-arguments", "init": "x"},
            "tags": {"*alpine*": {"from": "tiny"}, "1": {"entrypoint": None}, "*web*": {"cmd": ["web"], "user": "www"}},
        },
        "both": {
            "from": "base",
            "facts": {"init": "x"},
            "tags": {"*win*": {"from": "win"}, "0": {"facts": {"init": None}}},
        },
        "win": {"family": "windows"},
        "team/*": {"family": "rhel"},
    }
    text = ",\n".join(f"{json.dumps(name)}: {json.dumps(line)}" for name, line in lines.items())
    monkeypatch.setattr(catalogue, "text", lambda: f'{{\n"images": {{\n{text}\n}}\n}}\n')
    kept = (catalogue.find, catalogue.row, catalogue.rows)
    for each in kept:
        each.cache_clear()
    yield
    for each in kept:
        each.cache_clear()


EXECS = {"entrypoint": "execs-arguments", "init": "x"}


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("reference", "entry"),
    [
        ("base", Entry("debian", "root", (), ("bash",), users={"root": "/bin/bash"})),
        ("server", Entry("debian", "root", ("/start",), (), users={"root": "/bin/bash"}, facts=EXECS)),
        ("server:2-alpine", Entry("alpine", "root", ("/start",), (), facts=EXECS)),
        ("server:1.2", Entry("debian", "root", None, None, users={"root": "/bin/bash"}, facts={"init": "x"})),
        ("server:2-web-alpine", Entry("alpine", "www", ("/start",), ("web",), facts=EXECS)),
        ("server@sha256:ab", Entry(None, None, None, None, facts={"init": "x"})),
        ("server:2@sha256:ab", Entry("debian", "root", ("/start",), (), users={"root": "/bin/bash"}, facts=EXECS)),
        ("both@sha256:ab", Entry(None, "root", (), ("bash",), users={"root": "/bin/bash"})),
        ("both:0.1", Entry("debian", "root", (), ("bash",), users={"root": "/bin/bash"})),
        ("team/anything", Entry("rhel")),
        ("team/any/depth", Entry("rhel")),
        ("nothing", None),
        ("server/extra", None),
    ],
)
def test_a_line_reads_like_a_dockerfile(reference: str, entry: Entry | None) -> None:
    assert find(parse_reference(reference)) == entry


def test_long_names_and_tags_are_looked_up_in_one_go() -> None:
    assert find(parse_reference("a/" * 200_000 + "b")) is None
    assert find(parse_reference("python:" + "a-" * 200_000)) is not None
