"""What the base image brings: its name (`reference`), its distribution (`family`), its settings (`catalogue`)."""
