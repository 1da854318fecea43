"""What is inferred: parameters with priors, the problem, its posterior density."""
