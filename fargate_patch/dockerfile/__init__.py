"""The Dockerfile as text: bytes to instructions (`scanner`), instructions to stages (`tree`), edits to bytes (`edit`)."""
