"""The Dockerfile as text: bytes to instructions (`scanner`) and stages (`tree`), edits to bytes (`edit`), a `diff`."""
