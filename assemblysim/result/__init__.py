"""What a fit and the questions asked of it found, as it is stored: facts alone, no sentences."""
