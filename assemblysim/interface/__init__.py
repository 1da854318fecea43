"""What Python users call, under the names that the package's root lists."""
