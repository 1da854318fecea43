"""One study on disk: reading it, running it, storing and resuming its results."""
