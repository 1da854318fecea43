"""A log evidence by the library *particles* 0.4 (Chopin & Papaspiliopoulos, Springer 2020).

It asks for numpy below 2, so it cannot be installed beside what is tested: this script is run in
an environment of its own, ``python tests/oracles/by_particles.py``, and prints the two numbers
that `tests/inference/sampling/test_smc.py` holds on to.
"""

import numpy as np
from ridges import ridges

RUNS = 40


def main() -> None:
    """Print the log of the mean of 40 estimates of the evidence, and its standard error."""
    import particles
    from particles import distributions, smc_samplers

    class Bridge(smc_samplers.TemperingBridge):
        def logtarget(self, theta):
            return ridges(theta)

    prior = distributions.MvNormal(loc=np.zeros(3), cov=np.eye(3))
    found = []
    np.random.seed(21)  # noqa: NPY002  # the library draws from the global state
    for _ in range(RUNS):
        bridge = Bridge(base_dist=prior)
        moves = smc_samplers.AdaptiveTempering(bridge, len_chain=20, wastefree=False)
        run = particles.SMC(fk=moves, N=1000, ESSrmin=1.0)
        run.run()
        found.append(np.exp(run.logLt))
    mean = np.mean(found)
    print(np.log(mean), np.std(found, ddof=1) / np.sqrt(RUNS) / mean)


if __name__ == "__main__":
    main()
