"""A stored mechanism with a network of one's own."""

from dataclasses import replace

from report_example import mechanism_of

from assemblysim.result.mechanism import StoredReaction, StoredSpecies


def network(species, *reactions):
    """A stored mechanism from compositions, and (name, reactants, products, more)."""
    return replace(
        mechanism_of("template"),
        species=tuple(
            StoredSpecies(name, tuple((block, n) for block, n in composition))
            for name, composition in species.items()
        ),
        reactions=tuple(
            reaction(name, reactants, products, **more)
            for name, reactants, products, more in reactions
        ),
        parameters={},
        pathways={},
    )


def reaction(name, reactants, products, factor=1.0, law=None, reverse_of=None):
    """A stored one-way step; its rate constant bears its name."""
    return StoredReaction(
        name, "", f"k_{name}", (), law, factor, reverse_of, tuple(reactants), tuple(products)
    )
