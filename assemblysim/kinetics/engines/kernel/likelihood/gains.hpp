// Log-normal readings in groups with an unknown gain: as measurement/likelihoods/gains.py has it in
// numpy, where the formulas are; one parameter vector after the other.
#pragma once

#include <cstddef>
#include <cstdint>

namespace assemblysim {

constexpr size_t rule_rows = 5;

// Every size and place has been checked against the arrays.
struct GainReadings {
    size_t batch, places, groups, widest, nodes, far_nodes;
    // Entries of group g: numbers from begin[2 g] to begin[2 g + 1], then limits up to
    // begin[2 g + 2].
    const int32_t* begin;
    const int32_t* place;  // of an entry's signal, below `places`
    const double* log;     // of a number, or of a limit
    // For each group and node of the rule for two or three limits, see orthants.py: what
    // multiplies h^2 + k^2 and h k in the exponent, the weight, and what the third limit is
    // lowered by and then multiplied with; (groups, rule_rows, nodes).
    const double* rule;
    const double* far_rule;     // nodes and weights of Gauss-Laguerre quadrature; (2, far_nodes)
    const double* log_signals;  // (batch, places)
    const double* sigma;        // (batch,)
    double nearest_limit, negligible;
    double* points;  // (batch, groups)
    double* rooms;   // (batch, groups, widest), of the groups left open only
    uint8_t* open;   // (batch, groups), groups whose limits need another rule
};

// Returns how many groups were left open: their points lack what their limits say.
size_t gain_points(const GainReadings& job);

}  // namespace assemblysim
