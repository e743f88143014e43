"""Standard output and standard error: bytes and text out, complaints, and what the terminal can show.

A reader that went away (`| head`) is no error; a full disk behind a redirection is.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TextIO

from fargate_patch.cli import PROGRAM
from fargate_patch.report import inert, printable

if TYPE_CHECKING:
    from collections.abc import Mapping

_PLAIN_LOCALES = ("", "C", "POSIX")
_ANSI_ON_WINDOWS = ("WT_SESSION", "TERM", "ANSICON", "ConEmuANSI")  # the old console, which sets none, shows the codes


def emit(data: bytes) -> None:
    """Write to standard output. Raises OSError where that fails for another reason than a closed pipe."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as problem:
        _silence(sys.stdout)
        if not isinstance(problem, BrokenPipeError):
            raise


def encoded(text: str, stream: TextIO | None = None) -> bytes:
    """Text as the stream (standard output) shows it; what it has no character for is written out."""
    stream = sys.stdout if stream is None else stream
    encoding = (stream.encoding if stream else None) or "utf-8"
    return text.encode(encoding, "backslashreplace")


def rendered(text: str, output_format: str) -> bytes:
    """A report as bytes: for a person as standard output shows it, for programs as UTF-8."""
    return encoded(text) if output_format == "text" else text.encode("utf-8", "backslashreplace")


def remark(text: str) -> None:
    """Lines for a person on standard error, where nothing can be done about a failure."""
    if sys.stderr is None or not text:
        return
    try:
        sys.stderr.write(encoded(text, sys.stderr).decode(sys.stderr.encoding or "utf-8"))
        sys.stderr.flush()
    except BrokenPipeError:
        _silence(sys.stderr)
    except OSError:
        return


def complain(path: str, message: str) -> None:
    """One line about one file on standard error: `fargate-patch: PATH: message`."""
    remark(inert(f"{PROGRAM}: {printable(path)}: {printable(message)}") + "\n")


def _silence(stream: TextIO) -> None:
    """What is still buffered for a stream that cannot be written shall not be tried once more at exit."""
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)
    except (OSError, ValueError):
        return


def has_colour(choice: str, stream: TextIO | None, environment: Mapping[str, str]) -> bool:
    """`--color`, then NO_COLOR, FORCE_COLOR, TERM=dumb, then whether anybody looks at a terminal."""
    if choice != "auto":
        return choice == "always"
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    if sys.platform == "win32" and not any(name in environment for name in _ANSI_ON_WINDOWS):
        return False
    return environment.get("TERM") != "dumb" and stream is not None and stream.isatty()


def has_unicode(stream: TextIO | None, environment: Mapping[str, str]) -> bool:
    """Can the reader show more than ASCII? Python takes the C locale for UTF-8 (PEP 538, 540); a terminal does not."""
    encoding = ((stream.encoding if stream else None) or "").lower().replace("-", "")
    if encoding != "utf8":
        return False
    if sys.platform in ("win32", "darwin") or "PYTHONIOENCODING" in environment or "PYTHONUTF8" in environment:
        return True
    coerced = environment.get("LC_CTYPE") == "C.UTF-8" and environment.get("LANG", "") in _PLAIN_LOCALES
    names = [
        environment.get("LC_ALL", ""),
        "" if coerced else environment.get("LC_CTYPE", ""),
        environment.get("LANG", ""),
    ]
    locale = next((n for n in names if n), "")
    return locale.lower().replace("-", "").endswith("utf8")


def width(stream: TextIO | None) -> int | None:
    """Columns of the terminal; None where there is none, and lines may be as long as they are."""
    if stream is None or not stream.isatty():
        return None
    try:
        return max(os.get_terminal_size(stream.fileno()).columns, 20)
    except (OSError, ValueError):
        return None
