"""What an experiment that was not done yet would tell."""
