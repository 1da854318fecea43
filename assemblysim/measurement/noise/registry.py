"""The noise models by the name that a study file writes."""

from __future__ import annotations

from typing import Final

from assemblysim.measurement.noise.constant import ConstantNoise
from assemblysim.measurement.noise.known import KnownNoise
from assemblysim.measurement.noise.proportional import ProportionalNoise
from assemblysim.measurement.noise.two_component import TwoComponentNoise
from assemblysim.measurement.noise_model import NoiseModel

# Adding a noise model takes its file and its place here.
NOISES: Final[dict[str, NoiseModel]] = {
    noise.name: noise
    for noise in (ConstantNoise(), ProportionalNoise(), TwoComponentNoise(), KnownNoise())
}
