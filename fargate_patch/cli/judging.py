"""From paths to results: each file is read, handed to the engine, and what goes wrong becomes that file's result.

Nothing is written here. Many files are judged by several processes; the order stays.
"""

# Paths are the strings that a person typed and that the system's calls take.
# ruff: noqa: PTH119

from __future__ import annotations

import os
import stat
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from fargate_patch.cli.config import ConfigError
from fargate_patch.cli.settings import Given, UsageError, task
from fargate_patch.cli.streams import remark
from fargate_patch.cli.writing import explain
from fargate_patch.dataclass import dataclass
from fargate_patch.image.model import ImageError
from fargate_patch.result import FileResult, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from fargate_patch.cli.files import Found

STDIN = "-"
STDIN_NAME = "<stdin>"
MOST_BYTES = 64 << 20
WORTH_PROCESSES = 50  # files; below, starting processes costs more than they save
MOST_PROCESSES = 61  # Windows waits for no more
BATCH = 16


@dataclass(frozen=True, slots=True)
class Judge:
    """What to do with each file: `patch` or `trace` of the engine, under the settings that were given."""

    action: str
    given: Given
    stdin_name: str | None = None

    def __call__(self, found: Found) -> FileResult:
        """The result for one file. Only KeyboardInterrupt and its like come out of it as exceptions."""
        path = self.stdin_name if found.path == STDIN else found.path
        return examine(found, self.stdin_name, lambda name, data: self._judged(name, path, data))

    def _judged(self, name: str, path: str | None, data: bytes) -> FileResult:
        import fargate_patch

        work = task(self.given, path, data)
        engine = fargate_patch.trace if self.action == "trace" else fargate_patch.patch
        result = engine(data, path=name, context=work.context, options=work.options)
        return replace(result, context=str(work.context)) if work.context else result


def examine(found: Found, stdin_name: str | None, work: Callable[[str, bytes], FileResult]) -> FileResult:
    """The work's result for a file's name and bytes, or an error result: unreadable, a wrong setting, a fault here."""
    if found.error or found.skip:
        return FileResult(found.path, Status.ERROR if found.error else Status.SKIPPED, found.error or found.skip)
    name = (stdin_name or STDIN_NAME) if found.path == STDIN else found.path
    try:
        data = read_stdin() if found.path == STDIN else read_file(found.path)
    except OSError as problem:
        return FileResult(name, Status.ERROR, explain(problem))
    return judged_text(name, data, work)


def judged_text(name: str, data: bytes, work: Callable[[str, bytes], FileResult]) -> FileResult:
    """The work's result for a text, or an error result: a wrong setting, a fault here."""
    try:
        return work(name, data)
    except (UsageError, ConfigError, ImageError) as problem:
        return FileResult(name, Status.ERROR, str(problem), old=data, new=data)
    except Exception as problem:
        return FileResult(name, Status.ERROR, _fault(problem), old=data, new=data)


def _fault(problem: BaseException) -> str:
    trace, place = problem.__traceback__, ""
    while trace:
        place = f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}"
        trace = trace.tb_next
    said = " ".join(str(problem).split())[:200]
    return f"a fault in fargate-patch ({type(problem).__name__} at {place}: {said}); please report it with this file"


def read_file(path: str) -> bytes:
    """The bytes of a regular file. Raises OSError, also for what is no regular file or too large to be a Dockerfile."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(0, "not a regular file; give its text on standard input (-)")
        return _bounded(stream.read(MOST_BYTES + 1))


def read_stdin() -> bytes:
    """All of standard input. Raises OSError."""
    if sys.stdin is None:
        raise OSError(0, "standard input is closed")
    return _bounded(sys.stdin.buffer.read(MOST_BYTES + 1))


def _bounded(data: bytes) -> bytes:
    if len(data) > MOST_BYTES:
        raise OSError(0, f"larger than {MOST_BYTES >> 20} MiB; no Dockerfile is")
    return data


def judged(judge: Judge, files: Sequence[Found], jobs: int) -> Iterator[FileResult]:
    """The results in the order of the files; on a terminal, with a line that says how far it is."""
    workers = min(jobs or os.cpu_count() or 1, len(files) // BATCH, MOST_PROCESSES)
    serial = workers < 2 or len(files) <= WORTH_PROCESSES
    return _counted(map(judge, files) if serial else _by_processes(judge, files, workers), len(files))


def _by_processes(judge: Judge, files: Sequence[Found], workers: int) -> Iterator[FileResult]:
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    done = 0
    pool = ProcessPoolExecutor(workers, initializer=_leave_interrupts)
    try:
        for result in pool.map(judge, files, chunksize=BATCH):
            done += 1
            yield result
    except BrokenProcessPool:
        for found in files[done:]:
            yield FileResult(found.path, Status.ERROR, "a process that judged several files was killed; try --jobs 1")
    finally:
        pool.shutdown(cancel_futures=True)


def _leave_interrupts() -> None:
    """Ctrl-C is for the process that a person started; it stops these."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _counted(results: Iterable[FileResult], total: int) -> Iterator[FileResult]:
    if total < 2 or sys.stderr is None or not sys.stderr.isatty():
        yield from results
        return
    begun = shown = time.monotonic()
    lines = 0
    for number, result in enumerate(results, 1):
        now = time.monotonic()
        if now - begun > 1 and now - shown > 0.1:
            shown, lines = now, lines + 1
            remark(f"\r{number} of {total} files")
        yield result
    if lines:
        remark("\r" + " " * len(f"{total} of {total} files") + "\r")
