"""What whole studies cost, from the first line to the last file."""
