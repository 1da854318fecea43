// The likelihood of log-normal readings with unknown gains and errors that replicates share, as
// measurement/likelihoods/network.py has it in numpy, where the formulas are.
#pragma once

#include <cstddef>
#include <cstdint>

namespace assemblysim {

// Points of means over a standard normal, the more of them the more a function bends: the first
// rule serves up to excess[0], and so on. Of all rules the points and log weights follow each
// other.
struct NormalRules {
    size_t rules;
    const double* excess;
    const int32_t* count;
    const double *points, *log_weights;
    // Where a product of rules would have too many points: standard normal ones, (spread, axes).
    size_t axes, spread;
    const double* lattice;
};

// Every size and place has been checked against the arrays.
struct Readings {
    size_t batch, places, blocks, own_sizes;
    const int32_t* begin;     // (blocks + 1,): a block's cells begin here
    const int32_t* gain;      // of a cell, from 0 on in each block
    const int32_t* error;     // of a cell, likewise, not decreasing
    const int32_t* place;     // of a cell's signal, below `places`
    const int32_t* own;       // which of the own sizes a cell has
    const uint8_t* censored;  // whether `log` is that of a limit that a cell stayed below
    const double* log;
    double negligible;  // chances to exceed a limit that are left out
    NormalRules rules;
    const double* log_signals;  // (batch, places)
    const double* sigma;        // (batch, own_sizes)
    const double* tau;          // (batch,), 0 where nothing is shared
    double* points;             // (batch, blocks)
};

void reading_points(const Readings& job);

// Derivatives of blocks' points by logarithms; cells of one signal or size in a block may have
// their sum at the first of them.
struct ReadingGradients {
    double* by_signal;  // (batch, cells), of the cell's block by its signal
    double* by_own;     // (batch, cells), by the size of its own error
    double* by_shared;  // (batch, blocks), by the size of the shared error
};

// The points, and their derivatives.
void reading_gradients(const Readings& job, const ReadingGradients& to);

}  // namespace assemblysim
