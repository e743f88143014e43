"""A Python program read for the programs that it starts: an entry point of the image may be one as well as a script."""
