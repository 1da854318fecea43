// A reaction network ready for integration: the tables that the method walks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "network/factorisation.hpp"
#include "network/tables.hpp"

namespace assemblysim {

// `n` states in pivot order, then the eliminated species.
struct Program {
    int32_t species, constants, n, reactions, monomials;
    std::vector<int32_t> slot_of;     // species -> slot
    std::vector<int32_t> species_of;  // slot -> species

    // Monomials sorted by order; `slots` are `order` slots for each of them.
    struct Group {
        int32_t order, first, last;  // reactions first .. last - 1
        int32_t slots;               // where their slots begin in `reactant_slots`
    };
    std::vector<Group> groups;
    std::vector<int32_t> reactant_slots;  // also the place of the slope for each of them
    std::vector<double> factors;
    std::vector<int32_t> constant_of;

    // Slopes: one for each place in a monomial, then those of the other laws.
    int32_t slopes;
    Tape laws, law_slopes, law_by_constant, second, second_by_constant;
    std::vector<int32_t> constant_of_law_entry;

    SparseRows right;       // n rows over reactions
    SparseRows eliminated;  // rows over states

    // The Jacobian's n rows: columns and, for each coefficient, a sum over slopes.
    SparseRows jacobian;        // weight unused
    SparseRows jacobian_terms;  // a row for each coefficient
    SparseRows second_terms;    // the same, without slopes that never change
    Factorisation lu;

    // States that may grow out of themselves together, and for each pair of them the coefficient
    // of the Jacobian, row by row; -1 where it is 0.
    struct Block {
        std::vector<int32_t> slots, coefficients;
    };
    std::vector<Block> growing;

    // For each constant: (state, weight, slot of dv/dk); slots: monomials, then laws' entries.
    struct Influence {
        int32_t state, slot;
        double weight;
    };
    std::vector<std::vector<Influence>> influence;

    bool has_laws() const { return reactions > monomials; }

    // Multiplications of one step.
    double cost() const;
};

// Returns the program of a network; throws MalformedProgram where its tables do not fit together.
Program program_of(const Tables& tables);

}  // namespace assemblysim
