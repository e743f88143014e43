"""Results made by hand, hostile values among them, that every format is tried on."""

from __future__ import annotations

from fargate_patch.chain.model import Chain, Effect, Hop, Mend, Place
from fargate_patch.image.family import FAMILIES
from fargate_patch.image.model import Image
from fargate_patch.result import FileResult, Finding, PutIn, Status

HOSTILE = 'a\x1b[31m\r\n::error::x %0A "<b>`|$(id)`[l](http://x)]]>#quot;--> @you \udcff'

IMAGE = Image("debian:12", FAMILIES["debian"], "catalogue")


def hop(
    program: str, effect: Effect, line: int, user: str | None = "root", why: str = "", mend: Mend | None = None
) -> Hop:
    return Hop(program, program, effect, Place("app/Dockerfile", line), user, why, mend=mend)


SUPERVISORD = hop("supervisord", Effect.KEEPS, 3)
SU = hop("su", Effect.DROPS, 4, "app", "su with a login clears the environment")
MENDED = hop("su", Effect.DROPS, 4, "app", "su with a login clears the environment", Mend("pam-env", True))

WEB = Chain((SUPERVISORD,), "www-data", "nginx")
WORKER = Chain((SUPERVISORD, SU), "app", "python3 worker.py")
OPEN = Chain((SUPERVISORD,), None, "$COMMAND", open="COMMAND is known at run time only")

LOST = FileResult(
    "app/Dockerfile",
    Status.WOULD_PATCH,
    stage_index=0,
    stage_name="final",
    image=IMAGE,
    pid1=("supervisord", "-n"),
    pid1_user="root",
    chains=(WEB, WORKER, OPEN),
    chains_after=(WEB, Chain((SUPERVISORD, MENDED), "app", "python3 worker.py"), OPEN),
    findings=(
        Finding(
            "FP101", "su-login", "su starts a login shell with a fresh environment", "app/Dockerfile", 4, "app", True
        ),
        Finding("FP104", "cron", "cron drops it", "jobs.cron", 1, None, False, "give --user", "warning"),
    ),
    remedies=(PutIn("pam-env", "pam-env.j2", ("su-login",), "pam_env session line in /etc/pam.d/su-l for app"),),
    notes=("sshd has a pool of its own",),
    old=b"FROM debian:12\nRUN x\nCMD y\n  CMD su - app\n",
    new=b"new",
)
CLEAN = FileResult(
    "Dockerfile", Status.CLEAN, stage_index=0, image=IMAGE, pid1=("nginx",), pid1_user="root", chains=(WEB,)
)
BROKEN = FileResult("b/Dockerfile", Status.ERROR, "line 3: the here-document 'EOF' is not terminated")
SKIPPED = FileResult("Dockerfile.j2", Status.SKIPPED, "a template")


def holding(value: str) -> FileResult:
    """A result that has the value in every place that a Dockerfile, its context or a path can fill."""
    return FileResult(
        f"{value}/Dockerfile",
        Status.BLOCKED,
        value,
        stage_index=0,
        stage_name=value,
        image=Image(value, FAMILIES["debian"], "option"),
        pid1=(value,),
        pid1_user=value,
        chains=(Chain((Hop(value, "su-login", Effect.DROPS, Place(value, 1), value, value),), value, value, value),),
        findings=(Finding("FP101", "su-login", value, value, 1, value, False, value),),
        remedies=(PutIn("pam-env", "pam-env.j2", ("su-login",), value),),
        notes=(value,),
    )


EVIL = holding(HOSTILE)
ALL = (LOST, CLEAN, BROKEN, SKIPPED)
