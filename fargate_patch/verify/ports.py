"""Which TCP ports are listened on, from the kernel's own table (proc(5), /proc/net/tcp), and which an image EXPOSEs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LISTENS = "0A"


def listening(table: str) -> Iterator[tuple[str, int]]:
    """Address, as the kernel writes it, and port of every listening socket in the text of net/tcp and net/tcp6."""
    rows = (line.split() for line in table.splitlines())
    for row in rows:
        if len(row) > 3 and row[3] == _LISTENS:
            address, _, port = row[1].partition(":")
            yield address, int(port, 16)


def readable(address: str) -> str:
    """`0100007F` → `127.0.0.1`."""
    return ".".join(str(int(address[n : n + 2], 16)) for n in (6, 4, 2, 0))


def exposed(config: object) -> frozenset[int]:
    """The TCP ports of an image's configuration: `{"ExposedPorts": {"8080/tcp": {}, "53/udp": {}}}`."""
    ports = config.get("ExposedPorts") if isinstance(config, dict) else None
    words = (str(port).partition("/") for port in ports or ())
    return frozenset(int(number) for number, _, protocol in words if number.isdigit() and protocol in ("", "tcp"))
