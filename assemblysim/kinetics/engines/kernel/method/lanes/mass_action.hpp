// Rates of reactions that follow the law of mass action, and their derivatives, in lanes.

template <class V>
INLINE V row_sum(const SparseRows& rows, int32_t i, const V* of, V sum) {
    for (int32_t at = rows.begin[i]; at < rows.begin[i + 1]; ++at)
        sum = fma(rows.weight[at], of[rows.index[at]], sum);
    return sum;
}

template <class V>
INLINE void rates(const Program& p, const V* c, const V* K, V* v) {
    const int32_t* slot = p.reactant_slots.data();
    for (const auto& group : p.groups) {
        if (group.order == 1) {
            for (int32_t r = group.first; r < group.last; ++r, ++slot) v[r] = K[r] * c[*slot];
        } else if (group.order == 2) {
            for (int32_t r = group.first; r < group.last; ++r, slot += 2)
                v[r] = K[r] * c[slot[0]] * c[slot[1]];
        } else {
            for (int32_t r = group.first; r < group.last; ++r, slot += group.order) {
                V rate = K[r];
                for (int32_t i = 0; i < group.order; ++i) rate = rate * c[slot[i]];
                v[r] = rate;
            }
        }
    }
}

// Those of order 1 are constants, which stand in `g` since the start.
template <class V>
INLINE void slopes(const Program& p, const V* c, const V* K, V* g) {
    for (const auto& group : p.groups) {
        if (group.order < 2) continue;
        const int32_t* slot = p.reactant_slots.data() + group.slots;
        V* out = g + group.slots;
        for (int32_t r = group.first; r < group.last; ++r) {
            if (group.order == 2) {
                out[0] = K[r] * c[slot[1]];
                out[1] = K[r] * c[slot[0]];
            } else {
                for (int32_t i = 0; i < group.order; ++i) {
                    V slope = K[r];
                    for (int32_t j = 0; j < group.order; ++j)
                        if (j != i) slope = slope * c[slot[j]];
                    out[i] = slope;
                }
            }
            slot += group.order;
            out += group.order;
        }
    }
}

// How the slope of a reaction by its reactant i changes along `u`.
template <class V>
INLINE V slope_along(int32_t order, const int32_t* slot, int32_t i, const V& K, const V* c,
                     const V* u) {
    V sum{};
    for (int32_t d = 0; d < order; ++d) {
        if (d == i) continue;
        V part = K * u[slot[d]];
        for (int32_t j = 0; j < order; ++j)
            if (j != i && j != d) part = part * c[slot[j]];
        sum = sum + part;
    }
    return sum;
}

// How the slopes at `c` change along `u`.
template <class V>
void slopes_along(const Program& p, const V* c, const V* u, const V* K, V* out) {
    for (const auto& group : p.groups) {
        if (group.order < 2) continue;
        const int32_t* slot = p.reactant_slots.data() + group.slots;
        V* to = out + group.slots;
        for (int32_t r = group.first; r < group.last; ++r) {
            for (int32_t i = 0; i < group.order; ++i)
                to[i] = slope_along(group.order, slot, i, K[r], c, u);
            slot += group.order;
            to += group.order;
        }
    }
}
