// Claims of one signal: a product over paths of compared times or, where it matters which of all
// readings is the largest, a sum over which it is and an integral over how large it is.
#include "likelihood/claims.hpp"

#include <limits>

#include "likelihood/paths.hpp"

namespace assemblysim {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

constexpr Panel certain = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1};

// Neighbours that are linked, none of which is the largest, and what the largest decides of them.
struct Run {
    size_t first, last, top;
    enum { alone, below, nested } kind;
};

class Conjunction {
public:
    explicit Conjunction(const ClaimTables& job)
        : job_(job),
          reach_{job.reach, job.reach / root_of_half},
          paths_(job.rule, reach_),
          panels_(job.rule) {}

    double chance(size_t b, size_t part) {
        if (!read(b, part)) return std::numeric_limits<double>::quiet_NaN();
        size_t last = count_ - 1;
        if (!compares_all_) return paths_.chance(r_, 0, last);
        if (!simplify(r_, 0, last, reach_)) return 0;
        double top = *std::max_element(r_.centre.begin(), r_.centre.begin() + count_), sum = 0;
        bool linked = false;
        for (size_t i = 0; i + 1 < count_; ++i) linked = linked || r_.link[i];
        if (!linked) return with_any_largest();
        for (size_t i = 0; i < count_; ++i)
            if (candidate_[i] && r_.centre[i] > top - reach_.pair) sum += with_largest_at(i);
        return sum;
    }

private:
    const ClaimTables& job_;
    Reach reach_;
    Paths paths_;
    Panels panels_;
    Readings r_, inner_;
    size_t count_ = 0;
    bool compares_all_ = false;
    std::vector<char> candidate_;
    // How far below the largest a reading is at most, and at least; not above 0.
    std::vector<double> above_, below_;
    std::vector<Run> runs_;
    std::vector<double> thresholds_;
    std::vector<Panel> found_;
    double lowest_ = 0, highest_ = 0;  // of the largest

    bool read(size_t b, size_t part);
    void read_entry(size_t b, size_t part, size_t i);
    double with_any_largest();
    void add_any_largest(size_t panel, double& sum);
    double with_largest_at(size_t largest);
    bool bound_largest(size_t largest);
    double sort_runs(size_t largest);
    Run run_of(size_t first, size_t last) const;
    bool held_above(size_t i) const;
    bool held_below(size_t i) const;
    double highest_of(size_t i) const { return std::min(r_.upper[i], r_.centre[i] + job_.reach); }
    double lowest_of(size_t i) const { return std::max(r_.lower[i], r_.centre[i] - job_.reach); }
    bool surely_below(size_t i, double left, double right) const;
    Panel chances_below(size_t i, const Panel& node) const;
    void add_kinks(const Run& run);
    void multiply(const Run& run, size_t begin);
    void multiply_single(size_t time, size_t begin);
    void multiply_nested(const Run& run, size_t begin);
};

bool Conjunction::read(size_t b, size_t part) {
    count_ = job_.begin[part + 1] - job_.begin[part];
    r_.resize(std::max(r_.centre.size(), count_));
    inner_.resize(r_.centre.size());
    above_.resize(r_.centre.size());
    below_.resize(r_.centre.size());
    candidate_.resize(r_.centre.size());
    compares_all_ = false;
    for (size_t i = 0; i < count_; ++i) {
        read_entry(b, part, i);
        if (!std::isfinite(r_.centre[i])) return false;
    }
    for (size_t i = 0; i + 1 < count_; ++i) {
        if (r_.link[i] > 0) candidate_[i] = 0;
        if (r_.link[i] < 0) candidate_[i + 1] = 0;
    }
    return true;
}

void Conjunction::read_entry(size_t b, size_t part, size_t i) {
    size_t entry = job_.begin[part] + i, time = job_.time[entry];
    const double *share = job_.share + claim_shares * entry, unit = 1 / job_.noise[b];
    uint32_t said = job_.said[entry];
    r_.centre[i] = unit * job_.logs[(b * job_.times + time) * job_.signals + job_.signal[part]];
    r_.lower[i] = said & said_detected ? unit * job_.limit[b] : -infinite;
    r_.upper[i] = said & said_absent ? unit * job_.limit[b] : infinite;
    if (share[0] < infinite)
        r_.upper[i] = std::min(r_.upper[i], unit * (share[0] + job_.whole[b * job_.times + time]));
    r_.link[i] = said & said_below_next ? 1 : said & said_above_next ? -1 : 0;
    double least = std::max(share[1], said & said_abundant ? job_.abundant[b] : -infinite);
    above_[i] = std::min(unit * least, 0.0);
    below_[i] = std::min(unit * share[2], 0.0);
    candidate_[i] = (said & said_perhaps_largest) && below_[i] == 0;
    compares_all_ =
        compares_all_ || !(said & said_perhaps_largest) || above_[i] > -infinite || below_[i] < 0;
}

// Where no neighbours are compared: all times that may have the largest together, on one set of
// panels.
double Conjunction::with_any_largest() {
    double most = -infinite, sum = 0;
    lowest_ = -infinite;
    highest_ = infinite;
    thresholds_.clear();
    for (size_t i = 0; i < count_; ++i) {
        lowest_ = std::max(lowest_, lowest_of(i) - below_[i]);
        highest_ = std::min(highest_, highest_of(i) - above_[i]);
        if (candidate_[i]) most = std::max(most, highest_of(i));
        add_kinks({i, i, i, Run::nested});
    }
    highest_ = std::min(highest_, most);
    if (!(lowest_ < highest_)) return 0;
    panels_.cover(lowest_, highest_, thresholds_);
    for (size_t p = 0; p < panels_.count(); ++p) add_any_largest(p, sum);
    return sum;
}

// Goes through the times, with the density that one so far has the largest, and the chance that
// none has and all are below it.
void Conjunction::add_any_largest(size_t panel, double& sum) {
    const Panel node = panels_.nodes(panel, 0);
    Panel one{}, none;
    const double left = panels_.left(panel), right = panels_.right(panel);
    const double half = panels_.half(panel);
    for (size_t q = 0; q < panel_nodes; ++q) none[q] = half * job_.rule.weights[q];
    for (size_t i = 0; i < count_; ++i) {
        const bool may = candidate_[i] && right > lowest_of(i) && left < highest_of(i);
        const bool all = surely_below(i, left, right);
        if (all && !may) continue;
        const Panel below = all ? certain : chances_below(i, node);
        if (may) {
            const double centre = r_.centre[i];
            for (size_t q = 0; q < panel_nodes; ++q)
                one[q] = one[q] * below[q] + none[q] * normal_density(node[q] - centre);
        } else {
            for (size_t q = 0; q < panel_nodes; ++q) one[q] *= below[q];
        }
        for (size_t q = 0; q < panel_nodes; ++q) none[q] *= below[q];
    }
    for (double value : one) sum += value;
}

// Whether a reading surely is where it is claimed to be, for a largest between two edges.
bool Conjunction::surely_below(size_t i, double left, double right) const {
    return std::isinf(r_.lower[i]) && std::isinf(r_.upper[i]) &&
           right + above_[i] <= r_.centre[i] - job_.reach &&
           left + below_[i] >= r_.centre[i] + job_.reach;
}

// The chance of a single reading for each size of the largest, on a panel without a kink: a bound
// moves with the largest on all of it, or on none.
Panel Conjunction::chances_below(size_t i, const Panel& node) const {
    const double centre = r_.centre[i], middle = 0.5 * (node.front() + node.back());
    const bool low_moves = middle + above_[i] > r_.lower[i];
    const bool high_moves = middle + below_[i] < r_.upper[i];
    const double lowest = low_moves ? middle + above_[i] : r_.lower[i];
    const double highest = high_moves ? middle + below_[i] : r_.upper[i];
    Panel found{};
    if (!(lowest < highest)) return found;
    const double way = lowest > centre ? -1 : 1;  // differences of small numbers
    const auto add = [&](bool moves, double gap, double fixed, double sign) {
        if (!moves) {
            const double chance = sign * normal_below(way * (fixed - centre));
            for (double& value : found) value += chance;
            return;
        }
        for (size_t q = 0; q < panel_nodes; ++q)
            found[q] += sign * normal_below(way * (node[q] + gap - centre));
    };
    add(high_moves, below_[i], r_.upper[i], way);
    if (lowest > centre - job_.reach - job_.rule.width)
        add(low_moves, above_[i], r_.lower[i], -way);
    return found;
}

double Conjunction::with_largest_at(size_t largest) {
    if (!bound_largest(largest)) return 0;
    double apart = sort_runs(largest);
    if (apart == 0) return 0;
    double centre = r_.centre[largest];
    if (runs_.empty()) return apart * chance_between(r_.lower[largest], r_.upper[largest], centre);
    double from = lowest_, to = highest_;
    thresholds_.assign({lowest_, highest_});
    for (const Run& run : runs_) {
        add_kinks(run);
        if (run.kind != Run::below) continue;
        paths_.reachable(r_, run.first, run.last);
        for (size_t i = run.first; i <= run.last; ++i) {
            from = std::min(from, paths_.lowest(i));
            to = std::max(to, paths_.highest(i));
        }
    }
    panels_.cover(from, to, thresholds_);
    size_t begin = panels_.above(lowest_), end = panels_.beyond(highest_);
    found_.resize(end - begin);
    for (size_t p = begin; p < end; ++p) {
        for (size_t i = 0; i < panel_nodes; ++i)
            found_[p - begin][i] = panels_.half(p) * job_.rule.weights[i] *
                                   normal_density(panels_.node(p, i) - centre);
    }
    for (const Run& run : runs_) multiply(run, begin);
    double sum = 0;
    for (const Panel& panel : found_)
        for (double value : panel) sum += value;
    return apart * sum;
}

// Finds how large the largest may be, from noise that reaches so far and from what is claimed.
bool Conjunction::bound_largest(size_t largest) {
    lowest_ = lowest_of(largest);
    highest_ = highest_of(largest);
    for (size_t i = 0; i < count_; ++i) {
        if (i == largest) continue;
        lowest_ = std::max(lowest_, lowest_of(i) - below_[i]);
        highest_ = std::min(highest_, highest_of(i) - above_[i]);
    }
    return lowest_ < highest_;
}

// Whether a reading's upper bound, or its lower one, changes with the largest.
bool Conjunction::held_below(size_t i) const { return lowest_ + below_[i] < highest_of(i); }
bool Conjunction::held_above(size_t i) const { return highest_ + above_[i] > lowest_of(i); }

// Sorts out which runs the largest has a say in; returns the chance of all others.
double Conjunction::sort_runs(size_t largest) {
    double apart = 1;
    runs_.clear();
    for (size_t first = 0, last; first < count_; first = last + 1) {
        last = first;
        if (first == largest) continue;
        while (last + 1 < count_ && r_.link[last] && last + 1 != largest) ++last;
        Run run = run_of(first, last);
        if (run.kind == Run::alone)
            apart *= paths_.chance(r_, first, last);
        else
            runs_.push_back(run);
        if (apart == 0) return 0;
    }
    return apart;
}

Run Conjunction::run_of(size_t first, size_t last) const {
    Run run{first, last, first, Run::alone};
    for (size_t i = first; i <= last; ++i) {
        // What is below a neighbour is below the largest if that one is.
        bool lower = (i < last && r_.link[i] > 0) || (i > first && r_.link[i - 1] < 0);
        bool under = held_below(i) && (below_[i] < 0 || !lower), over = held_above(i);
        if (!under && !over) continue;
        bool simple = run.kind == Run::alone && !over && below_[i] == 0 && first < last;
        run.kind = simple ? Run::below : Run::nested;
        run.top = i;
    }
    return run;
}

// Adds where bounds of a run change with the largest in another way.
void Conjunction::add_kinks(const Run& run) {
    for (size_t i = run.first; i <= run.last; ++i) {
        for (double bound : {r_.lower[i], r_.upper[i]}) {
            if (std::isinf(bound)) continue;
            thresholds_.push_back(bound);
            for (size_t j = run.first; j <= run.last; ++j)
                for (double gap : {above_[j], below_[j]})
                    if (gap < 0 && !std::isinf(gap)) thresholds_.push_back(bound - gap);
        }
    }
}

void Conjunction::multiply(const Run& run, size_t begin) {
    if (run.kind == Run::below)
        paths_.multiply_below(r_, run.first, run.last, run.top, panels_, begin, found_);
    else if (run.first == run.last)
        multiply_single(run.first, begin);
    else
        multiply_nested(run, begin);
}

void Conjunction::multiply_single(size_t time, size_t begin) {
    for (size_t p = 0; p < found_.size(); ++p) {
        if (surely_below(time, panels_.left(begin + p), panels_.right(begin + p))) continue;
        const Panel below = chances_below(time, panels_.nodes(begin + p, 0));
        for (size_t q = 0; q < panel_nodes; ++q) found_[p][q] *= below[q];
    }
}

void Conjunction::multiply_nested(const Run& run, size_t begin) {
    for (size_t p = 0; p < found_.size(); ++p)
        for (size_t i = 0; i < panel_nodes; ++i) {
            if (found_[p][i] == 0) continue;
            double size = panels_.node(begin + p, i);
            for (size_t t = run.first; t <= run.last; ++t) {
                inner_.centre[t] = r_.centre[t];
                inner_.link[t] = r_.link[t];
                inner_.lower[t] = std::max(r_.lower[t], size + above_[t]);
                inner_.upper[t] = std::min(r_.upper[t], size + below_[t]);
            }
            found_[p][i] *= paths_.chance(inner_, run.first, run.last);
        }
}

}  // namespace

void claim_chances(const ClaimTables& job) {
    Conjunction conjunction(job);
    for (size_t b = 0; b < job.batch; ++b)
        for (size_t part = 0; part < job.parts; ++part)
            job.chances[b * job.parts + part] = conjunction.chance(b, part);
}

}  // namespace assemblysim
