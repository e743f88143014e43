"""What the base image brings: which image it is (`reference`), its distribution (`family`), its settings (`catalogue`)."""
