"""How fast: symbolic derivatives, compiled functions, integration."""
