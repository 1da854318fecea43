// Elimination of nodes: eliminating one with edges of weights w_j, W their sum, leaves an edge of
// w_i w_j / W between every two of its neighbours; only positive terms are added, so that nothing
// cancels whatever the ratio of two errors is.
#include "readings/network.hpp"

#include <algorithm>
#include <cmath>

namespace assemblysim {
namespace {

constexpr double log_two_pi = 1.8378770664093453;

}  // namespace

void Network::fill(const Readings& job, size_t block, size_t b, double unit) {
    const auto first = static_cast<size_t>(job.begin[block]);
    const auto last = static_cast<size_t>(job.begin[block + 1]);
    const double* signals = job.log_signals + b * job.places;
    const double* sigma = job.sigma + b * job.own_sizes;
    const double tau = std::min(job.tau[b] / unit, widest_shared);
    ratio_ = tau * tau;
    cells_.clear();
    gains_ = errors_ = 0;
    for (size_t i = first; i < last; ++i) {
        const double own = sigma[job.own[i]] / unit;
        const auto gain = static_cast<size_t>(job.gain[i]);
        const auto error = static_cast<size_t>(job.error[i]);
        const double off = (job.log[i] - signals[job.place[i]]) / unit;
        cells_.push_back({gain, error, job.censored[i] != 0, 1 / (own * own), off, own});
        gains_ = std::max(gains_, gain + 1);
        errors_ = std::max(errors_, error + 1);
    }
    stars_.assign(errors_ * gains_, Edge{});
    strength_.assign(errors_, 0);
    pairs_.assign(gains_ * gains_, Edge{});
    ground_.assign(gains_, Edge{});
    total_.assign(gains_, 0);
}

double Network::eliminate(double unit) {
    double squares = 0, logs = 0, count = -static_cast<double>(gains_);
    for (const Cell& cell : cells_) {
        if (cell.censored) continue;
        squares += star(cell.error, cell.gain).merge(cell.weight, cell.off);
        strength_[cell.error] += cell.weight;
        logs -= std::log(cell.weight);
        ++count;
    }
    squares += eliminate_errors(logs);
    squares += eliminate_gains(logs);
    return -0.5 * (squares + logs + count * (log_two_pi + 2 * std::log(unit)));
}

// An error u_i has an edge u_i - x_r of each reading; a gain's node is x = -g.
double Network::eliminate_errors(double& logs) {
    double squares = 0;
    for (size_t i = 0; i < errors_; ++i) {
        const double damping = 1 / (1 + ratio_ * strength_[i]);
        logs += std::log1p(ratio_ * strength_[i]);
        for (size_t r = 0; r < gains_; ++r) {
            const Edge& one = star(i, r);
            if (!(one.weight > 0)) continue;
            squares += ground_[r].merge(one.weight * damping, -one.target);
            for (size_t q = r + 1; q < gains_; ++q) {
                const Edge& other = star(i, q);
                const double weight = one.weight * other.weight * ratio_ * damping;
                squares += pair(r, q).merge(weight, other.target - one.target);
            }
        }
    }
    return squares;
}

double Network::eliminate_gains(double& logs) {
    double squares = 0;
    for (size_t r = 0; r < gains_; ++r) {
        double total = ground_[r].weight;
        for (size_t q = r + 1; q < gains_; ++q) total += pair(r, q).weight;
        total_[r] = total;
        logs += std::log(total);
        for (size_t q = r + 1; q < gains_; ++q) {
            const Edge& one = pair(r, q);
            const double part = one.weight / total;
            squares += ground_[q].merge(part * ground_[r].weight, ground_[r].target - one.target);
            for (size_t p = q + 1; p < gains_; ++p)
                squares +=
                    pair(q, p).merge(part * pair(r, p).weight, pair(r, p).target - one.target);
        }
    }
    return squares;
}

// Backwards each gain is a mean of those after it and of ground, with an error of its own. The last
// one alone may be wide; the others are told from it, so that its width cancels nowhere.
void Network::place_gains() {
    const size_t last = gains_ - 1;
    centre_.assign(gains_, 0);
    loading_.assign(gains_ * gains_, 0);
    const double middle = ground_[last].target, width = 1 / std::sqrt(total_[last]);
    for (size_t r = last; r-- > 0;) {
        double* own = loading_.data() + r * gains_;
        const double down = ground_[r].weight / total_[r];
        centre_[r] = down * (ground_[r].target - middle);
        own[last] = -down * width;
        own[r] = 1 / std::sqrt(total_[r]);
        for (size_t q = r + 1; q < gains_; ++q) {
            const double part = pair(r, q).weight / total_[r];
            centre_[r] += part * (centre_[q] + pair(r, q).target);
            for (size_t s = q; s < gains_; ++s) own[s] += part * loading_[q * gains_ + s];
        }
    }
}

// A cell is below where e < limit + x_r - u_i, and u_i is a mean of x_q + d_iq and of ground.
void Network::margins(std::vector<Margin>& cells, std::vector<double>& slopes) {
    place_gains();
    const size_t last = gains_ - 1;
    const double middle = ground_[last].target, width = 1 / std::sqrt(total_[last]);
    for (const Cell& cell : cells_) {
        if (!cell.censored) continue;
        const double damping = 1 / (1 + ratio_ * strength_[cell.error]);
        const double* own = &loading_[cell.gain * gains_];
        const size_t at = slopes.size();
        slopes.resize(at + gains_);
        double limit = cell.off + damping * (middle + centre_[cell.gain]);
        for (size_t s = 0; s < gains_; ++s) slopes[at + s] = damping * own[s];
        slopes[at + last] += damping * width;
        for (size_t q = 0; q < gains_; ++q) {
            const Edge& edge = star(cell.error, q);
            const double part = edge.weight * ratio_ * damping;
            if (!(part > 0)) continue;
            limit += part * (centre_[cell.gain] - centre_[q] - edge.target);
            for (size_t s = 0; s < gains_; ++s)
                slopes[at + s] += part * (own[s] - loading_[q * gains_ + s]);
        }
        for (size_t s = 0; s < gains_; ++s) slopes[at + s] /= cell.own;
        cells.push_back({limit / cell.own, std::sqrt(ratio_ * damping) / cell.own, cell.error});
    }
}

}  // namespace assemblysim
