"""What is seen: signals, scales, noise, detection limits, statements."""
