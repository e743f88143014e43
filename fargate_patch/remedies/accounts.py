"""Whom a remedy is for: accounts by name, and the users of several remedies taken together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.remedies.variables import safe_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fargate_patch.remedies.model import Remedy


def account_name(user: str | None) -> str | None:
    """The account's name as PAM and login shells know it. None: only a number, or not safe to write into a file."""
    return user if user is not None and safe_name(user) and not user.isdigit() else None


def users_of(remedies: Iterable[Remedy]) -> tuple[str, ...]:
    """Every user of the remedies, sorted, once."""
    return tuple(sorted({user for remedy in remedies for user in remedy.users}))


def by_place(remedies: Sequence[Remedy]) -> dict[str, tuple[str, ...]]:
    """The users for each `at`, in order."""
    return {at: users_of(r for r in remedies if r.at == at) for at in sorted({r.at for r in remedies})}


def named(users: Sequence[str]) -> str:
    """`app, jobs and web`, for a sentence; "" for nobody."""
    return " and ".join(filter(None, (", ".join(users[:-1]), *users[-1:])))
