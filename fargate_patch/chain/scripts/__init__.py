"""What a shell script starts: a walk through its statements with what is known of its values."""
