"""What the data can settle of the parameters: profiles, ranks, combinations."""
