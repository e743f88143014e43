"""From ENTRYPOINT and CMD to the processes: files (`context`), shell (`shell`, `script`), accounts, and the `trace`."""
