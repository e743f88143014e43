"""From ENTRYPOINT and CMD to the processes: files (`context`), scripts (`scripts/`), accounts, and the `trace`."""
