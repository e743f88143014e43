"""One file per command: `command` with the options typer reads from its signature. `patch` is the one without a name."""
