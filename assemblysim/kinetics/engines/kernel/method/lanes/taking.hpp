// Which parameter vector each lane works on: how one is taken, and how it is left.

template <int N, bool D>
void Group<N, D>::empty(int l) {
    vector_[l] = nobody;
    new_lane_[l] = false;
    h_.data()[l] = 1;
    t_.data()[l] = steps_.data()[l] = active_.data()[l] = rejected_.data()[l] = 0;
    fallen_.data()[l] = 0;
    next_.data()[l] = std::numeric_limits<double>::infinity();
    for (int32_t i = 0; i < p_.species; ++i) lane(w_.start, i, l) = 0;
    for (int32_t i = 0; i < p_.species; ++i) lane(w_.atol, i, l) = 1;
    for (int32_t r = 0; r < p_.reactions; ++r) lane(w_.K, r, l) = 0;
    for (int32_t e = 0; e < p_.eliminated.rows(); ++e) lane(w_.totals, e, l) = 0;
    for (int32_t s = 0; s < p_.slopes; ++s) lane(w_.g, s, l) = 0;
    for (int32_t k = 0; k < p_.constants; ++k)
        if (p_.has_laws()) lane(w_.registers, p_.species + k, l) = 1;
}

template <int N, bool D>
void Group<N, D>::finish(int l, Status status, double reached) {
    size_t b = vector_[l];
    job_.status[b] = status;
    job_.steps[b] = static_cast<int64_t>(steps_.data()[l]);
    job_.reached[b] = status == completed ? end_ : reached;
    --busy_;
    refill(l);
}

template <int N, bool D>
void Group<N, D>::refill(int l) {
    empty(l);
    for (;;) {
        size_t b = job_.take();
        if (b >= job_.batch) return;
        if (begin(l, b)) return;
    }
}

// Take a vector; false where it ends at once.
template <int N, bool D>
bool Group<N, D>::begin(int l, size_t b) {
    const double* k = job_.rate_constants + b * p_.constants;
    const double* c = job_.initial + b * p_.species;
    const double* ceiling = job_.ceilings + b * p_.species;
    bool finite = true;
    for (int32_t i = 0; i < p_.constants; ++i) finite = finite && std::isfinite(k[i]);
    for (int32_t i = 0; i < p_.species; ++i)
        finite = finite && std::isfinite(c[i]) && ceiling[i] > 0 && std::isfinite(ceiling[i]);
    job_.steps[b] = 0;
    job_.reached[b] = 0;
    job_.status[b] = finite ? completed : not_finite;
    if (!finite) return false;
    vector_[l] = b;
    next_time_[l] = 0;
    for (int32_t i = 0; i < p_.species; ++i) lane(w_.start, p_.slot_of[i], l) = c[i];
    for (int32_t e = 0; e < p_.eliminated.rows(); ++e) {
        double total = lane(w_.start, n_ + e, l);
        for (int32_t at = p_.eliminated.begin[e]; at < p_.eliminated.begin[e + 1]; ++at)
            total -= p_.eliminated.weight[at] * lane(w_.start, p_.eliminated.index[at], l);
        lane(w_.totals, e, l) = total;
    }
    begin_rates(l, k);
    if constexpr (D) begin_columns(l, k, ceiling);
    if (!begin_outputs(l, b)) {
        empty(l);
        return false;
    }
    next_.data()[l] = job_.times_of(b)[next_time_[l]];
    active_.data()[l] = 1;
    for (int32_t i = 0; i < p_.species; ++i)
        lane(w_.atol, p_.slot_of[i], l) = job_.tolerance.atol_fraction * ceiling[i] + least_allowed;
    new_lane_[l] = true;
    ++busy_;
    return true;
}

// Write what is asked for at time zero; false where nothing is left to integrate.
template <int N, bool D>
bool Group<N, D>::begin_outputs(int l, size_t b) {
    if (job_.times_of(b)[0] == 0) {
        const double* c = job_.initial + b * p_.species;
        bool fallen = false;
        for (int32_t i = 0; i < p_.species; ++i) {
            job_.concentrations[b * job_.times_count * p_.species + i] = c[i] < 0 ? 0 : c[i];
            fallen = fallen || c[i] < lowest(b, i);
        }
        if (fallen) {
            job_.status[b] = negative;
            return false;
        }
        if constexpr (D) write_initial_columns(l);
        next_time_[l] = 1;
    }
    if (next_time_[l] < job_.times_count) return true;
    job_.reached[b] = end_;
    return false;
}

template <int N, bool D>
void Group<N, D>::begin_rates(int l, const double* k) {
    for (int32_t r = 0; r < p_.monomials; ++r) {
        double constant = k[p_.constant_of[r]];
        lane(w_.K, r, l) = p_.factors[r] * constant;
        if constexpr (D) lane(w_.Kq, r, l) = p_.factors[r] * (constant != 0 ? constant : 1);
    }
    for (const auto& group : p_.groups)
        if (group.order == 1)
            for (int32_t r = group.first; r < group.last; ++r) {
                size_t slope = group.slots + (r - group.first);
                lane(w_.g, slope, l) = lane(w_.K, r, l);
                if constexpr (D) lane(w_.g0, slope, l) = lane(w_.Kq, r, l);
            }
    if (p_.has_laws())
        for (int32_t i = 0; i < p_.constants; ++i) lane(w_.registers, p_.species + i, l) = k[i];
}

// Derivatives are by ln k (by k where k is 0), and by concentrations in units of their ceilings.
template <int N, bool D>
void Group<N, D>::begin_columns(int l, const double* k, const double* ceilings) {
    for (int32_t i = 0; i < p_.constants; ++i) lane(w_.constant_scale, i, l) = k[i] != 0 ? k[i] : 1;
    for (size_t m = 0; m < columns_; ++m) {
        for (int32_t i = 0; i < n_; ++i) lane(w_.s, m * n_ + i, l) = 0;
        int32_t column = job_.columns[m];
        if (column < p_.constants) {
            lane(w_.column_scale, m, l) = lane(w_.constant_scale, column, l);
        } else {
            const double scale = ceilings[column - p_.constants];
            lane(w_.column_scale, m, l) = scale;
            int32_t slot = p_.slot_of[column - p_.constants];
            if (slot < n_) lane(w_.s, m * n_ + slot, l) = scale;
        }
    }
}

template <int N, bool D>
void Group<N, D>::write_initial_columns(int l) {
    for (size_t m = 0; m < columns_; ++m) {
        for (int32_t i = 0; i < n_; ++i) w_.column_output[i] = w_.s[m * n_ + i];
        write_column(l, m, 0);
    }
}
