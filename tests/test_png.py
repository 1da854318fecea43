import io

import numpy as np
import pytest
from PIL import Image

from assemblysim.report.png import png_file

RNG = np.random.default_rng(5)


@pytest.mark.parametrize("shape", [(1, 1), (3, 7), (64, 65)])
@pytest.mark.parametrize("colours", [3, 4])
def test_every_pixel_is_read_back_by_another_program(shape, colours):
    pixels = RNG.integers(0, 256, (*shape, colours), dtype=np.uint8)

    with Image.open(io.BytesIO(png_file(pixels, 300))) as picture:
        picture.verify()
    with Image.open(io.BytesIO(png_file(pixels, 300))) as picture:
        assert picture.mode == "RGB"
        np.testing.assert_array_equal(np.asarray(picture), pixels[:, :, :3])


@pytest.mark.parametrize("dpi", [72, 300, 600])
def test_a_picture_says_how_many_dots_an_inch_has(dpi):
    with Image.open(io.BytesIO(png_file(np.zeros((2, 2, 3), np.uint8), dpi))) as picture:
        assert picture.info["dpi"] == pytest.approx((dpi, dpi), abs=0.02)
