"""Broken mechanism files, each with the one line that it has to bring forth."""

from malformed_files import (
    Case,
    content,
    directory,
    model,
    remove,
)

MODEL_CASES = (
    Case(
        "unbalanced reaction",
        model('"A -> B', '"A -> B2'),
        "{root}/models/small.toml: reaction 'turn' does not balance: left 1 M, right "
        "2 M; the left lacks 1 M",
        model=True,
    ),
    Case(
        "labelled form of an unknown block",
        model("[mechanisms]", '[labelled]\nX = "N"\n[mechanisms]'),
        "{root}/models/small.toml: [labelled]: unknown building block 'X'; known: M",
        model=True,
    ),
    Case(
        "unknown species",
        model("2 B <=> B2", "2 C <=> B2"),
        "{root}/models/small.toml: reaction 'pair': unknown species 'C'; known: A, B, B2",
        model=True,
    ),
    Case(
        "equals sign for an arrow",
        model("A -> B ;", "A = B ;"),
        "{root}/models/small.toml: reaction 'turn': no arrow in 'A = B'; '=' does "
        "not say which way; write -> --> => → for one way, <=> <-> <==> ⇌ for both",
        model=True,
    ),
    Case(
        "no rate constant",
        model("A -> B ; k_turn", "A -> B"),
        "{root}/models/small.toml: reaction 'turn': no rate constant for 'A -> B'; "
        "add one after a semicolon",
        model=True,
    ),
    Case(
        "one constant of a reversible step",
        model("k_pair, k_part", "k_pair"),
        "{root}/models/small.toml: reaction 'pair': 2 rate constant(s) needed, 1 "
        "given; one for each one-way arrow, two for each reversible one",
        model=True,
    ),
    Case(
        "constant of two orders",
        model("k_pair, k_part", "k_turn, k_part"),
        "{root}/models/small.toml: reaction 'pair': rate constant 'k_turn' would be "
        "in 1/(mM h), but in 1/h for reaction 'turn'; give each its own constant",
        model=True,
    ),
    Case(
        "unknown name in a rate law",
        model("; k_turn", "; k_turn ; k_tern*A"),
        "{root}/models/small.toml: reaction 'turn': rate law 'k_tern*A': unknown "
        "name 'k_tern'; did you mean 'k_turn'?",
        model=True,
    ),
    Case(
        "code in a rate law",
        model("; k_turn", "; k_turn ; __import__('os')"),
        "{root}/models/small.toml: reaction 'turn': rate law '__import__('os')': "
        "cannot read '_' at character 1; use numbers, names, + - * / ^, brackets, "
        "exp, log, sqrt",
        model=True,
    ),
    Case(
        "unknown reaction",
        model('["turn", "pair"]', '["turn", "pare"]'),
        "{root}/models/small.toml: mechanism 'forward': unknown reaction 'pare'; did "
        "you mean 'pair'?",
        model=True,
    ),
    Case(
        "unknown key of a model",
        model("title =", "titel ="),
        "{root}/models/small.toml: unknown key 'titel'; did you mean 'title'?",
        model=True,
    ),
    Case(
        "duplicate species",
        model('B  = "M"', 'A  = "M"'),
        "{root}/models/small.toml: line 5: not TOML: a name is given twice (Cannot "
        "overwrite a value); keep one of them",
        model=True,
    ),
    Case(
        "composition that is none",
        model('"2M"', '"M times 2"'),
        "{root}/models/small.toml: B2: composition 'M times 2': cannot read '2'; "
        "write counts and building blocks with spaces between, such as '5Dy 2L'",
        model=True,
    ),
    Case(
        "no species",
        model("[species]", "[specie]"),
        "{root}/models/small.toml: unknown key 'specie'; did you mean 'species'?",
        model=True,
    ),
    Case(
        "broken TOML",
        model('B2 = "2M"', 'B2 = "2M'),
        "{root}/models/small.toml: line 6: not TOML: Illegal character '\\n'; close "
        "the quotation mark",
        model=True,
    ),
    Case(
        "empty model",
        content("models/small.toml", b""),
        "{root}/models/small.toml: the file is empty; write it, or restore it from its copy",
        model=True,
    ),
    Case(
        "model not UTF-8",
        content("models/small.toml", b'title = "\xe4"\n'),
        "{root}/models/small.toml: line 1: not UTF-8 (byte 0xe4); save it as UTF-8",
        model=True,
    ),
    Case(
        "directory for a model",
        directory("models/small.toml"),
        "{root}/models/small.toml: is a directory; name the file in it",
        model=True,
    ),
    Case(
        "missing model",
        remove("models/small.toml"),
        "{root}/models/small.toml: no such file; check the path",
        model=True,
    ),
)
