"""Does the explorer, in a browser, say what Python says."""
