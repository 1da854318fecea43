// One block of readings as a network of weights: gains, shared errors and ground are its nodes,
// readings its edges. Everything is in units of the smallest own error.
#pragma once

#include <cstddef>
#include <vector>

#include "readings/readings.hpp"

namespace assemblysim {

constexpr double widest_shared = 1e140;  // in the unit: the square of such an error is a number

// An edge of the network: how far its first node lies above its second, and how well that is known.
struct Edge {
    double weight = 0, target = 0;

    // Merges a parallel edge; returns the square of what the two disagree by.
    double merge(double other_weight, double other_target) {
        const double sum = weight + other_weight;
        if (!(other_weight > 0)) return 0;
        const double part = other_weight / sum, apart = other_target - target;
        target += part * apart;
        const double square = weight * part * apart * apart;
        weight = sum;
        return square;
    }
};

// What a censored cell has to stay below, given the readings: limit + sum slope[g] x[g], in units
// of its own error; x are standard normal. `shared` is what is left of the error that it shares
// with other cells of the same `error`.
struct Margin {
    double limit, shared;
    size_t error;
};

// Cells of one block for one parameter vector.
class Network {
public:
    // Takes the cells of a block, for signals and sizes of vector b; tau and sigma / unit.
    void fill(const Readings& job, size_t block, size_t b, double unit);

    // Log density of what was read. Afterwards the laws of the censored cells are known.
    double eliminate(double unit);

    // Appends the margins of censored cells and their slopes, `gains()` each.
    void margins(std::vector<Margin>& cells, std::vector<double>& slopes);

    size_t gains() const { return gains_; }

private:
    struct Cell {
        size_t gain, error;
        bool censored;
        double weight, off, own;  // off: log reading or limit minus log signal
    };

    size_t gains_ = 0, errors_ = 0;
    double ratio_ = 0;  // of the shared variance to the unit
    std::vector<Cell> cells_;
    std::vector<Edge> stars_;       // (errors, gains): of each shared error to each gain
    std::vector<double> strength_;  // (errors,): the sum of its weights
    std::vector<Edge> pairs_;       // (gains, gains), of the first to the second, first < second
    std::vector<Edge> ground_;      // (gains,)
    std::vector<double> total_;     // (gains,): a gain's weights when it was eliminated
    std::vector<double> centre_, loading_;  // of gains about the last: (gains,), (gains, gains)

    Edge& star(size_t error, size_t gain) { return stars_[error * gains_ + gain]; }
    Edge& pair(size_t first, size_t second) { return pairs_[first * gains_ + second]; }
    double eliminate_errors(double& logs);
    double eliminate_gains(double& logs);
    void place_gains();
};

}  // namespace assemblysim
