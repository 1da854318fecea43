// How the vectors of a job are shared out among threads.
#include <algorithm>
#include <cmath>
#include <exception>
#include <numeric>
#include <thread>

#include "method/job.hpp"
#include "method/processor.hpp"

namespace assemblysim {
namespace {

// A thread is worth its start for so many vectors.
constexpr size_t least_share = 16;
// In networks of more species the lanes wait for the vector that takes longest.
constexpr int32_t many_species = 64;

// Order the vectors of a large network so that those with fast constants, which tend to take the
// most steps, begin first: what is begun last keeps the other lanes waiting.
std::vector<size_t> longest_first(const Job& job) {
    const auto constants = static_cast<size_t>(job.program->constants);
    std::vector<double> speed(job.batch, 0);
    for (size_t b = 0; b < job.batch; ++b)
        for (size_t k = 0; k < constants; ++k) {
            const double rate = job.rate_constants[b * constants + k];
            speed[b] += rate > 0 && rate < 1e300 ? std::ilogb(rate) : 0;
        }
    std::vector<size_t> order(job.batch);
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](size_t a, size_t b) { return speed[a] > speed[b]; });
    return order;
}

}  // namespace

std::vector<InstructionSet> known_instruction_sets() {
    std::vector<InstructionSet> sets;
#if defined(__x86_64__)
    const Processor processor = this_processor();
    sets.push_back({"avx512", advance_avx512, processor.avx512});
    sets.push_back({"avx2", advance_avx2, processor.avx2});
#endif
    sets.push_back({"baseline", advance_baseline, true});
    return sets;
}

void integrate(Job& job, Advance advance, size_t threads) {
    if (job.program->species > many_species && job.batch > 1) job.order = longest_first(job);
    const size_t useful = (job.batch + least_share - 1) / least_share;
    threads = std::max<size_t>(1, std::min(threads, useful));
    const size_t share = (job.batch + threads - 1) / threads;
    std::vector<std::exception_ptr> faults(threads);
    auto work = [&](size_t which) {
        try {
            advance(job, share);
        } catch (...) {
            faults[which] = std::current_exception();
        }
    };
    std::vector<std::thread> others;
    for (size_t i = 1; i < threads; ++i) {
        try {
            others.emplace_back(work, i);
        } catch (...) {
            break;  // the system gives no more threads; the work is done by those there are
        }
    }
    work(0);
    for (auto& thread : others) thread.join();
    for (auto& fault : faults)
        if (fault) std::rethrow_exception(fault);
}

}  // namespace assemblysim
