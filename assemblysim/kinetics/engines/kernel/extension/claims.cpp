// The chance of what sentences claim as Python asks for it; every size and place is checked.
#include "likelihood/claims.hpp"

#include <cmath>

#include "extension/entries.hpp"

namespace assemblysim {
namespace {

constexpr const char* table = "table of claims";

void check(const ClaimTables& job, size_t entries) {
    if (job.begin[0] != 0 || static_cast<size_t>(job.begin[job.parts]) != entries) refuse(table);
    for (size_t part = 0; part < job.parts; ++part) {
        if (job.begin[part + 1] <= job.begin[part]) refuse(table);  // each has a time
        if (job.signal[part] < 0 || static_cast<size_t>(job.signal[part]) >= job.signals)
            refuse(table);
    }
    for (size_t i = 0; i < entries; ++i) {
        if (job.time[i] < 0 || static_cast<size_t>(job.time[i]) >= job.times) refuse(table);
        if (job.said[i] > said_all) refuse(table);
    }
    for (size_t i = 0; i < claim_shares * entries; ++i)
        if (std::isnan(job.share[i])) refuse(table);
    // Noise as far as the table of the normal distribution.
    if (!(job.reach > 0 && job.reach < NormalTable::farthest) || !(job.rule.width > 0.01))
        refuse(table);
}

}  // namespace

PyObject* claim_chances(Arguments& a) {
    const Array<const int32_t> begin(a, "begin"), signal(a, "signal"), time(a, "time");
    const Array<const uint32_t> said(a, "said");
    const Array<const double> share(a, "share"), points(a, "points"), weights(a, "weights"),
        up_to(a, "up_to");
    ClaimTables job{};
    job.rule.width = a.real("width");
    job.reach = a.real("reach");
    const Array<const double> logs(a, "logs"), whole(a, "whole"), limit(a, "limit"),
        noise(a, "noise"), abundant(a, "abundant");
    const Array<double> chances(a, "chances");
    a.end();
    job.batch = noise.size();
    job.parts = signal.size();
    if (!job.batch || !job.parts) refuse(table);
    const size_t entries = time.size();
    job.times = whole.size() / job.batch;
    if (!job.times) refuse(table);
    job.signals = logs.size() / whole.size();
    if (begin.size() != job.parts + 1 || said.size() != entries ||
        share.size() != claim_shares * entries || points.size() != panel_nodes ||
        weights.size() != panel_nodes || up_to.size() != panel_nodes * panel_nodes ||
        whole.size() != job.batch * job.times ||
        logs.size() != job.batch * job.times * job.signals || limit.size() != job.batch ||
        abundant.size() != job.batch || chances.size() != job.batch * job.parts)
        refuse(table);
    job.begin = begin.data();
    job.signal = signal.data();
    job.time = time.data();
    job.said = said.data();
    job.share = share.data();
    job.rule.points = points.data();
    job.rule.weights = weights.data();
    job.rule.up_to = up_to.data();
    job.logs = logs.data();
    job.whole = whole.data();
    job.limit = limit.data();
    job.noise = noise.data();
    job.abundant = abundant.data();
    job.chances = chances.data();
    check(job, entries);
    claim_chances(job);
    Py_RETURN_NONE;
}

}  // namespace assemblysim
