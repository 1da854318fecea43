// Everything is in units of the smallest own error. The chance of censored cells depends on their
// distances from the gain, on their variances and on that of the gain: derivatives go through
// these.
#include "readings/blocks/alone.hpp"

#include <algorithm>
#include <cmath>

#include "readings/mills.hpp"

namespace assemblysim {
namespace {

constexpr double log_two_pi = 1.8378770664093453;

}  // namespace

Alone::Alone(const Readings& job) : job_(job), fits_(job.blocks) {
    size_t most = 0;
    for (size_t block = 0; block < job.blocks; ++block) {
        bool fits = true;
        for (auto i = job.begin[block]; i < job.begin[block + 1]; ++i)
            fits = fits && job.gain[i] == 0 && job.error[i] == i - job.begin[block];
        fits_[block] = fits;
        most = std::max(most, static_cast<size_t>(job.begin[block + 1] - job.begin[block]));
    }
    log_counts_.resize(most + 1, 0);
    for (size_t n = 1; n <= most; ++n) log_counts_[n] = std::log(static_cast<double>(n));
    size_.resize(job.own_sizes);
    variance_.resize(job.own_sizes);
    log_variance_.resize(job.own_sizes);
}

void Alone::take(size_t b) {
    const double* sigma = job_.sigma + b * job_.own_sizes;
    signals_ = job_.log_signals + b * job_.places;
    unit_ = *std::min_element(sigma, sigma + job_.own_sizes);
    log_unit_ = std::log(unit_);
    const double tau = job_.tau[b] / unit_;
    clipped_ = tau > widest_shared;
    ratio_ = clipped_ ? widest_shared * widest_shared : tau * tau;
    for (size_t k = 0; k < job_.own_sizes; ++k) {
        size_[k] = sigma[k] / unit_;
        variance_[k] = size_[k] * size_[k] + ratio_;
        log_variance_[k] = std::log(variance_[k]);
    }
}

double Alone::point(size_t block, Chances& chances) {
    first_ = static_cast<size_t>(job_.begin[block]);
    count_ = static_cast<size_t>(job_.begin[block + 1]) - first_;
    off_.resize(count_);
    // About one of the readings, so that what all have in common takes no digits.
    double about = 0, sum = 0, logs = 0;
    size_t read = 0;
    weight_ = 0;
    for (size_t c = 0; c < count_; ++c) {
        const size_t i = first_ + c, k = static_cast<size_t>(job_.own[i]);
        off_[c] = (job_.log[i] - signals_[job_.place[i]]) / unit_;
        if (job_.censored[i]) continue;
        if (!read++) about = off_[c];
        weight_ += 1 / variance_[k];
        sum += (off_[c] - about) / variance_[k];
        logs += log_variance_[k];
    }
    const double mean = about + sum / weight_;
    double squares = 0;
    cells_.clear();
    slopes_.clear();
    for (size_t c = 0; c < count_; ++c) {
        const size_t i = first_ + c, k = static_cast<size_t>(job_.own[i]);
        off_[c] -= mean;
        if (job_.censored[i]) {
            cells_.push_back({off_[c] / size_[k], std::sqrt(ratio_) / size_[k],
                              static_cast<size_t>(job_.error[i])});
            slopes_.push_back(1 / (std::sqrt(weight_) * size_[k]));
        } else {
            squares += off_[c] * off_[c] / variance_[k];
        }
    }
    logs += job_.own_sizes == 1 ? log_counts_[read] - log_variance_[0] : std::log(weight_);
    log_chance_ = cells_.empty() ? 0 : chances.log_below(cells_, slopes_, 1);
    const double degrees = static_cast<double>(read) - 1;
    return log_chance_ - 0.5 * (squares + logs + degrees * (log_two_pi + 2 * log_unit_));
}

// The standard deviation of a censored cell's distance to its limit, given what was read.
double Alone::deviation(size_t cell) const {
    return std::sqrt(variance_[static_cast<size_t>(job_.own[first_ + cell])] + 1 / weight_);
}

void Alone::find_doubtful() {
    double together = 0;
    for (size_t c = 0; c < count_; ++c)
        if (job_.censored[first_ + c]) together += log_below(off_[c] / deviation(c));
    doubtful_.clear();
    size_t lowest = count_;
    for (size_t c = 0; c < count_; ++c) {
        if (!job_.censored[first_ + c]) continue;
        const double margin = off_[c] / deviation(c);
        if (log_below(-margin) >= std::log(job_.negligible) + together) doubtful_.push_back(c);
        if (lowest == count_ || margin < off_[lowest] / deviation(lowest)) lowest = c;
    }
    // Where hardly any is in doubt the least likely one is all that counts.
    if (doubtful_.size() < 2) doubtful_.assign(lowest < count_ ? 1 : 0, lowest);
}

void Alone::derive_single(size_t cell) {
    const double sd = deviation(cell), margin = off_[cell] / sd;
    Chance one;
    const double hazard = one.times_below_with_hazard(margin);
    by_.off[cell] = hazard / sd;
    by_.variance[cell] = -0.5 * hazard * margin / (sd * sd);
    by_.total = by_.off[cell];
    by_.gain = by_.variance[cell];
}

// Of a bivariate normal chance of correlation r: by a margin h it is phi(h) Phi((k - r h) / s) with
// s^2 = 1 - r^2, and by r the density.
void Alone::derive_pair(size_t one, size_t two) {
    const double sds[] = {deviation(one), deviation(two)};
    const double h = off_[one] / sds[0], k = off_[two] / sds[1], gain = 1 / weight_;
    const double own_one = sds[0] * sds[0] - gain, own_two = sds[1] * sds[1] - gain;
    const double r = gain / (sds[0] * sds[1]);
    // One minus the square of r, as a sum.
    const double rest =
        (own_one * own_two + gain * (own_one + own_two)) / (sds[0] * sds[0] * sds[1] * sds[1]);
    const double s = std::sqrt(rest), constant = -0.5 * log_two_pi - log_chance_;
    const double by_margin[] = {std::exp(constant - 0.5 * h * h + log_below((k - r * h) / s)),
                                std::exp(constant - 0.5 * k * k + log_below((h - r * k) / s))};
    const double exponent = -0.5 * (h * h + (k - r * h) * (k - r * h) / rest);
    const double by_r = std::exp(exponent - log_two_pi - log_chance_) / s;
    const size_t cells[] = {one, two};
    by_.gain = by_r / (sds[0] * sds[1]);
    for (size_t c = 0; c < 2; ++c) {
        const double margin = c ? k : h, square = sds[c] * sds[c];
        by_.off[cells[c]] = by_margin[c] / sds[c];
        by_.variance[cells[c]] = -0.5 * (by_margin[c] * margin + by_r * r) / square;
        by_.total += by_.off[cells[c]];
        by_.gain += by_.variance[cells[c]];
    }
}

bool Alone::derive(const Derivatives& to) {
    find_doubtful();
    if (doubtful_.size() > 2) return false;
    by_ = {std::vector<double>(count_, 0), std::vector<double>(count_, 0), 0, 0};
    if (doubtful_.size() == 1) derive_single(doubtful_[0]);
    if (doubtful_.size() == 2) derive_pair(doubtful_[0], doubtful_[1]);
    *to.by_shared = 0;
    const double gain = 1 / weight_;
    for (size_t c = 0; c < count_; ++c) {
        const size_t i = first_ + c, k = static_cast<size_t>(job_.own[i]);
        double by_off = by_.off[c], by_variance = by_.variance[c];
        if (!job_.censored[i]) {
            const double w = 1 / variance_[k], scaled = off_[c] * w;
            by_off = -scaled - by_.total * gain * w;
            by_variance = 0.5 * (scaled * scaled - w + gain * w * w) +
                          (by_.total * off_[c] + by_.gain * gain) * gain * w * w;
        }
        to.by_signal[c] = -by_off / unit_;
        to.by_own[c] = 2 * by_variance * size_[k] * size_[k];
        if (!clipped_) *to.by_shared += 2 * by_variance * ratio_;
    }
    return true;
}

}  // namespace assemblysim
