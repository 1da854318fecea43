// The arrays that a group of lanes computes in, in one piece of memory.

template <class V, bool WithDerivatives>
struct Arrays {
    V *start, *stage, *output, *dense, *f0, *sums, *U, *inverse, *K, *v, *g;
    V *lu, *totals, *registers, *atol, *watched, *traces, *block;
    V *Kq, *g0, *turn, *direction, *J, *M, *Q, *s, *s_end, *Z, *shifted, *zsum;
    V *column_output, *column_dense, *constant_scale, *column_scale;

    // Visits each array with its length; the only place where lengths stand.
    template <class Visit>
    void each(const Program& p, size_t columns, Visit visit) {
        const size_t species = p.species, states = p.n, slopes = p.slopes;
        const size_t reactions = p.reactions;
        visit(start, species);
        visit(stage, species);
        visit(output, species);
        visit(dense, 3 * states);
        visit(f0, states);
        visit(sums, states);
        visit(U, rodas5p::stages * states);
        visit(inverse, states);
        visit(K, reactions);
        visit(v, reactions);
        visit(g, slopes);
        visit(lu, p.lu.entries.size());
        visit(totals, p.eliminated.rows());
        visit(registers, register_count(p));
        visit(atol, species);
        if (!p.growing.empty()) {
            visit(watched, species);
            visit(traces, most_growing);
            visit(block, most_growing * most_growing);
        }
        if constexpr (WithDerivatives) {
            const size_t coefficients = rodas5p::stages * p.jacobian.index.size();
            visit(Kq, reactions);
            visit(g0, slopes);
            visit(turn, slopes);
            visit(direction, species);
            visit(J, coefficients);
            visit(M, coefficients);
            visit(Q, rodas5p::stages * (p.monomials + p.constant_of_law_entry.size()));
            visit(s, columns * states);
            visit(s_end, columns * states);
            visit(Z, rodas5p::stages * columns * states);
            visit(shifted, states);
            visit(zsum, states);
            visit(column_output, states);
            visit(column_dense, 3 * states);
            visit(constant_scale, p.constants);
            visit(column_scale, columns);
        }
    }

    static size_t total(const Program& p, size_t columns) {
        size_t total = 0;
        Arrays{}.each(p, columns, [&](V*, size_t length) { total += length; });
        return total;
    }

    // Registers of the tape that needs most.
    static size_t register_count(const Program& p) {
        if (!p.has_laws()) return 0;
        size_t most = 0;
        for (const Tape* tape :
             {&p.laws, &p.law_slopes, &p.law_by_constant, &p.second, &p.second_by_constant})
            most = std::max(most, tape->numbers.size() + tape->code.size() / 3);
        return most + 2 * p.species + p.constants;
    }
};

template <class V, bool WithDerivatives>
class Workspace : public Arrays<V, WithDerivatives> {
public:
    Workspace(const Program& p, size_t columns) {
        const size_t total = this->total(p, columns) + 1;
        room_.reset(new (alignment) V[total]);
        std::memset(static_cast<void*>(room_.get()), 0, total * sizeof(V));
        V* at = room_.get();
        this->each(p, columns, [&](V*& array, size_t length) {
            array = at;
            at += length;
        });
    }

private:
    static constexpr std::align_val_t alignment{64};
    struct Aligned {
        void operator()(V* room) const { ::operator delete[](room, alignment); }
    };
    std::unique_ptr<V[], Aligned> room_;
};
