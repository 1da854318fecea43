// Loops over many normal chances, for the fastest instruction set of this machine.
#pragma once

#include <array>
#include <cstddef>

namespace assemblysim {

// Points of an equally spaced sum at most, a multiple of all lanes.
constexpr size_t most_equal_steps = 40;

struct EqualSteps {
    double from, step;
    size_t count;
};

// Of a bivariate normal chance as an integral over the angle whose sine is the correlation: sines,
// one over twice the squares of cosines, and weights over two pi.
constexpr size_t pair_points = 12;
struct PairRule {
    size_t points;
    double correlation;
    std::array<double, pair_points> sine, inverse, part;
};

// Taylor's series of functions of x + off: terms of equal powers `length` apart.
constexpr size_t series_terms = 5;
struct Series {
    const double* at;
    size_t length;
    double off;
};

struct Instructions {
    // Logarithm of the sum over y of prod_j Phi(limits[j] - slope y) exp(-y^2 / 2), or by parts of
    // prod_j Phi(limits[j] - slope y) Phi(y / scale) sum_j hazard_j if `scale` is above 0.
    double (*log_sum)(const double* limits, size_t count, const EqualSteps& steps, double slope,
                      double scale);
    // Turns numbers that are not large into powers of e; their count is a multiple of all lanes.
    void (*exponentials)(double* values, size_t count);
    // Writes e^lift times the chances below limit - at[i]; their count is a multiple of all lanes.
    void (*chances)(double limit, const double* at, size_t count, double lift, double* to);
    // Writes the derivative of the logarithm of each chance; likewise.
    void (*hazards)(const double* at, size_t count, double* to);
    // Multiplies e^exponents times factors, which do not vanish, by the chances below limits, or
    // below both a and b; their count is a multiple of all lanes.
    void (*singles)(const double* limits, size_t count, double* factors, double* exponents);
    void (*pairs)(const double* a, const double* b, size_t count, const PairRule& rule,
                  double* factors, double* exponents);
    // The sum over points of weights times a product of series; their count is a multiple of all
    // lanes.
    double (*series_sum)(const Series* cells, size_t count, const double* weights, size_t points);
    // Multiplies sums[i, j] by the sum over q of first[q, i] second[q][j]; rows are a multiple of
    // four, columns of all lanes.
    void (*multiply)(const double* first, const double* const* second, size_t rows, size_t columns,
                     size_t points, double* sums);
};

const Instructions& fastest_instructions();

}  // namespace assemblysim
