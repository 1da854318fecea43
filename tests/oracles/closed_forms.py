"""Exact solutions of small networks: what the integration is held against.

Each formula takes its functions (exp, sqrt, Bessel functions) as arguments, so that the same
line is differentiated by sympy where it is proved and evaluated by numpy or mpmath where it is
used.
"""

import sympy


def decay(t, k, a0, exp=sympy.exp):
    """[A] of A -> B."""
    return a0 * exp(-k * t)


def chain_middle(t, k1, k2, a0, exp=sympy.exp):
    """[B] of A -> B -> C for k1 != k2."""
    return a0 * k1 / (k2 - k1) * (exp(-k1 * t) - exp(-k2 * t))


def chain_middle_equal(t, k, a0, exp=sympy.exp):
    """[B] of A -> B -> C for k1 = k2 = k."""
    return a0 * k * t * exp(-k * t)


def chain_middle_integral(t, k1, k2, a0, exp=sympy.exp):
    """Time integral of `chain_middle` from 0."""
    return a0 * k1 / (k2 - k1) * ((1 - exp(-k1 * t)) / k1 - (1 - exp(-k2 * t)) / k2)


def reversible_binding(t, kon, koff, a0, b0, exp=sympy.exp, sqrt=sympy.sqrt):
    """[C] of A + B <=> C, from the roots p > q of c^2 - (a0 + b0 + koff/kon) c + a0 b0."""
    dissociation = koff / kon
    gap = sqrt((a0 - b0) ** 2 + 2 * dissociation * (a0 + b0) + dissociation**2)
    p = (a0 + b0 + dissociation + gap) / 2
    q = a0 * b0 / p
    gone = exp(-kon * gap * t)
    return p * q * (1 - gone) / (p - q * gone)


def dimerisation(t, k, a0):
    """[A] of 2 A -> B with rate k [A]^2."""
    return a0 / (1 + 2 * k * a0 * t)


SYMBOLIC = (sympy.exp, sympy.sqrt, sympy.besseli, sympy.besselk)


def feed_and_dimerise(t, k1, k2, a0, functions=SYMBOLIC):
    """[B] of A -> B, 2 B -> C; the functions are exp, sqrt and Bessel's I and K.

    Riccati's equation db/dt = k1 a0 exp(-k1 t) - 2 k2 b^2 becomes linear with
    b = u'/(2 k2 u), and Bessel's (modified, order 0) in z = sqrt(8 k2 a0/k1) exp(-k1 t/2).
    """
    exp, sqrt, i, k = functions
    start = sqrt(8 * k2 * a0 / k1)
    z = start * exp(-k1 * t / 2)
    above = i(1, start) * k(1, z) - k(1, start) * i(1, z)
    below = k(1, start) * i(0, z) + i(1, start) * k(0, z)
    return k1 * z / (4 * k2) * above / below


def setting_in(t, k0, tau, a0, exp=sympy.exp):
    """[A] of A -> B with the rate constant k0 (1 - exp(-t/tau))."""
    return a0 * exp(-k0 * (t - tau * (1 - exp(-t / tau))))


def faster_by_time(t, k, a0):
    """[A] of 2 A -> B with rate k t [A]^2."""
    return a0 / (1 + k * a0 * t**2)


ERROR_FUNCTION = (sympy.exp, sympy.erf, sympy.sqrt(sympy.pi))


def pulse(t, height, middle, width, a0, functions=ERROR_FUNCTION):
    """[A] of A -> B with the rate constant height exp(-((t - middle)/width)^2)."""
    exp, erf, root_pi = functions
    through = erf((t - middle) / width) + erf(middle / width)
    return a0 * exp(-height * width * root_pi / 2 * through)
