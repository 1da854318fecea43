// Readings about a line as Python asks for their likelihood; every size is checked.
#include "lines/line.hpp"

#include <cmath>

#include "extension/entries.hpp"

namespace assemblysim {
namespace {

constexpr const char* table = "table of readings";

void check(const ReadingLines& job, size_t cells) {
    if (job.begin[0] != 0 || static_cast<size_t>(job.begin[job.groups]) != cells) refuse(table);
    for (size_t k = 0; k < job.groups; ++k)
        if (job.begin[k + 1] <= job.begin[k]) refuse(table);
    for (size_t i = 0; i < job.batch * cells; ++i) {
        if (!std::isfinite(job.number[i]) || !std::isfinite(job.slope[i])) refuse(table);
        if (!(job.additive[i] > 0) || !std::isfinite(job.additive[i])) refuse(table);
        if (!(job.relative[i] >= 0) || !std::isfinite(job.relative[i])) refuse(table);
    }
    for (size_t k = 0; k < job.batch * job.groups; ++k)
        if (!(job.width[k] >= 0) || !std::isfinite(job.width[k])) refuse(table);
    if (!(job.low < job.high)) refuse(table);
}

}  // namespace

PyObject* line_points(Arguments& a) {
    const Array<const int32_t> begin(a, "begin");
    const Array<const uint8_t> censored(a, "censored");
    const Array<const double> number(a, "number"), slope(a, "slope"), additive(a, "additive"),
        relative(a, "relative"), width(a, "width");
    ReadingLines job{};
    job.heavy = a.integer("heavy") != 0;
    job.low = a.real("low");
    job.high = a.real("high");
    const Array<double> points(a, "points"), by_number(a, "by_number"), by_size(a, "by_size");
    a.end();
    if (begin.size() < 2) refuse(table);
    const size_t cells = censored.size();
    job.groups = begin.size() - 1;
    job.batch = width.size() / job.groups;
    const size_t all = job.batch * cells;
    if (!job.batch || width.size() != job.batch * job.groups || number.size() != all ||
        slope.size() != all || additive.size() != all || relative.size() != all ||
        points.size() != width.size() || by_number.size() != by_size.size() ||
        (by_number.size() && (by_number.size() != all || !job.heavy)))
        refuse(table);
    job.begin = begin.data();
    job.censored = censored.data();
    job.number = number.data();
    job.slope = slope.data();
    job.additive = additive.data();
    job.relative = relative.data();
    job.width = width.data();
    job.points = points.data();
    if (by_number.size()) {
        job.by_number = by_number.data();
        job.by_size = by_size.data();
    }
    check(job, cells);
    line_points(job);
    Py_RETURN_NONE;
}

}  // namespace assemblysim
