// The likelihood of readings with unknown gains as Python asks for it; every size and place is
// checked.
#include "extension/entries.hpp"
#include "likelihood/gains.hpp"

namespace assemblysim {
namespace {

constexpr const char* table = "table of readings";

void check(const GainReadings& job, size_t begins, size_t entries) {
    for (size_t i = 0; i < begins; ++i) {
        const int32_t before = i ? job.begin[i - 1] : 0;
        const int32_t least = before + static_cast<int32_t>(i % 2);  // each group has a number
        if (job.begin[i] < least || static_cast<size_t>(job.begin[i]) > entries) refuse(table);
        if (i && i % 2 == 0 && static_cast<size_t>(job.begin[i] - before) > job.widest)
            refuse(table);
    }
    for (size_t i = 0; i < entries; ++i)
        if (job.place[i] < 0 || static_cast<size_t>(job.place[i]) >= job.places) refuse(table);
}

}  // namespace

PyObject* gain_points(Arguments& a) {
    const Array<const int32_t> begin(a, "begin"), place(a, "place");
    const Array<const double> log(a, "log"), rule(a, "rule"), far_rule(a, "far_rule");
    GainReadings job{};
    job.nearest_limit = a.real("nearest_limit");
    job.negligible = a.real("negligible");
    const Array<const double> signals(a, "log_signals"), sigma(a, "sigma");
    const Array<double> points(a, "points"), rooms(a, "rooms");
    const Array<uint8_t> open(a, "open");
    a.end();
    job.batch = sigma.size();
    job.groups = begin.size() / 2;
    if (!job.batch || !job.groups) refuse(table);
    const size_t cells = job.batch * job.groups, entries = place.size();
    job.places = signals.size() / job.batch;
    job.nodes = rule.size() / (rule_rows * job.groups);
    job.far_nodes = far_rule.size() / 2;
    job.widest = rooms.size() / cells;
    if (begin.size() != 2 * job.groups + 1 || log.size() != entries ||
        rule.size() != rule_rows * job.groups * job.nodes || !job.nodes ||
        far_rule.size() != 2 * job.far_nodes || !job.far_nodes ||
        signals.size() != job.batch * job.places || points.size() != cells ||
        rooms.size() != cells * job.widest || open.size() != cells)
        refuse(table);
    job.begin = begin.data();
    job.place = place.data();
    job.log = log.data();
    job.rule = rule.data();
    job.far_rule = far_rule.data();
    job.log_signals = signals.data();
    job.sigma = sigma.data();
    job.points = points.data();
    job.rooms = rooms.data();
    job.open = open.data();
    check(job, begin.size(), entries);
    return PyLong_FromSize_t(gain_points(job));
}

}  // namespace assemblysim
