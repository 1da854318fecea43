"""A written rate law, shared among labelled reactants in proportion to their concentrations.

The law is about what the mechanism without labels calls a species: the sum of its labelled
forms. A labelled step has the part of it that its reactants have in all choices of reactants:
for ``L + 2 Dy`` and ``k*L*Dy`` the step of L, Dy and Gd has 2 Dy Gd / (Dy + Gd)^2 of
``k*L*(Dy + Gd)``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from assemblysim.mechanism.network.rate_law import (
    Call,
    Expression,
    Name,
    Numeral,
    Power,
    Product,
    RateLaw,
    Sum,
    product_of,
    replaced,
    tree_names,
    write_tree,
)

# mM^2, as small as the engines take a broken power of: keeps a share between 0 and 1 where all
# forms are gone, or are a rounding error below 0.
_NOTHING: Final = Numeral("1e-30")
_TWO: Final = Numeral("2")


def shared_law(
    law: RateLaw,
    reactants: Mapping[str, Sequence[str]],
    forms: Mapping[str, Sequence[str]],
    weight: Fraction,
    constants: Mapping[str, str],
) -> RateLaw:
    """Return the law of a labelled step.

    Args:
        law: of the step without labels.
        reactants: core to its labelled reactants, one repeated as often as it takes part.
        forms: core to the names of all its labelled species.
        weight: in how many ways the reactants can be chosen, times the probability of the
            products.
        constants: name to another one for each constant that a label changes.

    Returns:
        The law; where it is divided by the sum of some forms, that which is computed is 0 where
        they are gone.
    """
    shared = {core: found for core, found in reactants.items() if len(forms[core]) > 1}
    if not shared and weight == 1 and not constants and not _summed(law, forms):
        return law
    tree, guarded = (_tree(law, shared, forms, weight, constants, guarded=g) for g in (False, True))
    return RateLaw(tree, write_tree(tree), None if guarded == tree else guarded)


def _tree(
    law: RateLaw,
    shared: Mapping[str, Sequence[str]],
    forms: Mapping[str, Sequence[str]],
    weight: Fraction,
    constants: Mapping[str, str],
    *,
    guarded: bool,
) -> Expression:
    renamed = {old: Name(new) for old, new in constants.items()}
    sums = {core: _sum(names) for core, names in forms.items()}
    found = product_of(law.tree)
    factors: list[tuple[int, Expression]] = []
    if found is None:
        factors.append((1, replaced(law.tree, {**sums, **renamed})))
        powers = Counter[str]()
    else:
        weight *= found[0]
        powers = Counter(found[1])
        for name, power in powers.items():
            if name not in shared:
                base = renamed.get(name, sums.get(name, Name(name)))
                factors.append((1, _power(base, power)))
    if weight.numerator != 1:
        factors.insert(0, (1, Numeral(str(weight.numerator))))
    for core, names in shared.items():
        factors += [(1, _power(Name(one), n)) for one, n in Counter(names).items()]
        over = powers[core] - len(names)
        if over > 0:
            factors.append((1, _power(sums[core], over)))
        elif over < 0:
            total = _guarded_sum(forms[core]) if guarded else sums[core]
            factors.append((-1, _power(total, -over)))
    if weight.denominator != 1:
        factors.append((-1, Numeral(str(weight.denominator))))
    return factors[0][1] if len(factors) == 1 and factors[0][0] > 0 else Product(tuple(factors))


def _summed(law: RateLaw, forms: Mapping[str, Sequence[str]]) -> bool:
    """Say whether a law names a species of several forms."""
    return any(len(forms.get(name, ())) > 1 for name in tree_names(law.tree))


def _power(base: Expression, power: int) -> Expression:
    return base if power == 1 else Power(base, Numeral(str(power)))


def _sum(names: Sequence[str]) -> Expression:
    return Name(names[0]) if len(names) == 1 else Sum(tuple((1, Name(one)) for one in names))


def _guarded_sum(names: Sequence[str]) -> Expression:
    """Return the sum of the sizes of concentrations, never 0."""
    return Sum(
        tuple((1, Call("sqrt", Sum(((1, Power(Name(one), _TWO)), (1, _NOTHING))))) for one in names)
    )
