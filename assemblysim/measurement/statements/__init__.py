"""What is said in words about signals, and how probable it is that it holds."""
