"""What is seen: signals, noise, gains, detection limits, statements."""
