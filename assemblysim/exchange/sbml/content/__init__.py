"""What an SBML file says, read to plain values."""
