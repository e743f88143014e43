"""What can be injected: one file per remedy. `plan` chooses among them, `block` holds them in the Dockerfile."""
