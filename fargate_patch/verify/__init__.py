"""The proof in a real container: the engine that runs it (`engine`) and where keys are given out (`endpoint`)."""
