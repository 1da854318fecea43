"""Which steps of a study are needed: [steps] read, switches sampled, runs stored and summarised."""
