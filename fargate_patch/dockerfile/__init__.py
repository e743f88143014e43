"""The Dockerfile as text: bytes to instructions (`scanner`), to stages (`tree`), edits to bytes (`edit`)."""
