"""Which steps are needed: where the truth is known."""
