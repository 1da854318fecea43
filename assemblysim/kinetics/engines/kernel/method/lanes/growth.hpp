// Traces that grow out of themselves: an error in one of them grows with it, so it counts relative
// to the trace, however small that is.
//
// The Jacobian of traces among themselves has no negative coefficient off its diagonal. So it has
// an eigenvalue above s, and they grow faster than exp(s t) in some proportion, exactly where s I -
// J has a pivot that is not positive (M-matrices: Berman & Plemmons, SIAM 1994, theorem 6.2.3). At
// s h = `steepness_` what a step misses of the growth is far below the tolerance. Steps so short
// are always taken: a trace that is fed, and does not grow by itself, costs nothing.

// The absolute error allowed for each slot in a step from `start`, after the slopes there are
// known.
template <int N, bool D>
const Lanes<N>* Group<N, D>::allowances(const V& inverse_h) {
    if (p_.growing.empty()) return w_.atol;
    for (int32_t i = 0; i < p_.species; ++i) w_.watched[i] = w_.atol[i];
    const V pace = inverse_h * V::all(steepness_);
    for (const auto& block : p_.growing) watch(block, pace);
    return w_.watched;
}

template <int N, bool D>
void Group<N, D>::watch(const Program::Block& block, const V& pace) {
    const size_t m = block.slots.size();
    const V rtol = V::all(job_.tolerance.rtol);
    V traces{};
    for (size_t i = 0; i < m; ++i) {
        const int32_t slot = block.slots[i];
        w_.traces[i] = at_most(rtol * w_.start[slot], w_.atol[slot]);
        traces = traces + w_.traces[i];
    }
    if (!any(traces * active_)) return;
    for (size_t i = 0; i < m; ++i)
        for (size_t j = 0; j < m; ++j) {
            V sum{};
            const int32_t e = block.coefficients[i * m + j];
            if (e >= 0)
                sum = row_sum(p_.jacobian_terms, e, w_.g, sum) * w_.traces[i] * w_.traces[j];
            w_.block[i * m + j] = i == j ? pace - sum : V{} - larger(sum, V{});
        }
    V growing{};
    grows(m, growing);
    for (size_t i = 0; i < m; ++i) {
        V& allowed = w_.watched[block.slots[i]];
        allowed = choose(growing * w_.traces[i], V::all(least_allowed), allowed);
    }
}

// Marks in `found` where the first m rows and columns of `block` have a pivot that is not positive.
template <int N, bool D>
void Group<N, D>::grows(size_t m, V& found) {
    for (size_t k = 0; k < m; ++k) {
        const V pivot = w_.block[k * m + k];
        found = larger(found, at_most(pivot, V{}));
        const V inverse = V::all(1) / pivot;
        for (size_t i = k + 1; i < m; ++i) {
            const V factor = w_.block[i * m + k] * inverse;
            for (size_t j = k + 1; j < m; ++j)
                w_.block[i * m + j] = fnma(factor, w_.block[k * m + j], w_.block[i * m + j]);
        }
    }
}
