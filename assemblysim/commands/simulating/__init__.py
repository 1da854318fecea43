"""The command ``simulate``: a mechanism with numbers given by hand, or those of a fit."""
