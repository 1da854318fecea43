"""Which steps of one large network are on: switches beside the constants, sampled and weighed."""
