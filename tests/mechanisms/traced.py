"""A Dockerfile and its context in, its chains out, each as one line; and what a patch puts in. By the public API."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from fargate_patch import Options, Status, patch, trace


def chains(dockerfile: str, files: dict[str, str] | None = None, *, users: tuple[str, ...] = ()) -> list[str]:
    """Every chain: `app lost: sh keeps > su-login drops, x`; a chain with an open end says why behind ` ? `."""
    with TemporaryDirectory() as folder:
        context = laid_out(Path(folder), files or {})
        result = trace(dockerfile.encode(), context=context, options=Options(users=users))
    assert result.status is not Status.ERROR, result.reason
    return [
        f"{chain.user} {chain.verdict.value}: "
        + " > ".join(f"{hop.mechanism} {hop.effect.value}" for hop in chain.hops)
        + f", {chain.command}"
        + (f" ? {chain.open}" if chain.open else "")
        for chain in result.chains
    ]


def mended_by(dockerfile: str, files: dict[str, str] | None = None) -> tuple[str, list[str]]:
    """The status of a patch and the summaries of what it puts in."""
    with TemporaryDirectory() as folder:
        result = patch(dockerfile.encode(), context=laid_out(Path(folder), files or {}))
    return result.status.value, [remedy.summary for remedy in result.remedies]


def laid_out(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder
