"""What happens to the mixture: temperature, additions, withdrawals, segment by segment."""
