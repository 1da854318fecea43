// Rate laws of another form than a product: a tape of instructions over registers.

// A broken power or a logarithm takes a concentration at or below zero as `trace`.
static inline double power(double base, double exponent) {
    if (base <= 0) return exponent > 0 ? 0 : std::pow(trace, exponent);
    return std::pow(base, exponent);
}
static inline double slope_power(double base, double exponent) {
    return base > 0 ? std::pow(base, exponent) : 0;
}

// Concentrations go into registers by species; constants have been there since the start.
template <int N, bool D>
void Group<N, D>::load(const V* slots, size_t first) {
    for (int32_t i = 0; i < p_.species; ++i) w_.registers[first + i] = slots[p_.slot_of[i]];
}

template <int N, bool D>
void Group<N, D>::play(const Tape& tape, size_t inputs) {
    V* at = w_.registers + inputs;
    for (double number : tape.numbers) *at++ = V::all(number);
    const int32_t* code = tape.code.data();
    for (size_t i = 0; i < tape.code.size(); i += 3, ++at) {
        const V& x = w_.registers[code[i + 1]];
        const V& y = w_.registers[code[i + 2]];
        switch (static_cast<Operation>(code[i])) {
            case Operation::add: *at = x + y; break;
            case Operation::subtract: *at = x - y; break;
            case Operation::multiply: *at = x * y; break;
            case Operation::divide: *at = x / y; break;
            case Operation::power: each(at, x, y, power); break;
            case Operation::slope_power: each(at, x, y, slope_power); break;
            case Operation::exp:
                each(at, x, y, [](double a, double) { return std::exp(a); });
                break;
            case Operation::log:
                each(at, x, y, [](double a, double) { return std::log(a > trace ? a : trace); });
                break;
        }
    }
}

template <int N, bool D>
template <class F>
void Group<N, D>::each(V* result, const V& x, const V& y, F function) {
    for (int l = 0; l < L; ++l)
        result->data()[l] = vector_[l] == nobody ? 1 : function(x.data()[l], y.data()[l]);
}

template <int N, bool D>
void Group<N, D>::law_rates(const V* c) {
    load(c, 0);
    play(p_.laws, narrow_inputs());
    for (size_t i = 0; i < p_.laws.outputs.size(); ++i)
        w_.v[p_.monomials + i] = w_.registers[p_.laws.outputs[i]];
}

// After law_rates at the same concentrations.
template <int N, bool D>
void Group<N, D>::law_slopes(V* g) {
    play(p_.law_slopes, narrow_inputs());
    for (size_t i = 0; i < p_.law_slopes.outputs.size(); ++i)
        g[first_law_slope() + i] = w_.registers[p_.law_slopes.outputs[i]];
}
