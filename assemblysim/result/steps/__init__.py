"""What is stored of candidate steps."""
