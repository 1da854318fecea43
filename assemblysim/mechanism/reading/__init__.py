"""Mechanism files, read and described: equations, tables of steps, systems."""
