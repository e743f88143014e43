"""Every mechanism in a container: as it stands and patched, and whether that is what the trace had said.

With FARGATE_PATCH_ALL_CASES set those of Debian 13 as well (`trixie`), with MY_INIT those of my_init (`phusion`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

import busybox
import images
import mechanisms
import phusion
import pytest
import trixie

from fargate_patch import Options
from fargate_patch.verify.outcome import agrees
from fargate_patch.verify.proving import prove
from fargate_patch.verify.sides import Request

if TYPE_CHECKING:
    from pathlib import Path

    from mechanisms import Case

    from fargate_patch.verify.engine import Engine
    from fargate_patch.verify.model import Proof

Proofs = Callable[[str], "Proof"]
AT_ONCE = 8
ALWAYS = {**mechanisms.CASES, **busybox.CASES}
CASES = {**ALWAYS, **phusion.CASES, **trixie.CASES}
ASKED_FOR = trixie.CASES if "FARGATE_PATCH_ALL_CASES" in os.environ else {}
NOT_HERE = () if phusion.CASES else (pytest.param("my_init", marks=pytest.mark.skip(phusion.LACKING)),)
RUN = (*ALWAYS, *phusion.CASES, *NOT_HERE, *ASKED_FOR)


def proof_of(case: Case, folder: Path) -> Proof:
    """What `verify` finds of a case."""
    (folder / "Dockerfile").write_text(case.text)
    for name, text in case.files.items():
        (folder / name).write_text(text)
    path = folder / "Dockerfile"
    probes = (case.probe,) if case.probe else ()
    options = Options(users=case.users)
    request = Request(str(path), path.read_bytes(), folder, options, engine="podman", probes=probes, checked=False)
    return prove(request, lambda _: None)


def started(pool: Executor, names: Iterable[str], folder: Callable[[str], Path]) -> dict[str, Future[Proof]]:
    """The proofs of cases, those first that wait for cron's minute."""
    in_order = sorted(names, key=lambda name: "cron" not in CASES[name].mechanism)
    return {name: pool.submit(proof_of, CASES[name], folder(name)) for name in in_order}


@pytest.fixture(scope="module")
def proofs(
    engine: Engine, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Proofs]:
    """The proof of a case; those of all selected tests run at once, cron's jobs being the slow ones."""
    wanted = {
        str(item.callspec.params["name"])
        for item in request.session.items
        if item.path == request.path and isinstance(item, pytest.Function)
    } & CASES.keys()
    if wanted & trixie.CASES.keys():
        images.ensure(engine, images.ASKED_FOR)
    without = set() if images.has_js_sdk(engine) else {"js-sdk"}
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        running = started(pool, wanted - without, tmp_path_factory.mktemp)

        def proof(name: str) -> Proof:
            if name in without:
                pytest.skip("npm found no registry when the image was made: it is without the SDK for JavaScript")
            return running[name].result()

        yield proof
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("name", RUN)
def test_who_gets_the_credentials_as_it_stands_and_patched(proofs: Proofs, name: str) -> None:
    proof, case = proofs(name), CASES[name]
    assert proof.status == case.status
    assert _works(proof, case, patched=False) is case.before
    assert _works(proof, case, patched=True) is case.after


@pytest.mark.parametrize("name", RUN)
def test_the_trace_had_said_so(proofs: Proofs, name: str) -> None:
    claims = proofs(name).claims
    told = [agrees(c.predicted[0], c.before) for c in claims] + [agrees(c.predicted[1], c.after) for c in claims]
    assert False not in told


def _works(proof: Proof, case: Case, *, patched: bool) -> bool | None:
    """Has the process at the end credentials? By the case's own probe, or by every chain that could be looked at."""
    side = patched and proof.after is not None
    pairs = (
        [(before, after) for _, before, after in proof.probes]
        if case.probe
        else [(c.before, c.after) for c in proof.claims]
    )
    ends = [after if side else before for before, after in pairs]
    seen = [end.works for end in ends if end is not None and end.works is not None]
    return all(seen) if seen else None
