// Blocks of readings one by one: closed where they are, otherwise by elimination.
#pragma once

#include <vector>

#include "readings/blocks/alone.hpp"
#include "readings/chances.hpp"
#include "readings/network.hpp"
#include "readings/readings.hpp"

namespace assemblysim {

class Blocks {
public:
    explicit Blocks(const Readings& job);

    // Takes signals and sizes of vector b.
    void take(size_t b);

    // The log-likelihood of a block.
    double point(size_t block);

    // Writes the derivatives of the last point, of this block; says whether they are closed.
    bool derive(size_t block, const Derivatives& to);

private:
    const Readings& job_;
    Alone alone_;
    Network network_;
    Chances chances_;
    std::vector<Margin> cells_;
    std::vector<double> slopes_;
    size_t b_ = 0;
    double unit_ = 1;
};

}  // namespace assemblysim
