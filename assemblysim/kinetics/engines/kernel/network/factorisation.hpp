// The pattern of the factorisation of 1/(gamma h) I - J, found once for each network.
#pragma once

#include <cstdint>
#include <vector>

#include "network/bits.hpp"
#include "network/tables.hpp"

namespace assemblysim {

// One coefficient of the matrix that is factorised, in the order of the factorisation.
struct Entry {
    int32_t row, column;
    int32_t terms_begin, terms_end;  // of J, subtracted
    int32_t pairs_begin, pairs_end;  // products of L and U, subtracted
};

// Entries of L (unit diagonal) and U by rows, each with what it is computed from.
struct Factorisation {
    std::vector<Entry> entries;
    std::vector<int32_t> pairs;  // (of L, of U)
    std::vector<int32_t> lower_begin{0}, lower_entry, lower_column;
    std::vector<int32_t> upper_begin{0}, upper_entry, upper_column;
};

// Returns the order in which states are eliminated, from the pattern of the Jacobian's rows.
std::vector<int32_t> pivot_order(const std::vector<Bits>& pattern);

// Returns the factors of a Jacobian of which each coefficient is a row of `terms`.
Factorisation factorisation_of(const SparseRows& jacobian, const SparseRows& terms);

}  // namespace assemblysim
