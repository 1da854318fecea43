"""Broken studies, each with the one line that it has to bring forth."""

from malformed_files import (
    Case,
    append,
    content,
    model,
    remove,
    study,
)

STUDY_CASES = (
    Case(
        "forms of a core without labelled forms",
        study('["A", "B", "B2"]', '["A", "B", "all B2"]'),
        "{root}/study/study.toml: [measurement]: signal 'all B2': no block has a labelled form; "
        "name one species, or add [labelled]",
    ),
    Case(
        "more labelled species than can be handled",
        study("[priors]", f"[labelled]\nM = {[f'N{i}x' for i in range(40)]}\n[priors]"),
        "{root}/study/study.toml: [labelled]: 943 labelled species (861 of B2 alone), at most 400 "
        "are accepted; label fewer blocks, or use fewer forms",
    ),
    Case(
        "unknown key",
        study("seed  = 1", "sede  = 1"),
        "{root}/study/study.toml: unknown key 'sede'; did you mean 'seed'?",
    ),
    Case(
        "missing key",
        study('title = "A small study"\n', ""),
        "{root}/study/study.toml: 'title' is missing; add title = \"...\"",
    ),
    Case(
        "text for a number",
        study("seed  = 1", 'seed  = "1"'),
        "{root}/study/study.toml: seed: '1' is not a whole number; write one without "
        "point and quotation marks",
    ),
    Case(
        "unknown scale",
        study('"per spectrum"', '"per spektrum"'),
        "{root}/study/study.toml: [measurement] scale: 'per spektrum' is not known; "
        "write 'absolute', 'per species' or 'per spectrum'",
    ),
    Case(
        "unknown key of an experiment",
        study("data  ", "date  "),
        "{root}/study/study.toml: experiment 1: unknown key 'date'; did you mean 'data'?",
    ),
    Case(
        "unknown model",
        study('"small"', '"smal"'),
        "{root}/study/study.toml: model: no models/smal.toml in a folder above this "
        "study; did you mean 'small'?",
    ),
    Case(
        "unknown mechanism",
        study("seed  = 1", 'seed  = 1\nmechanisms = ["foward"]'),
        "{root}/study/study.toml: mechanisms: 'foward' is not in "
        "{root}/models/small.toml; did you mean 'forward'?",
    ),
    Case(
        "mechanism named twice",
        study("seed  = 1", 'seed  = 1\nmechanisms = ["forward", "forward"]'),
        "{root}/study/study.toml: mechanisms: 'forward' is there twice; name it once",
    ),
    Case(
        "initial without unit",
        study('"10 mM"', "10"),
        "{root}/study/study.toml: experiment 'one': initial: A: 10 has no unit; "
        'write it with one, such as "10 mM"',
    ),
    Case(
        "initial in a unit of length",
        study('"10 mM"', '"10 mm"'),
        "{root}/study/study.toml: experiment 'one': initial: A: unit 'mm' (a length) "
        "does not fit; a unit like mM (a concentration) is needed",
    ),
    Case(
        "initial negative",
        study('"10 mM"', '"-10 mM"'),
        "{root}/study/study.toml: experiment 'one': initial: A: '-10 mM' is "
        "negative; write 0 or more",
    ),
    Case(
        "initial of nothing",
        study('"10 mM"', '"0 mM"'),
        "{root}/study/study.toml: experiment 'one': initial: everything starts at 0; "
        "state what is mixed",
    ),
    Case(
        "initial of an unknown species",
        study("{ A =", "{ a ="),
        "{root}/study/study.toml: experiment 'one': initial: unknown species 'a'; known: A, B, B2",
    ),
    Case(
        "signal of an unknown species",
        study('"B", "B2"]', '"B", "B3"]'),
        "{root}/study/study.toml: [measurement]: signal 'B3': unknown species 'B3'; "
        "did you mean 'B'?",
    ),
    Case(
        "signal named twice",
        study('"B", "B2"]', '"B", "B"]'),
        "{root}/study/study.toml: [measurement]: signals: 'B' is there twice; name it once",
    ),
    Case(
        "signal that is no sum",
        study('"B", "B2"]', '"B", "all = B - B2"]'),
        "{root}/study/study.toml: [measurement]: signal 'all = B - B2': cannot read "
        "'B - B2'; write a sum as \"Dy3 = Dy3L + 2 Dy5L2\"",
    ),
    Case(
        "detection limit too high",
        study('"0.5 %"', '"500 %"'),
        "{root}/study/study.toml: [measurement]: detection_limit: 5 is not between 0 "
        'and 1; write one such as "0.5 %"',
    ),
    Case(
        "responses relative to no signal",
        study('detection_limit = "0.5 %"', 'relative_to = "B3"'),
        "{root}/study/study.toml: [measurement]: relative_to: unknown signal 'B3'; "
        "did you mean 'B'?",
    ),
    Case(
        "responses that spread by a factor below 1",
        study('detection_limit = "0.5 %"', "response_spread = 0.5"),
        "{root}/study/study.toml: [measurement]: response_spread: 0.5 is not between 1 and 1000; "
        "write a factor such as 2",
    ),
    Case(
        "a sigma for each signal beside a shared sampling error",
        study('detection_limit = "0.5 %"', 'detection_limit = "0.5 %"\nnoise_per_signal = true'),
        "{root}/study/study.toml: [measurement]: noise_per_signal does not go with replicates "
        "that share a sampling error on the scale 'per spectrum'; write share_replicates = "
        "false, or leave it out",
    ),
    Case(
        "prior of an unknown constant",
        study("k_turn =", "k_trun ="),
        "{root}/study/study.toml: [priors]: unknown parameter 'k_trun'; did you mean 'k_turn'?",
    ),
    Case(
        "prior of an initial concentration",
        study("k_turn =", "initial_A ="),
        "{root}/study/study.toml: [priors]: unknown parameter 'initial_A'; an "
        "initial concentration belongs in its experiment's 'initial'",
    ),
    Case(
        "prior of the wrong order",
        study('"100 1/h"', '"100 1/(mM h)"'),
        "{root}/study/study.toml: [priors]: k_turn: log_uniform: unit '1/(mM h)' "
        "(second order) does not fit; a unit like 1/h (first order) is needed",
    ),
    Case(
        "prior without unit",
        study('"100 1/h"', '"100"'),
        "{root}/study/study.toml: [priors]: k_turn: log_uniform: '100' has no unit; "
        'write it with one, such as "100 1/h"',
    ),
    Case(
        "bounds crossed",
        study('"100 1/h"', '"0.001 1/h"'),
        "{root}/study/study.toml: [priors]: k_turn: log_uniform prior has 0.01 and "
        "0.001; it needs a lower bound above 0 and an upper bound above it",
    ),
    Case(
        "lower bound of zero",
        study('"0.01 1/h"', '"0 1/h"'),
        "{root}/study/study.toml: [priors]: k_turn: log_uniform prior has 0 and 100; "
        "it needs a lower bound above 0 and an upper bound above it",
    ),
    Case(
        "unknown kind of prior",
        study("log_uniform", "log_unifrom"),
        "{root}/study/study.toml: [priors]: k_turn: unknown key 'log_unifrom'; did "
        "you mean 'log_uniform'?",
    ),
    Case(
        "prior with one number",
        study(', "100 1/h"]', "]"),
        "{root}/study/study.toml: [priors]: k_turn: log_uniform: ['0.01 1/h'] has 1 "
        "entries; write 2",
    ),
    Case(
        "two priors in one",
        study('"100 1/h"] }', '"100 1/h"], normal = ["1 1/h", "1 1/h"] }'),
        "{root}/study/study.toml: [priors]: k_turn: 2 priors; write one of "
        "log_uniform, uniform, log_normal, normal, signed_normal, with two numbers",
    ),
    Case(
        "factor below one",
        study('log_uniform = ["0.01 1/h", "100 1/h"]', 'log_normal = ["1 1/h", 0.5]'),
        "{root}/study/study.toml: [priors]: k_turn: log_normal prior has 1 and 0.5; "
        "it needs a median above 0 and a factor above 1",
    ),
    Case(
        "temperature without its scale",
        study("sampled ", "temperature = 300\nsampled "),
        "{root}/study/study.toml: experiment 'one': temperature: 300 says not which degrees; "
        'write "300 K" or "300 degC"',
    ),
    Case(
        "sampling time without unit",
        study('"1 h", "2 h"]', '1, "2 h"]'),
        "{root}/study/study.toml: experiment 'one': sampled: 1 has no unit; write it "
        'with one, such as "1 h"',
    ),
    Case(
        "sampling times not increasing",
        study('"1 h", "2 h"]', '"2 h", "1 h"]'),
        "{root}/study/study.toml: experiment 'one': sampled: the times do not "
        "increase; sort them, each once",
    ),
    Case(
        "odd number of walkers",
        append("\n[sampling]\nwalkers = 33\n"),
        "{root}/study/study.toml: [sampling]: walkers: 33 is odd; write an even number",
    ),
    Case(
        "unknown sampling key",
        append("\n[sampling]\nwalker = 32\n"),
        "{root}/study/study.toml: [sampling]: unknown key 'walker'; did you mean 'walkers'?",
    ),
    Case(
        "error rate of one half",
        append("\n[statements]\nerror_rate = 0.5\n"),
        "{root}/study/study.toml: [statements]: error_rate: 0.5 is not between 0 and "
        "0.5; write one such as 0.02",
    ),
    Case(
        "nothing seen",
        study('data       = "data.csv"\nstatements = "statements.csv"\n', ""),
        "{root}/study/study.toml: experiment 'one': nothing was seen; state 'data', "
        "'statements' or both",
    ),
    Case(
        "truth of data that are not synthetic",
        study("seed  = 1", 'seed  = 1\ntruth = "truth.toml"'),
        "{root}/study/study.toml: 'truth' belongs to simulated data; add synthetic = true",
    ),
    Case(
        "experiment named twice",
        append('\n[[experiments]]\nname = "one"\ninitial = { A = "1 mM" }\ndata = "data.csv"\n'),
        "{root}/study/study.toml: experiments: 'one' is there twice; name it once",
    ),
    Case(
        "empty study",
        content("study/study.toml", b" \n"),
        "{root}/study/study.toml: the file is empty; write it, or restore it from its copy",
    ),
    Case(
        "missing study",
        remove("study/study.toml"),
        "{root}/study: no study.toml in this folder; name a study's folder",
    ),
    Case(
        "whole number beyond 64 bits",
        study("seed  = 1", f"seed  = {2**63}"),
        "{root}/study/study.toml: 'seed': a whole number of more than 64 bits; write a smaller "
        "one, or a decimal one such as 1e20",
    ),
    Case(
        "whole number that Python does not read",
        study("seed  = 1", f"seed  = {'9' * 5000}"),
        "{root}/study/study.toml: line 3: a whole number of 5000 digits; write a smaller one, or "
        "a decimal one such as 1e20",
    ),
    *(
        Case(
            f"rate constant called {name}",
            model("k_part", name),
            f"{{root}}/study/study.toml: 2 parameters would be called '{name}'; rename a rate "
            "constant",
        )
        for name in ("noise", "background", "response_B", "sampling_error", "limit", "fraction")
    ),
    *(
        Case(
            f"rate constant called {name}",
            model("k_part", name),
            f"{{root}}/study/study.toml: '{name}' has its own meaning in stored draws; rename the "
            "constant",
        )
        for name in ("chain", "draw", "ensemble")
    ),
)
