"""An assigned spectrum for tests of what is written and said."""

from assemblysim.result.spectra.assignment import (
    AssignedIon,
    AssignedSpectrum,
    CoreSum,
    EnvelopePanel,
    SpectraPanels,
    SpectraResult,
    SpectrumPanels,
    UnexplainedPeak,
)

ION = AssignedIon(
    "A", "[A]2+", ("[A']2+",), 2, 543.2, 900.0, 30.0, None, 0.99, 1.1, 9, 9, ()
)  # fmt: skip
ABSENT = AssignedIon("B", "[B]2+", (), 2, 561.0, 0.0, 10.0, 16.4, 0.1, 0.9, 9, 0, ())
SPECTRUM = AssignedSpectrum(
    "s.csv", "a profile", 0.5, "", "", 3.2, 0.1, 20000.0, 2, (ION, ABSENT),
    (CoreSum("A", 1, True, 900.0, 30.0, 1.0, 0.97, 1.0),
     CoreSum("B", 1, False, -5.0, 10.0, 0.0, 0.0, 0.02)),
    ((900.0, -12.0), (-12.0, 100.0)), 2.5, 1000.0, 50.0, 20.0,
    (UnexplainedPeak(550.1, 12.0),), 20, 1,
)  # fmt: skip
RESULT = SpectraResult("species.csv", "ions.csv", 2, (("s.csv", "0"),), (SPECTRUM,), ())
PANELS = SpectraPanels(
    (
        SpectrumPanels(
            "s.csv",
            (
                EnvelopePanel(
                    "A", "[A]2+", (543.0, 543.1, 543.6, 543.7), (1.0, 9.0, 5.0, 0.5),
                    (1.1, 8.8, 5.1, 0.4), (1.0, 8.5, 5.0, 0.3),
                ),
                EnvelopePanel("B", "[B]2+", (561.0, 561.1), (0.1, 0.0), (0.0, 0.1), (0.0, 0.0)),
            ),
        ),
    )
)  # fmt: skip
