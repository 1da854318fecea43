"""The command ``predict``: what a fitted study says of conditions of one's own."""
