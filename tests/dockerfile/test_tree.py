"""Stages, what they are from, and what their image config holds in the end."""

from __future__ import annotations

from typing import Any

import pytest

from fargate_patch.dockerfile.plain import plain_text
from fargate_patch.dockerfile.scanner import DockerfileError, scan
from fargate_patch.dockerfile.tree import Command, Config, Setting, Tree, read_tree


def read(text: str, **build_args: str) -> Tree:
    return read_tree(scan(text.encode("utf-8", "surrogateescape")), build_args)


def config(text: str, target: str | None = None, **build_args: str) -> Config:
    tree = read(text, **build_args)
    return tree.config(tree.target(target))


def argv(command: Command | None) -> tuple[str, ...] | None:
    return command.argv if command else None


def user(setting: Setting | None) -> tuple[str, bool] | None:
    return (setting.value, setting.known) if setting else None


@pytest.mark.parametrize(
    ("text", "build_args", "stages"),
    [
        ("FROM a", {}, [("a", None, None, None)]),
        ("FROM A:1 AS Build\nFROM build as x", {}, [("A:1", "build", None, None), ("build", "x", 0, None)]),
        ("FROM a AS b\nFROM B", {}, [("a", "b", None, None), ("B", None, 0, None)]),
        ("FROM a\nFROM 0", {}, [("a", None, None, None), ("0", None, None, None)]),
        ("FROM b\nFROM a AS b", {}, [("b", None, None, None), ("a", "b", None, None)]),
        ("FROM a AS a\nFROM a", {}, [("a", "a", None, None), ("a", None, 0, None)]),
        (
            "FROM a AS x\nFROM b AS x\nFROM x",
            {},
            [("a", "x", None, None), ("b", "x", None, None), ("x", None, 1, None)],
        ),
        ("FROM --platform=linux/arm64 a", {}, [("a", None, None, "linux/arm64")]),
        ("FROM --platform=$BUILDPLATFORM a", {}, [("a", None, None, None)]),
        ("FROM --platform=$BUILDPLATFORM a", {"BUILDPLATFORM": "p"}, [("a", None, None, "p")]),
        ("FROM a:$TARGETARCH", {}, [(None, None, None, None)]),
        ("FROM a:${TARGETARCH:-x}", {}, [(None, None, None, None)]),
        ("ARG V=1\nFROM a:$V", {}, [("a:1", None, None, None)]),
        ("ARG V=1\nFROM a:$V", {"V": "2"}, [("a:2", None, None, None)]),
        ("ARG V\nFROM a:$V", {}, [(None, None, None, None)]),
        ("ARG V\nFROM a:$V", {"V": "2"}, [("a:2", None, None, None)]),
        ("ARG V\nFROM a:${V:-3}", {}, [("a:3", None, None, None)]),
        ("FROM a:$V", {"V": "2"}, [(None, None, None, None)]),
        ("FROM $V", {}, [(None, None, None, None)]),
        ("FROM a:${V:?}", {}, [(None, None, None, None)]),
        ("ARG V=1 W=$V.2\nFROM a:$W", {}, [("a:1.2", None, None, None)]),
        ("ARG W=${V:-5}\nFROM a:$W", {}, [("a:5", None, None, None)]),
        ("ARG W=$V\nFROM a:$W", {}, [(None, None, None, None)]),
        ('ARG V="a b"\nARG I=x\nFROM "$I"', {}, [("x", None, None, None)]),
        ("ARG I=stage\nFROM a AS stage\nFROM $I", {}, [("a", "stage", None, None), ("stage", None, 0, None)]),
        ("FROM a\nARG V=1\nFROM b:$V", {}, [("a", None, None, None), (None, None, None, None)]),
        ("FROM a \\\n# c\n  AS b", {}, [("a", "b", None, None)]),
        ("# escape=`\nFROM a `\n AS b", {}, [("a", "b", None, None)]),
    ],
)
def test_stages(text: str, build_args: dict[str, str], stages: list[tuple[Any, ...]]) -> None:
    assert [(s.image, s.name, s.parent, s.platform) for s in read(text, **build_args).stages] == stages


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("RUN a", "RUN stands before the first FROM", 1),
        ("ARG a\nUSER b\nFROM c", "USER stands before the first FROM", 2),
        ("ARG a", "there is no FROM in this file", 0),
        ("FROM a b", "FROM takes an image, or an image, AS and a name", 1),
        ("FROM a\nFROM b AS c d", "FROM takes an image, or an image, AS and a name", 2),
        ("FROM", "FROM takes an image, or an image, AS and a name", 1),
        ("FROM a AS 1", "'1' is no name for a stage", 1),
        ("FROM --from=x a", "FROM has no flag --from", 1),
        ("FROM ''", "FROM '' names no image", 1),
        ("FROM a${b", "FROM: `}` is missing", 1),
        ("ARG A='\nFROM a", "ARG: a single quote stays open", 1),
        ("FROM a\nUSER", "USER needs an argument", 2),
        ("FROM a\nSHELL bash -c", "SHELL needs a JSON array", 2),
        ("FROM a\nSHELL []", "SHELL needs a JSON array", 2),
    ],
)
def test_what_is_refused(text: str, message: str, line: int) -> None:
    with pytest.raises(DockerfileError) as refused:
        read(text)
    assert (refused.value.message, refused.value.line) == (message, line)


@pytest.mark.parametrize(("name", "index"), [(None, 2), ("", 2), ("one", 0), ("ONE", 0), ("1", 1), ("0", 0)])
def test_target(name: str | None, index: int) -> None:
    assert read("FROM a AS One\nFROM b\nFROM c AS three").target(name).index == index


@pytest.mark.parametrize("name", ["four", "3", "-1", "99999999999999999999", "²"])
def test_a_target_that_is_not_there(name: str) -> None:
    with pytest.raises(DockerfileError) as refused:
        read("FROM a AS One\nFROM b\nFROM c AS three").target(name)
    assert refused.value.message == f"there is no stage {name!r}; the file has the stages one, 1, three"


def test_where_a_copy_is_from() -> None:
    tree = read("FROM a AS b\nFROM c\nCOPY --from=0 x x\n")
    assert [stage and stage.index for stage in map(tree.find, ["0", "b", "B", "1", "2", "alpine"])] == [
        0, 0, 0, 1, None, None,
    ]  # fmt: skip


def test_lineage() -> None:
    tree = read("FROM a AS b\nFROM x AS y\nFROM b AS c\nFROM c")
    assert [stage.index for stage in tree.lineage(tree.target())] == [0, 2, 3]


SH = ("/bin/sh", "-c")


@pytest.mark.parametrize(
    ("body", "entrypoint", "cmd", "cmd_reset"),
    [
        ("", None, None, False),
        ('CMD ["a"]', None, ("a",), False),
        ("CMD a  b", None, (*SH, "a  b"), False),
        ('ENTRYPOINT ["a"]', ("a",), None, True),
        ('CMD ["b"]\nENTRYPOINT ["a"]', ("a",), ("b",), False),
        ('ENTRYPOINT ["a"]\nCMD ["b"]', ("a",), ("b",), True),
        ('CMD ["b"]\nFROM x\nENTRYPOINT ["a"]', ("a",), None, True),
        ('CMD ["b"]\nFROM x AS y\nCMD ["c"]\nENTRYPOINT ["a"]', ("a",), ("c",), False),
        ('ENTRYPOINT ["a"]\nCMD ["b"]\nFROM x\nCMD ["c"]', ("a",), ("c",), True),
        ('ENTRYPOINT ["a"]\nCMD ["b"]\nFROM x\nENTRYPOINT ["d"]', ("d",), None, True),
        ('ENTRYPOINT ["a"]\nENTRYPOINT ["b"]', ("b",), None, True),
        ("ENTRYPOINT a $X", (*SH, "a $X"), None, True),
        ("ENTRYPOINT exec a \\\n  b", (*SH, "exec a   b"), None, True),
        ("ENTRYPOINT", (), None, True),
        ("ENTRYPOINT []", (), None, True),
        ('ENTRYPOINT [""]', (), None, True),
        ('ENTRYPOINT [" "]', (" ",), None, True),
        ("CMD", None, (), False),
        ("CMD []", None, (), False),
        ('CMD [""]', None, ("",), False),
        ("ENTRYPOINT ['a']", (*SH, "['a']"), None, True),
        ('SHELL ["/bin/bash", "-ec"]\nCMD a', None, ("/bin/bash", "-ec", "a"), False),
        ('CMD a\nSHELL ["/bin/bash", "-ec"]', None, (*SH, "a"), False),
        ('SHELL ["s"]\nFROM x\nCMD a', None, ("s", "a"), False),
        ('ONBUILD ENTRYPOINT ["a"]\nONBUILD CMD ["b"]', None, None, False),
        ("HEALTHCHECK CMD a", None, None, False),
    ],
)
def test_entrypoint_and_cmd(
    body: str, entrypoint: tuple[str, ...] | None, cmd: tuple[str, ...] | None, cmd_reset: bool
) -> None:
    got = config(f"FROM a AS x\n{body}\n")
    assert (argv(got.entrypoint), argv(got.cmd), got.cmd_reset) == (entrypoint, cmd, cmd_reset)


@pytest.mark.parametrize(
    ("text", "build_args", "expected"),
    [
        ("FROM a", {}, None),
        ("FROM a\nUSER app", {}, ("app", True)),
        ("FROM a\nUSER app:grp\nUSER 1000:1000", {}, ("1000:1000", True)),
        ('FROM a\nUSER "app"', {}, ("app", True)),
        ("FROM a AS b\nUSER app\nFROM c\nUSER no\nFROM b", {}, ("app", True)),
        ("FROM a\nARG U=app\nUSER $U", {}, ("app", True)),
        ("FROM a\nARG U=app\nUSER $U", {"U": "web"}, ("web", True)),
        ("FROM a\nARG U\nUSER $U", {}, ("", False)),
        ("FROM a\nARG U\nUSER $U", {"U": "web"}, ("web", True)),
        ("FROM a\nARG U\nUSER ${U:-app}", {}, ("app", True)),
        ("FROM a\nARG U=app\nARG U\nUSER $U", {}, ("app", True)),
        ("FROM a\nUSER $U", {"U": "web"}, ("", False)),
        ("FROM scratch\nUSER $U", {}, ("", True)),
        ("FROM scratch\nARG U\nUSER $U", {}, ("", False)),
        ("ARG U=app\nFROM a\nUSER $U", {}, ("", False)),
        ("ARG U=app\nFROM a\nARG U\nUSER $U", {}, ("app", True)),
        ("ARG U=app\nFROM a\nARG U=web\nUSER $U", {}, ("web", True)),
        ("ARG U=app\nFROM a\nARG U\nUSER $U", {"U": "web"}, ("web", True)),
        ("ARG U\nFROM a\nARG U\nUSER $U", {}, ("", False)),
        ("FROM a AS b\nARG U=app\nFROM b\nUSER $U", {}, ("app", True)),
        ("FROM a AS b\nARG U=app\nFROM c\nUSER $U", {}, ("", False)),
        ("FROM a\nENV U=app\nUSER $U", {}, ("app", True)),
        ("FROM a\nARG U=x\nENV U=app\nUSER $U", {}, ("app", True)),
        ("FROM a\nENV U=app\nARG U=x\nUSER $U", {}, ("x", True)),
        ("FROM a AS b\nENV U=app\nARG U=x\nFROM b\nUSER $U", {}, ("app", True)),
        ("FROM a\nARG U\nENV W=$U\nUSER $W", {}, ("", False)),
        ("FROM a\nARG U\nENV W=$U\nENV W=app\nUSER $W", {}, ("app", True)),
        ("FROM a\nARG TARGETARCH\nUSER $TARGETARCH", {}, ("", False)),
        ("FROM a\nUSER ${U", {}, ("${U", False)),
        ("FROM a\nARG HTTP_PROXY\nUSER app", {"HTTP_PROXY": "p"}, ("app", True)),
        ("FROM a\nUSER $HTTP_PROXY", {"HTTP_PROXY": "p"}, ("", False)),
        ("# escape=`\nFROM a\nUSER `$U", {}, ("$U", True)),
    ],
)
def test_user(text: str, build_args: dict[str, str], expected: tuple[str, bool] | None) -> None:
    assert user(config(text, **build_args).user) == expected


@pytest.mark.parametrize(
    ("body", "env", "unknown"),
    [
        ("ENV A=1 B=$A", {"A": "1", "B": ""}, {"B"}),
        ("ENV A=1\nENV A=2 B=$A", {"A": "2", "B": "1"}, set()),
        ("ENV A b  c", {"A": "b  c"}, set()),
        ("ENV A='b $A' C=\"d\\ e\"", {"A": "b $A", "C": "d\\ e"}, set()),
        ("ENV A=1\nENV A=${A:+x}\nENV B=${A}y", {"A": "x", "B": "xy"}, set()),
        ("ENV P=/x:$PATH", {"P": "/x:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}, set()),
        ("ENV K=A\nENV $K=1", {"K": "A", "A": "1"}, set()),
        ("ENV A=1\nFROM x\nENV B=$A", {"A": "1", "B": "1"}, set()),
        ("ARG A=1", {}, set()),
        ("ARG A\nENV A=$A", {"A": ""}, {"A"}),
    ],
)
def test_env(body: str, env: dict[str, str], unknown: set[str]) -> None:
    got = config(f"FROM a AS x\n{body}\n")
    assert (got.env, got.unknown_env) == (env, unknown)


def test_the_environment_of_the_base_where_it_is_known() -> None:
    tree = read("FROM a\nENV B=$A C=$NONE\nUSER $A\n")
    got = tree.config(tree.target(), base_env={"A": "app"})
    assert (got.env, got.unknown_env, user(got.user)) == ({"B": "app", "C": ""}, frozenset(), ("app", True))


@pytest.mark.parametrize(
    ("body", "workdir", "known"),
    [
        ("", None, True),
        ("WORKDIR /a", "/a", True),
        ("WORKDIR /a\nWORKDIR b\nWORKDIR ../c/", "/a/c", True),
        ("WORKDIR b\nWORKDIR c", "b/c", True),
        ("ENV A=/a\nWORKDIR $A/b", "/a/b", True),
        ("WORKDIR /a\nFROM x\nWORKDIR b", "/a/b", True),
        ("WORKDIR $A\nWORKDIR b", "b", False),
        ("WORKDIR $A\nWORKDIR /b", "/b", True),
        ("WORKDIR /a\n" + "WORKDIR " + "b" * 5000, "/a", False),
    ],
)
def test_workdir(body: str, workdir: str | None, known: bool) -> None:
    got = config(f"FROM a AS x\n{body}\n")
    assert (got.workdir, got.workdir_known) == (workdir, known)


def test_the_user_in_force_at_a_line() -> None:
    tree = read("FROM a AS x\nUSER one\nFROM x\nRUN b\nUSER two\nRUN c\nUSER three\n")
    last = tree.target()
    assert [user(tree.user_at(last, line)) for line in (3, 4, 5, 6, 7)] == [
        ("one", True), ("one", True), ("two", True), ("two", True), ("three", True),
    ]  # fmt: skip
    assert tree.user_at(tree.stages[0], 1) is None


def test_values_cannot_grow_without_bound() -> None:
    text = "FROM a\nENV A=" + "x" * 60_000 + "\n" + "".join(f"ENV B{n}=y$A\n" for n in range(1000)) + "USER $B999\n"
    got = config(text)
    assert sum(map(len, got.env.values())) < 17_000_000
    assert user(got.user) == ("", False)


def test_arguments_before_the_first_from_cannot_either() -> None:
    tree = read("ARG A=" + "x" * 60_000 + "\n" + "".join(f"ARG B{n}=y$A\n" for n in range(1000)) + "FROM a:$B999\n")
    assert sum(map(len, tree.global_args.values())) < 17_000_000
    assert tree.target().image is None


def test_bytes_that_are_not_utf_8() -> None:
    tree = read("FROM a\nMAINTAINER J\udcf6rg\nENV N=J\udcf6rg\nUSER app\n")
    assert tree.source.data == b"FROM a\nMAINTAINER J\xf6rg\nENV N=J\xf6rg\nUSER app\n"
    assert tree.config(tree.target()).env == {"N": "J\udcf6rg"}


def test_the_plain_text_has_one_line_an_instruction() -> None:
    data = b"# c\nfrom a\nRUN <<EOF b \\\n# d\n\n  e \\\\\nUSER x\nEOF\n"
    data += b"ENTRYPOINT\nMAINTAINER J\xf6rg\nRUN\xc2\xa0b\nUSER c\\\n"
    assert plain_text(scan(data)) == b"FROM a\nRUN <<EOF b   e \nENTRYPOINT \nMAINTAINER J?rg\nRUNB? \nUSER c\n"
