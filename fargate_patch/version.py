"""The one place that holds the version; the build, `--version` and every block's marker read it."""

__version__ = "1.0.0"
