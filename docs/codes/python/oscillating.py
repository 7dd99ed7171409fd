"""The loss jumps up and down and gets nowhere."""

import numpy as np

import xnn

rng = np.random.default_rng(0)
doctor = xnn.Doctor()
for step in range(80):
    doctor.record(loss=1.0 + 0.3 * (-1) ** step * rng.uniform())
print(doctor.report())
