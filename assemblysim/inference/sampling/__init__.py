"""Finding optima and drawing samples: search, sequential Monte Carlo, ensembles."""
