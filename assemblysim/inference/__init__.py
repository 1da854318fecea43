"""What the data say: priors, posterior, draws, evidence, comparison."""
