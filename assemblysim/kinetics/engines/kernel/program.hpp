// A reaction network as the tables that the kernel walks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace assemblysim {

// Thrown where tables do not fit together; the text becomes a Python ValueError.
struct MalformedProgram : std::invalid_argument {
    using std::invalid_argument::invalid_argument;
};

// Rows of (index, weight) pairs, one after the other: row i is begin[i] .. begin[i + 1].
struct SparseRows {
    std::vector<int32_t> begin{0};
    std::vector<int32_t> index;
    std::vector<double> weight;

    void add(int32_t i, double w) {
        index.push_back(i);
        weight.push_back(w);
    }
    void end_row() { begin.push_back(static_cast<int32_t>(index.size())); }
    int32_t rows() const { return static_cast<int32_t>(begin.size()) - 1; }
};

enum class Operation : int32_t { add, subtract, multiply, divide, power, slope_power, exp, log };
constexpr int32_t operation_count = 8;

// Straight-line code over registers; an instruction is (operation, left, right) and writes the
// next register. The registers start with the inputs, followed by the numbers.
struct Tape {
    std::vector<double> numbers;
    std::vector<int32_t> code;     // three for each instruction
    std::vector<int32_t> outputs;  // registers
};

// What Python hands over; species, constants and reactions are counted from 0.
struct Tables {
    int32_t species = 0;    // S
    int32_t constants = 0;  // P
    // Reactions whose rate is factor * constant * product of concentrations.
    std::vector<double> factors;
    std::vector<int32_t> constant_of;
    SparseRows reactants;  // a row for each of them; a species repeated as often as its power
    // Reactions with a rate law of another form follow; a row of species with a slope each.
    SparseRows slopes;
    SparseRows slopes_by_constant;  // the constants in each law
    // Over (concentrations, constants): the laws; their slopes; their derivatives by constants.
    Tape laws, law_slopes, law_by_constant;
    // Over (concentrations, constants, direction): derivatives of the last two along a direction
    // of concentrations.
    Tape second, second_by_constant;
    SparseRows change;      // for each reaction, what it adds of which species
    SparseRows eliminated;  // for each eliminated species: the others it follows from
    std::vector<int32_t> eliminated_species;
};

// One coefficient of the matrix that is factorised, in the order of the factorisation.
struct Entry {
    int32_t row, column;
    int32_t terms_begin, terms_end;  // of J, subtracted
    int32_t pairs_begin, pairs_end;  // products of L and U, subtracted
};

// A network ready for integration: `n` states in pivot order, then the eliminated species.
struct Program {
    explicit Program(const Tables& tables);

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

    std::vector<Entry> entries;
    std::vector<int32_t> pairs;        // (of L, of U)
    std::vector<int32_t> lower_begin, lower_entry, lower_column;
    std::vector<int32_t> upper_begin, upper_entry, upper_column;

    // For each constant: (state, weight, slot of dv/dk); slots: monomials, then laws' entries.
    struct Influence {
        int32_t state, slot;
        double weight;
    };
    std::vector<std::vector<Influence>> influence;

    // Multiplications of one step.
    double cost = 0;

private:
    void order_states(const std::vector<std::vector<uint64_t>>& pattern);
    void factorise();
    std::vector<int32_t> order_;
};

}  // namespace assemblysim
