"""A proof as text for a person, as Markdown for a pull request, as JSON for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fargate_patch.report import inert, printable, whole
from fargate_patch.verify.outcome import agrees, exit_code, sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from fargate_patch.verify.model import Attempt, Check, Claim, Look, Proof, Seen

Row = tuple[str, ...]
_SIGNS = {True: "ok", False: "NO", None: "?"}
_WIDEST = 64
_WIDEST_OUTPUT = 160


def text(proof: Proof) -> str:
    """For a terminal: what should have credentials, every process, the checks, the outcome."""
    lines = [f"{proof.path}: as an ECS task with a task role, by {proof.engine}; its endpoint {proof.place}"]
    lines += [f"fargate-patch: {proof.status}{f', {proof.reason}' if proof.reason else ''}"]
    for title, rows in _tables(proof):
        lines += ["", title, *_columns(rows)]
    for title, output in _outputs(proof):
        lines += ["", title, *output]
    lines += ["", *_remarks(proof), sentence(proof)]
    return "".join(f"{printable(line)}\n" for line in lines)


def markdown(proof: Proof) -> str:
    """The same as tables."""
    lines = [f"### `fargate-patch verify`: {sentence(proof)}", ""]
    lines += [f"`{proof.path}` as an ECS task with a task role, by {proof.engine}; its endpoint {proof.place}."]
    for title, rows in _tables(proof):
        head, *body = rows
        lines += ["", f"**{title}**", "", _row(head), _row(["---"] * len(head)), *map(_row, body)]
    for title, output in _outputs(proof):
        lines += ["", f"**{title}**", "", *(f"    {line}" for line in output)]  # four blanks: code, whatever is in it
    lines += ["", *(f"- {remark}" for remark in _remarks(proof))]
    return "".join(f"{line}\n" for line in lines)


def as_json(proof: Proof) -> str:
    """For programs: `{"schema": 1, …}`."""
    found = {
        "schema": 1,
        "path": whole(proof.path),
        "exit_code": exit_code(proof),
        "engine": proof.engine,
        "endpoint": proof.place,
        "patch": {"status": proof.status, "reason": whole(proof.reason)},
        "chains": [_claim(claim) for claim in proof.claims],
        "probes": [
            {"command": probe.label, "before": _attempt(before), "after": _attempt(after)}
            for probe, before, after in proof.probes
        ],
        "before": _look(proof.before),
        "after": _look(proof.after) if proof.after else None,
        "checks": [{"name": c.name, "passed": c.passed, "detail": whole(c.detail)} for c in proof.checks],
    }
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


FORMATS: Mapping[str, Callable[[Proof], str]] = {"text": text, "json": as_json, "markdown": markdown}


def _tables(proof: Proof) -> Iterator[tuple[str, Sequence[Row]]]:
    rows = [_claim_row(claim) for claim in proof.claims]
    rows += [("(--probe)", probe.label, said(before), said(after), "") for probe, before, after in proof.probes]
    if rows:
        head = ("user", "what should have credentials", "as it stands", "patched", "the trace had said")
        yield "Who gets the task role's credentials", [head, *rows]
    yield "Every process", [("user", "program", "started by", "as it stands", "patched"), *_process_rows(proof)]
    if proof.checks:
        yield "What the patch must not do", [("", "check", "seen"), *(_check_row(check) for check in proof.checks)]


def _outputs(proof: Proof) -> Iterator[tuple[str, Sequence[str]]]:
    """The last output of a container with which something went wrong: mostly it says what."""
    for name, look in (("The container as it stands", proof.before), ("The patched container", proof.after)):
        wrong = _wrong(look) if look else ""
        if look and wrong:
            lines = [inert(f"  {printable(line)[:_WIDEST_OUTPUT]}") for line in look.last_output]
            yield f"{name} {wrong}; {'its last output' if lines else 'it has written nothing'}", lines


def _wrong(look: Look) -> str:
    if look.exit_code is not None:
        return f"ended by itself, with exit code {look.exit_code}"
    return f"did not settle: {look.unready}" if look.unready else ""


def _claim_row(claim: Claim) -> Row:
    told = [agrees(claim.predicted[0], claim.before), agrees(claim.predicted[1], claim.after)]
    trace = "otherwise" if False in told else "the same" if True in told else "nothing certain"
    verdicts = " → ".join(verdict.value for verdict in claim.predicted if verdict)
    return claim.chain.user or "?", claim.chain.command, said(claim.before), said(claim.after), f"{trace} ({verdicts})"


def said(attempt: Attempt | None) -> str:
    """An attempt in a few words."""
    if attempt is None:
        return "-"
    if attempt.works is None:
        return "not seen"
    if attempt.variable is None and not attempt.fetched:
        return "no credentials"
    if attempt.variable in ("absent", "empty"):
        return "no variable" if attempt.variable == "absent" else "an empty variable"
    if attempt.fetched:
        return f"credentials ({attempt.client})"
    return f"variable, but {attempt.client} got nothing" if attempt.fetched is False else "has the variable"


def _process_rows(proof: Proof) -> list[Row]:
    sides = [_by_key(proof.before), _by_key(proof.after)]
    keys = dict.fromkeys((*sides[0], *sides[1]))
    return [(*key, *(said(side.get(key)) for side in sides)) for key in keys]


def _by_key(look: Look | None) -> dict[tuple[str, str, str], Attempt]:
    """Of several alike, the one that fares worst."""
    found: dict[tuple[str, str, str], Attempt] = {}
    for seen in look.processes if look else ():
        key = (seen.user, seen.program, seen.parent or "the container")
        if key not in found or found[key].works:
            found[key] = seen.attempt
    return found


def _check_row(check: Check) -> Row:
    return _SIGNS[check.passed], check.name, check.detail


def _remarks(proof: Proof) -> list[str]:
    """One sentence for each thing that could not be seen, or was got without a client."""
    found: dict[str, None] = {}
    for claim in proof.claims:
        for attempt in (claim.before, claim.after):
            if attempt and attempt.works is None:
                found[f"{claim.chain.command}: {attempt.reason or 'its environment cannot be seen from outside'}"] = (
                    None
                )
            elif attempt and attempt.works and attempt.fetched is None:
                found[f"{claim.chain.command}: has the variable; no client in the image to fetch with"] = None
    for probe, before, after in proof.probes:
        found |= {f"{probe.label}: {a.reason}": None for a in (before, after) if a and a.reason and not a.works}
    return list(found)


def _columns(rows: Sequence[Row]) -> list[str]:
    cut = [tuple(cell if len(cell) <= _WIDEST else f"{cell[: _WIDEST - 1]}…" for cell in row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*cut, strict=True)]
    return ["  " + "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in cut]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(printable(cell).replace('|', chr(92) + '|') for cell in cells)} |"


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "user": claim.chain.user,
        "command": whole(claim.chain.command),
        "seen_by": claim.how,
        "before": {"predicted": claim.predicted[0].value, **(_attempt(claim.before) or {})},
        "after": {"predicted": claim.predicted[1].value, **(_attempt(claim.after) or {})}
        if claim.predicted[1]
        else None,
        "as_predicted": [agrees(claim.predicted[0], claim.before), agrees(claim.predicted[1], claim.after)],
    }


def _attempt(attempt: Attempt | None) -> dict[str, Any] | None:
    if attempt is None:
        return None
    return {
        "has_credentials": attempt.works,
        "variable": attempt.variable,
        "client": attempt.client,
        "fetched": attempt.fetched,
        "reason": whole(attempt.reason) or None,
    }


def _look(look: Look) -> dict[str, Any]:
    return {
        "exit_code": look.exit_code,
        "not_settled": look.unready or None,
        "last_output": [whole(line) for line in look.last_output],
        "fetched": look.fetched,
        "processes": [_process(seen) for seen in look.processes],
    }


def _process(seen: Seen) -> dict[str, Any]:
    return {
        "pid": seen.process.pid,
        "user": seen.user,
        "program": whole(seen.program),
        "parent": whole(seen.parent) or None,
        **(_attempt(seen.attempt) or {}),
    }
