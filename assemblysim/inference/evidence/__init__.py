"""Log evidence and what is compared by it: bridge sampling, checks, criteria, verdicts."""
