"""Constants of a mechanism: their definitions, dimensions and units."""
