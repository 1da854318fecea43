"""What a run finds and stores: predictions, checks, the verdict."""
