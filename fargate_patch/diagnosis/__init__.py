"""What a log says about missing credentials: the SDKs' messages, what each means here, what to look at first."""
