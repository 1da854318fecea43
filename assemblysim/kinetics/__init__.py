"""How fast: rate laws as functions, engines, reactors."""
