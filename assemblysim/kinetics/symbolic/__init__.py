"""Rate equations as expressions: derivatives, source text, compiled functions."""
