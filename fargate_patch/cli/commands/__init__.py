"""One file per command: `command`, from whose signature typer reads the options; where these are many, `options.takes`
writes it. `patch` is the one without a name.
"""
