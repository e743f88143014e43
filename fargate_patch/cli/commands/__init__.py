"""One file per command: `command`, from whose signature typer reads the options. `patch` is the one without a name."""
