"""What simulated studies say of intervals and verdicts."""
