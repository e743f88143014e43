"""Check the catalogue of images against the images' own Dockerfiles, in a folder of checkouts named `OWNER+REPOSITORY`.

With a checkout of docker-library/official-images among them every tag of an official image is compared with the
Dockerfile that it is built from, bases followed from one to the next. Of the other images it is asked whether any stage
of a Dockerfile ends as the catalogue says: of the one that `source` names (`…/blob/BRANCH/PATH`), or of any in the
repository. A source that is an older state (`…/tree/COMMIT`, a frozen image's) is not compared. Exit code 1 when
something differs.

    python scripts/check_catalogue.py FOLDER [FOLDER …]
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fargate_patch.dockerfile.scanner import DockerfileError, scan
from fargate_patch.dockerfile.tree import read_tree
from fargate_patch.image.catalogue import Entry, find, rows
from fargate_patch.image.reference import parse_reference

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fargate_patch.dockerfile.tree import Stage, Tree

_BLANK = re.compile(r"\n\s*\n")
_FIELD = re.compile(r"^(\w+):[ \t]*(.*(?:\n[ \t].*)*)", re.MULTILINE)
_GITHUB = re.compile(r"https://github\.com/([^/]+)/([^/#]+)(?:/blob/[^/]+/([^#]+))?")
_NAME = re.compile(r"(?i)(?:docker|container)file")
_COMPARED = ("family", "user", "entrypoint", "cmd")


@dataclass(frozen=True, slots=True)
class Build:
    """An official image's tag and the Dockerfile that it is built from, None where no checkout holds it."""

    image: str
    tag: str
    dockerfile: Path | None


def checkouts(folders: list[Path]) -> dict[str, Path]:
    """`owner/repository`, lower case, to its checkout."""
    found = [path for folder in folders for path in sorted(folder.iterdir()) if path.is_dir() and "+" in path.name]
    return {path.name.replace("+", "/", 1).lower(): path for path in found}


def builds(repositories: Mapping[str, Path]) -> Iterator[Build]:
    """What the library files of official-images say: one build for each tag."""
    official = repositories.get("docker-library/official-images")
    for path in sorted((official / "library").iterdir()) if official else ():
        common: dict[str, str] = {}
        for block in _BLANK.split(path.read_text(encoding="utf-8")):
            fields = {**common, **dict(_FIELD.findall(block))}
            if "Tags" not in fields:
                common = fields
                continue
            dockerfile = _dockerfile(fields, repositories)
            for tag in re.split(r"[,\s]+", _tags(fields)):
                yield Build(path.name, tag, dockerfile)


def _tags(fields: Mapping[str, str]) -> str:
    """A block's tags, those that it shares with builds for other platforms included where this one is Linux's."""
    shared = "" if "windows" in fields.get("Architectures", "") else fields.get("SharedTags", "")
    return f"{fields['Tags']},{shared}".strip(", ")


def _dockerfile(fields: Mapping[str, str], repositories: Mapping[str, Path]) -> Path | None:
    match = _GITHUB.match(fields.get("GitRepo", "").removesuffix(".git"))
    checkout = repositories.get(f"{match[1]}/{match[2]}".lower()) if match else None
    branch = fields.get("GitFetch", "refs/heads/main")
    if checkout is None or branch not in ("refs/heads/main", "refs/heads/master"):
        return None
    path = checkout / fields.get("Directory", ".") / fields.get("File", "Dockerfile")
    return path if path.is_file() else None


def settings(dockerfile: Path, known: Mapping[str, Path], depth: int = 0) -> Entry | None:
    """What an image built from a Dockerfile brings; its base is one of the `known` builds, or in the catalogue."""
    tree = _tree(dockerfile)
    return _of_stage(tree, tree.target(), known, depth) if tree else None


def every_stage(dockerfile: Path) -> list[Entry]:
    """What each stage of a Dockerfile brings: any of them may be what a tag is built of."""
    tree = _tree(dockerfile)
    return [_of_stage(tree, stage, {}, 0) for stage in tree.stages] if tree else []


def _tree(dockerfile: Path) -> Tree | None:
    try:
        return read_tree(scan(dockerfile.read_bytes()))
    except DockerfileError:
        return None


def _of_stage(tree: Tree, stage: Stage, known: Mapping[str, Path], depth: int) -> Entry:
    outside = tree.lineage(stage)[0].image
    base = (_base(outside, known, depth) if outside else None) or Entry()
    config = tree.config(stage)
    user = config.user.value.partition(":")[0] if config.user and config.user.known else None
    cmd = () if config.cmd_reset or config.entrypoint else base.cmd
    return Entry(
        family=base.family,
        user=user if config.user else base.user,
        entrypoint=config.entrypoint.argv if config.entrypoint else base.entrypoint,
        cmd=config.cmd.argv if config.cmd else cmd,
    )


def _base(reference: str, known: Mapping[str, Path], depth: int) -> Entry | None:
    if reference == "scratch":
        return Entry(user="root", entrypoint=(), cmd=())
    name = parse_reference(reference)
    path = known.get(f"{name.name}:{name.tag or 'latest'}")
    from_dockerfile = settings(path, known, depth + 1) if path and depth < 8 else None
    return from_dockerfile if from_dockerfile and from_dockerfile.family else find(name)


def differences(said: Entry, seen: Entry) -> list[str]:
    """What the catalogue says otherwise. A setting that either side does not know is no difference."""
    if said.family == seen.family == "windows":
        return []
    pairs = [(name, getattr(said, name), getattr(seen, name)) for name in _COMPARED]
    return [f"{name} {a!r} is {b!r}" for name, a, b in pairs if a is not None and b is not None and a != b]


def unknown(said: Entry, seen: Entry) -> list[str]:
    """What the Dockerfile tells and the catalogue does not."""
    return [name for name in _COMPARED if getattr(said, name) is None and getattr(seen, name) is not None]


def check_official(repositories: Mapping[str, Path]) -> int:
    """Compare every tag; print each difference once for an image, and what was left open."""
    every = list(builds(repositories))
    known = {f"{build.image}:{build.tag}": build.dockerfile for build in every if build.dockerfile}
    wrong: dict[tuple[str, str], list[str]] = {}
    gaps: dict[tuple[str, str], list[str]] = {}
    compared = 0
    for build in every:
        said = find(parse_reference(f"{build.image}:{build.tag}"))
        seen = settings(build.dockerfile, known) if build.dockerfile and said else None
        if said is None or seen is None:
            continue
        compared += 1
        for text in differences(said, seen):
            wrong.setdefault((build.image, text), []).append(build.tag)
        for name in unknown(said, seen):
            gaps.setdefault((build.image, name), []).append(build.tag)
    for (image, text), tags in wrong.items():
        print(f"{image}: {text} ({len(tags)} tags: {', '.join(tags[:3])})")
    for (image, name), tags in gaps.items():
        print(f"{image}: {name} is left open ({len(tags)} tags: {', '.join(tags[:3])})")
    print(f"{compared} tags compared, {sum(map(len, wrong.values()))} differences")
    return len(wrong)


def check_others(repositories: Mapping[str, Path]) -> int:
    """Ask of every other image whether its repository holds a Dockerfile that ends as the catalogue says."""
    different = 0
    for name, row in rows().items():
        match = _GITHUB.fullmatch(row["source"])
        checkout = repositories.get(f"{match[1]}/{match[2]}".lower()) if match else None
        if match is None or checkout is None or name.endswith("/*") or "/" not in name:
            continue
        said = find(parse_reference(name))
        seen = [entry for path in _dockerfiles(checkout, match[3]) for entry in every_stage(path)]
        if said and seen and all(differences(said, entry) for entry in seen):
            different += 1
            print(f"{name}: no Dockerfile of {checkout.name} ends with {said.user!r} {said.entrypoint!r} {said.cmd!r}")
    return different


def _dockerfiles(checkout: Path, named: str | None) -> Iterator[Path]:
    """The Dockerfile that a source names, otherwise all of the checkout, podman's Containerfiles among them."""
    paths = [checkout / named] if named else sorted(checkout.rglob("*"))
    return (path for path in paths if _NAME.search(path.name) and path.is_file())


def main(arguments: list[str]) -> int:
    if not arguments:
        print(__doc__)
        return 2
    repositories = checkouts([Path(argument) for argument in arguments])
    return 1 if check_official(repositories) + check_others(repositories) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
