"""What a fitted study is asked afterwards: other conditions, the next experiment."""
