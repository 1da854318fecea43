"""What an experiment says of vessels and feeds."""
