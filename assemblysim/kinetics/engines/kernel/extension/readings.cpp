// The likelihood of readings with unknown gains as Python asks for it; every size and place is
// checked.
#include "readings/readings.hpp"

#include <algorithm>

#include "extension/entries.hpp"

namespace assemblysim {
namespace {

// Up to so many gains a product of rules is never too large to end.
constexpr size_t most_product_axes = 3;
constexpr const char* table = "table of readings";

// Each block's gains are 0, 1, ... and each has a reading; cells of an error are neighbours.
void check_block(const Readings& job, int32_t first, int32_t last) {
    std::vector<bool> read;
    int32_t error = -1;
    for (int32_t i = first; i < last; ++i) {
        if (job.gain[i] < 0 || job.gain[i] >= last - first) refuse(table);
        if (job.error[i] < std::max(error, 0) || job.error[i] > error + 1) refuse(table);
        error = job.error[i];
        const auto gain = static_cast<size_t>(job.gain[i]);
        if (read.size() <= gain) read.resize(gain + 1, false);
        if (!job.censored[i]) read[gain] = true;
    }
    for (const bool one : read)
        if (!one) refuse(table);
    if (read.empty() || read.size() > std::max<size_t>(most_product_axes, job.rules.axes))
        refuse(table);
}

void check(const Readings& job, size_t cells, size_t rule_points) {
    if (job.begin[0] != 0 || static_cast<size_t>(job.begin[job.blocks]) != cells) refuse(table);
    for (size_t i = 0; i < cells; ++i) {
        if (job.place[i] < 0 || static_cast<size_t>(job.place[i]) >= job.places) refuse(table);
        if (job.own[i] < 0 || static_cast<size_t>(job.own[i]) >= job.own_sizes) refuse(table);
    }
    for (size_t block = 0; block < job.blocks; ++block)
        if (job.begin[block + 1] <= job.begin[block]) refuse(table);
    for (size_t block = 0; block < job.blocks; ++block)
        check_block(job, job.begin[block], job.begin[block + 1]);
    size_t points = 0;
    for (size_t rule = 0; rule < job.rules.rules; ++rule) {
        if (job.rules.count[rule] <= 0) refuse(table);
        points += static_cast<size_t>(job.rules.count[rule]);
    }
    if (!points || points != rule_points) refuse(table);
}

}  // namespace

namespace {

// Of `reading_points`, or with derivatives.
void evaluate(Arguments& a, bool derived) {
    const Array<const int32_t> begin(a, "begin"), gain(a, "gain"), error(a, "error"),
        place(a, "place"), own(a, "own"), rule_count(a, "rule_count");
    const Array<const uint8_t> censored(a, "censored");
    const Array<const double> log(a, "log"), rule_excess(a, "rule_excess"),
        rule_points(a, "rule_points"), rule_weights(a, "rule_weights");
    Readings job{};
    job.negligible = a.real("negligible");
    const int64_t columns = a.integer("axes");
    const Array<const double> lattice(a, "lattice");
    const Array<const double> signals(a, "log_signals"), sigma(a, "sigma"), tau(a, "tau");
    const Array<double> points(a, "points");
    std::vector<std::unique_ptr<Array<double>>> gradients;
    if (derived)
        for (const char* name : {"by_signal", "by_own", "by_shared"})
            gradients.push_back(std::make_unique<Array<double>>(a, name));
    a.end();
    job.batch = tau.size();
    if (!job.batch || begin.size() < 2) refuse(table);
    job.blocks = begin.size() - 1;
    const size_t cells = place.size();
    job.places = signals.size() / job.batch;
    job.own_sizes = sigma.size() / job.batch;
    const size_t axes = static_cast<size_t>(std::max<int64_t>(columns, 0));
    job.rules = {rule_count.size(),
                 rule_excess.data(),
                 rule_count.data(),
                 rule_points.data(),
                 rule_weights.data(),
                 axes,
                 axes ? lattice.size() / axes : 0,
                 lattice.data()};
    if (gain.size() != cells || error.size() != cells || own.size() != cells ||
        censored.size() != cells || log.size() != cells || !job.places || !job.own_sizes ||
        signals.size() != job.batch * job.places || sigma.size() != job.batch * job.own_sizes ||
        points.size() != job.batch * job.blocks || rule_excess.size() != rule_count.size() ||
        rule_points.size() != rule_weights.size())
        refuse(table);
    if (derived &&
        (gradients[0]->size() != job.batch * cells || gradients[1]->size() != job.batch * cells ||
         gradients[2]->size() != job.batch * job.blocks))
        refuse(table);
    job.begin = begin.data();
    job.gain = gain.data();
    job.error = error.data();
    job.place = place.data();
    job.own = own.data();
    job.censored = censored.data();
    job.log = log.data();
    job.log_signals = signals.data();
    job.sigma = sigma.data();
    job.tau = tau.data();
    job.points = points.data();
    check(job, cells, rule_weights.size());
    if (derived)
        reading_gradients(job, {gradients[0]->data(), gradients[1]->data(), gradients[2]->data()});
    else
        reading_points(job);
}

}  // namespace

PyObject* reading_points(Arguments& a) {
    evaluate(a, false);
    Py_RETURN_NONE;
}

PyObject* reading_gradients(Arguments& a) {
    evaluate(a, true);
    Py_RETURN_NONE;
}

}  // namespace assemblysim
