"""Generated SBML holds what is supported, is read, and a course that is off is seen."""

import numpy as np

from benchmarks.sbml import generated


def made(number):
    return generated.generated(np.random.default_rng([26, number]))


def test_all_that_is_supported_comes_about():
    texts = "".join(made(number).text for number in range(40))

    for words in (
        'hasOnlySubstanceUnits="true"',
        'boundaryCondition="true" constant="true"',
        'spatialDimensions="2"',
        'size="0.25"',
        'stoichiometry="2.25"',
        "<localParameter ",
        "<assignmentRule variable=",
        "<initialAssignment symbol=",
        "<piecewise>",
        "<ci>nested</ci>",
    ):
        assert words in texts, words
    assert made(3).text == made(3).text


def test_a_generated_model_is_followed_and_a_course_that_is_off_is_told(tmp_path):
    model = made(2)  # one that libRoadRunner follows, too
    path = tmp_path / "model.xml"
    path.write_text(model.text)
    course = generated.by_us(path, model)

    assert course.shape == (len(generated.TIMES), 2 * len(model.species) + len(model.others))
    assert np.isfinite(course).all()
    assert generated.difference(course, course) == 0
    assert generated.difference(course, course * (1 + 1e-4)) > 1
    assert generated.difference(course, np.full_like(course, np.nan)) > 1
