// One integral after the other along a path of compared times.
#include "likelihood/paths.hpp"

#include <limits>

namespace assemblysim {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
// For fewer panels the table is as fast.
constexpr size_t fewest_alike = 4;

}  // namespace

bool simplify(Readings& r, size_t first, size_t last, const Reach& reach) {
    for (size_t i = first; i <= last; ++i) {
        double low = r.lower[i] - r.centre[i], high = r.upper[i] - r.centre[i];
        if (low > reach.single || high < -reach.single || !(r.lower[i] < r.upper[i])) return false;
        if (low < -reach.single) r.lower[i] = -infinite;
        if (high > reach.single) r.upper[i] = infinite;
    }
    for (size_t i = first; i < last; ++i) {
        if (!r.link[i]) continue;
        size_t low = r.link[i] > 0 ? i : i + 1, high = r.link[i] > 0 ? i + 1 : i;
        double gap = r.centre[high] - r.centre[low];
        if (gap < -reach.pair || !(r.lower[low] < r.upper[high])) return false;
        if (gap > reach.pair || r.upper[low] <= r.lower[high]) r.link[i] = 0;
    }
    return true;
}

double Paths::chance(const Readings& given, size_t first, size_t last) {
    own_.resize(std::max(own_.centre.size(), last + 1));
    for (size_t i = first; i <= last; ++i) {
        own_.centre[i] = given.centre[i];
        own_.lower[i] = given.lower[i];
        own_.upper[i] = given.upper[i];
        own_.link[i] = given.link[i];
    }
    if (!simplify(own_, first, last, reach_)) return 0;
    double found = 1;
    for (size_t begin = first, end; begin <= last && found > 0; begin = end + 1) {
        for (end = begin; end < last && own_.link[end];) ++end;
        found *= linked(begin, end);
    }
    return found;
}

double Paths::linked(size_t first, size_t last) {
    const Readings& r = own_;
    if (first == last) return chance_between(r.lower[first], r.upper[first], r.centre[first]);
    bool free = true;
    for (size_t i = first; i <= last; ++i)
        free = free && std::isinf(r.lower[i]) && std::isinf(r.upper[i]);
    if (free && last == first + 1)
        return normal_below((r.centre[last] - r.centre[first]) * r.link[first] * root_of_half);
    if (!reachable(r, first, last)) return 0;
    thresholds_.clear();
    double from = infinite, to = -infinite;
    for (size_t i = first; i <= last; ++i) {
        from = std::min(from, low_[i]);
        to = std::max(to, high_[i]);
        if (std::isfinite(r.lower[i])) thresholds_.push_back(r.lower[i]);
        if (std::isfinite(r.upper[i])) thresholds_.push_back(r.upper[i]);
    }
    panels_.cover(from, to, thresholds_);
    set_density(r, last, panels_, arrive(r, first, last, panels_, before_));
    double sum = 0;
    for (const Panel& panel : density_)
        for (size_t i = 0; i < panel_nodes; ++i) sum += panel[i] * panels_.rule().weights[i];
    return sum;
}

void Paths::multiply_below(const Readings& r, size_t first, size_t last, size_t top,
                           const Panels& panels, size_t begin, std::vector<Panel>& found) {
    if (!reachable(r, first, last)) {
        found.assign(found.size(), Panel{});
        return;
    }
    const Accumulated* before = arrive(r, first, top, panels, before_);
    const Accumulated* behind = arrive(r, last, top, panels, behind_);
    set_density(r, top, panels, before);
    if (behind)
        for (size_t p = 0; p < density_.size(); ++p) behind->multiply(start_ + p, density_[p]);
    accumulate(panels, true, before_);
    for (size_t p = 0; p < found.size(); ++p) before_.multiply(begin + p, found[p]);
}

bool Paths::reachable(const Readings& r, size_t first, size_t last) {
    low_.resize(std::max(low_.size(), last + 1));
    high_.resize(low_.size());
    for (size_t i = first; i <= last; ++i) {
        low_[i] = std::max(r.lower[i], r.centre[i] - reach_.single);
        high_[i] = std::min(r.upper[i], r.centre[i] + reach_.single);
        if (i == first) continue;
        if (r.link[i - 1] > 0) low_[i] = std::max(low_[i], low_[i - 1]);
        if (r.link[i - 1] < 0) high_[i] = std::min(high_[i], high_[i - 1]);
    }
    for (size_t i = last; i-- > first;) {
        if (r.link[i] > 0) high_[i] = std::min(high_[i], high_[i + 1]);
        if (r.link[i] < 0) low_[i] = std::max(low_[i], low_[i + 1]);
    }
    for (size_t i = first; i <= last; ++i)
        if (!(low_[i] < high_[i])) return false;
    return true;
}

// Carries what the times from `from` contribute to the one at `to`, one after the other.
const Accumulated* Paths::arrive(const Readings& r, size_t from, size_t to, const Panels& panels,
                                 Accumulated& carried) {
    const Accumulated* before = nullptr;
    for (size_t time = from; time != to; time = from < to ? time + 1 : time - 1) {
        set_density(r, time, panels, before);
        bool next_is_above = from < to ? r.link[time] > 0 : r.link[time - 1] < 0;
        accumulate(panels, next_is_above, carried);
        before = &carried;
    }
    return before;
}

void Paths::set_density(const Readings& r, size_t time, const Panels& panels,
                        const Accumulated* before) {
    start_ = panels.above(low_[time]);
    size_t end = std::max(panels.beyond(high_[time]), start_);
    density_.resize(end - start_);
    for (size_t p = start_, next; p < end; p = next) {
        for (next = p + 1; next < end && panels.alike(p, next);) ++next;
        set_alike(panels, r.centre[time], p, next);
    }
    if (before)
        for (size_t p = start_; p < end; ++p) before->multiply(p, density_[p - start_]);
}

// Sets the normal density at the nodes of panels of one width. From one to the next it changes by a
// factor, which itself changes by one that is the same everywhere.
void Paths::set_alike(const Panels& panels, double centre, size_t begin, size_t end) {
    const double half = panels.half(begin);
    Panel off = panels.nodes(begin, centre), value;
    if (end - begin < fewest_alike) {
        for (size_t p = begin; p < end; ++p) {
            if (p > begin) off = panels.nodes(p, centre);
            for (size_t i = 0; i < panel_nodes; ++i) value[i] = half * normal_density(off[i]);
            density_[p - start_] = value;
        }
        return;
    }
    if (half != alike_half_) {
        alike_half_ = half;
        for (size_t i = 0; i < panel_nodes; ++i)
            alike_factor_[i] = std::exp(-2 * half * half * panels.rule().points[i]);
    }
    const double change = std::exp(-4 * half * half);
    const double first = std::exp(-2 * half * (panels.left(begin) - centre + 2 * half));
    Panel ratio;
    for (size_t i = 0; i < panel_nodes; ++i) {
        value[i] = half * density_at_zero * std::exp(-0.5 * off[i] * off[i]);
        ratio[i] = first * alike_factor_[i];
    }
    for (size_t p = begin; p < end; ++p) {
        density_[p - start_] = value;
        for (size_t i = 0; i < panel_nodes; ++i) {
            value[i] *= ratio[i];
            ratio[i] *= change;
        }
    }
}

void Paths::accumulate(const Panels& panels, bool from_below, Accumulated& to) {
    const PanelRule& rule = panels.rule();
    size_t count = density_.size();
    to.values.resize(count);
    to.first = start_;
    double total = 0;
    for (size_t step = 0; step < count; ++step) {
        size_t p = from_below ? step : count - 1 - step;
        const Panel& panel = density_[p];
        Panel up_to{};
        double whole = 0;
        for (size_t j = 0; j < panel_nodes; ++j) {
            whole += rule.weights[j] * panel[j];
            for (size_t i = 0; i < panel_nodes; ++i)
                up_to[i] += rule.up_to[j * panel_nodes + i] * panel[j];
        }
        for (size_t i = 0; i < panel_nodes; ++i)
            to.values[p][i] = total + (from_below ? up_to[i] : whole - up_to[i]);
        total += whole;
    }
    to.below = from_below ? 0 : total;
    to.above = from_below ? total : 0;
}

}  // namespace assemblysim
