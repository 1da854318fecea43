// What Python hands over of a reaction network: tables of numbers, and how they are checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <stdexcept>
#include <vector>

namespace assemblysim {

// Thrown where tables do not fit together; the text becomes a Python ValueError.
struct MalformedProgram : std::invalid_argument {
    using std::invalid_argument::invalid_argument;
};

inline void require(bool holds, const char* what) {
#if defined(__cpp_exceptions)
    if (!holds) throw MalformedProgram(what);
#else  // in a browser, where the tables are ours
    static_cast<void>(what);
    if (!holds) __builtin_trap();
#endif
}

// Bounds that no network reaches; they keep every product of sizes far from overflow.
constexpr size_t most_species = 20000, most_reactions = 200000, most_numbers = 5000000;
// Species of one block that are watched together.
constexpr size_t most_growing = 16;

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
constexpr const char* operation_names[] = {"add",   "subtract",    "multiply", "divide",
                                           "power", "slope_power", "exp",      "log"};
constexpr auto operation_count = static_cast<int32_t>(std::size(operation_names));

// Straight-line code over registers; an instruction is (operation, left, right) and writes the
// next register. The registers start with the inputs, followed by the numbers.
struct Tape {
    std::vector<double> numbers;
    std::vector<int32_t> code;     // three for each instruction
    std::vector<int32_t> outputs;  // registers
};

// Species, constants and reactions are counted from 0.
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
    SparseRows growing;  // blocks of species that may grow out of themselves
};

// Throws MalformedProgram unless every index and size is within its bounds.
void check(const Tables& tables);

}  // namespace assemblysim
