"""Crates: whether what a crate says is what its command computes again."""
