#include "network/tables.hpp"

#include <cmath>

namespace assemblysim {
namespace {

void check_rows(const SparseRows& rows, size_t count, int32_t limit, const char* what) {
    require(rows.begin.size() == count + 1 && rows.begin[0] == 0, what);
    require(rows.index.size() <= most_numbers, what);
    require(static_cast<size_t>(rows.begin[count]) == rows.index.size(), what);
    require(rows.weight.size() == rows.index.size(), what);
    for (size_t i = 0; i < count; ++i) require(rows.begin[i] <= rows.begin[i + 1], what);
    for (int32_t i : rows.index) require(0 <= i && i < limit, what);
    for (double w : rows.weight) require(std::isfinite(w), what);
}

void check_tape(const Tape& tape, size_t inputs, size_t outputs, const char* what) {
    require(tape.code.size() % 3 == 0 && tape.code.size() <= most_numbers, what);
    require(tape.numbers.size() <= most_numbers && tape.outputs.size() == outputs, what);
    size_t registers = inputs + tape.numbers.size();
    for (size_t at = 0; at < tape.code.size(); at += 3, ++registers) {
        require(0 <= tape.code[at] && tape.code[at] < operation_count, what);
        for (size_t side = 1; side < 3; ++side) {
            int32_t from = tape.code[at + side];
            require(from >= 0 && static_cast<size_t>(from) < registers, what);
        }
    }
    for (int32_t from : tape.outputs)
        require(from >= 0 && static_cast<size_t>(from) < registers, what);
}

void check_eliminated(const Tables& t) {
    std::vector<bool> gone(static_cast<size_t>(t.species), false);
    for (int32_t e : t.eliminated_species) {
        require(0 <= e && e < t.species && !gone[e], "eliminated_species");
        gone[e] = true;
    }
    for (int32_t i : t.eliminated.index) require(!gone[i], "eliminated follows from eliminated");
}

// No species stands in two blocks, and each is a state.
void check_growing(const Tables& t) {
    check_rows(t.growing, t.growing.begin.size() - 1, t.species, "growing");
    std::vector<bool> taken(static_cast<size_t>(t.species), false);
    for (int32_t e : t.eliminated_species) taken[e] = true;
    for (int32_t i : t.growing.index) {
        require(!taken[i], "growing");
        taken[i] = true;
    }
    for (size_t block = 0; block + 1 < t.growing.begin.size(); ++block) {
        const int32_t size = t.growing.begin[block + 1] - t.growing.begin[block];
        require(static_cast<size_t>(size) <= most_growing, "growing");
    }
}

}  // namespace

void check(const Tables& t) {
    require(t.species >= 0 && static_cast<size_t>(t.species) <= most_species, "species");
    require(t.constants >= 0 && static_cast<size_t>(t.constants) <= most_reactions, "constants");
    size_t monomials = t.factors.size(), laws = t.laws.outputs.size();
    require(monomials + laws <= most_reactions, "reactions");
    require(t.constant_of.size() == monomials, "constant_of");
    for (int32_t k : t.constant_of) require(0 <= k && k < t.constants, "constant_of");
    for (double f : t.factors) require(std::isfinite(f), "factors");
    check_rows(t.reactants, monomials, t.species, "reactants");
    check_rows(t.slopes, laws, t.species, "slopes");
    check_rows(t.slopes_by_constant, laws, t.constants, "slopes_by_constant");
    check_rows(t.change, monomials + laws, t.species, "change");
    check_rows(t.eliminated, t.eliminated_species.size(), t.species, "eliminated");
    size_t inputs = static_cast<size_t>(t.species) + t.constants, wide = inputs + t.species;
    check_tape(t.laws, inputs, laws, "laws");
    check_tape(t.law_slopes, inputs, t.slopes.index.size(), "law_slopes");
    check_tape(t.law_by_constant, inputs, t.slopes_by_constant.index.size(), "law_by_constant");
    check_tape(t.second, wide, t.slopes.index.size(), "second");
    check_tape(t.second_by_constant, wide, t.slopes_by_constant.index.size(), "second_by_constant");
    check_eliminated(t);
    require(!t.growing.begin.empty(), "growing");
    check_growing(t);
}

}  // namespace assemblysim
