"""What the base image brings: which image (`reference`), which distribution (`family`), which settings (`catalogue`)."""
