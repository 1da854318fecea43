"""A page on which a reader moves constants and conditions, with the engine in the browser."""
