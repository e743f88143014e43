"""Shell scripts as data: what is written, without what it comes to (that is `chain/scripts/`)."""
