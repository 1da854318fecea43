"""What is said of candidate steps."""
