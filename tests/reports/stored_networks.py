"""A stored mechanism as the report reads it, from compositions as text."""


def network(species, *reactions):
    """A stored mechanism from compositions as text, and (name, reactants, products, more)."""
    return {
        "species": [{"name": n, "composition": c} for n, c in species.items()],
        "reactions": [
            {"name": name, "reactants": reactants, "products": products, "rate": f"k_{name}",
             "law": None, "factor": 1, "reverse_of": None, "further_rate_constants": [], **more}
            for name, reactants, products, more in reactions
        ],
        "parameters": {},
    }  # fmt: skip
