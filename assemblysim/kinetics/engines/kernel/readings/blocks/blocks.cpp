// Derivatives that are not closed are central differences of a block by what it depends on: few
// signals and sizes, of which none but its own blocks are evaluated anew.
#include "readings/blocks/blocks.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace assemblysim {
namespace {

// Steps of differences: in logarithms of sizes, and in those of signals as a part of an error.
constexpr double step_of_size = 1e-3, step_of_signal = 3e-3;

// One vector whose signals and sizes can be moved.
class Moved {
public:
    explicit Moved(const Readings& job) : job_(job), blocks_(job_) {
        job_.batch = 1;
        signals_.resize(job.places);
        sigma_.resize(job.own_sizes);
        job_.log_signals = signals_.data();
        job_.sigma = sigma_.data();
        job_.tau = &tau_;
    }

    void take(const Readings& job, size_t b) {
        std::copy_n(job.log_signals + b * job.places, job.places, signals_.begin());
        std::copy_n(job.sigma + b * job.own_sizes, job.own_sizes, sigma_.begin());
        tau_ = job.tau[b];
    }

    // Sums over cells of the same signal or size stand at the first of these cells.
    void derive(size_t block, const Derivatives& to) {
        const auto first = static_cast<size_t>(job_.begin[block]);
        const auto last = static_cast<size_t>(job_.begin[block + 1]);
        const double unit = *std::min_element(sigma_.begin(), sigma_.end());
        for (size_t i = first; i < last; ++i) {
            const bool new_signal =
                std::find(job_.place + first, job_.place + i, job_.place[i]) == job_.place + i;
            const bool new_size =
                std::find(job_.own + first, job_.own + i, job_.own[i]) == job_.own + i;
            double& signal = signals_[static_cast<size_t>(job_.place[i])];
            const double here = signal, step = step_of_signal * unit;
            to.by_signal[i - first] = 0;
            if (new_signal) {
                const double up = at(signal, here + step, block);
                to.by_signal[i - first] = (up - at(signal, here - step, block)) / (2 * step);
                signal = here;
            }
            double& size = sigma_[static_cast<size_t>(job_.own[i])];
            to.by_own[i - first] = new_size ? by_size(size, block) : 0;
        }
        *to.by_shared = tau_ > 0 ? by_size(tau_, block) : 0;
    }

private:
    Readings job_;
    std::vector<double> signals_, sigma_;
    double tau_ = 0;
    Blocks blocks_;

    double at(double& number, double value, size_t block) {
        number = value;
        blocks_.take(0);
        return blocks_.point(block);
    }

    double by_size(double& size, size_t block) {
        const double here = size, up = at(size, here * std::exp(step_of_size), block);
        const double down = at(size, here * std::exp(-step_of_size), block);
        size = here;
        return (up - down) / (2 * step_of_size);
    }
};

}  // namespace

Blocks::Blocks(const Readings& job) : job_(job), alone_(job), chances_(job.rules, job.negligible) {}

void Blocks::take(size_t b) {
    b_ = b;
    const double* sigma = job_.sigma + b * job_.own_sizes;
    unit_ = *std::min_element(sigma, sigma + job_.own_sizes);
    alone_.take(b);
}

double Blocks::point(size_t block) {
    if (alone_.fits(block)) return alone_.point(block, chances_);
    network_.fill(job_, block, b_, unit_);
    const double point = network_.eliminate(unit_);
    cells_.clear();
    slopes_.clear();
    network_.margins(cells_, slopes_);
    return cells_.empty() ? point : point + chances_.log_below(cells_, slopes_, network_.gains());
}

bool Blocks::derive(size_t block, const Derivatives& to) {
    return alone_.fits(block) && alone_.derive(to);
}

void reading_points(const Readings& job) {
    Blocks blocks(job);
    for (size_t b = 0; b < job.batch; ++b) {
        blocks.take(b);
        for (size_t block = 0; block < job.blocks; ++block)
            job.points[b * job.blocks + block] = blocks.point(block);
    }
}

void reading_gradients(const Readings& job, const ReadingGradients& to) {
    Blocks blocks(job);
    Moved moved(job);
    const auto cells = static_cast<size_t>(job.begin[job.blocks]);
    for (size_t b = 0; b < job.batch; ++b) {
        blocks.take(b);
        moved.take(job, b);
        for (size_t block = 0; block < job.blocks; ++block) {
            const size_t at = b * cells + static_cast<size_t>(job.begin[block]);
            const Derivatives here{to.by_signal + at, to.by_own + at,
                                   to.by_shared + b * job.blocks + block};
            job.points[b * job.blocks + block] = blocks.point(block);
            if (!blocks.derive(block, here)) moved.derive(block, here);
        }
    }
}

}  // namespace assemblysim
