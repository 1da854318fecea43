"""What the posterior of the Python interface costs."""
