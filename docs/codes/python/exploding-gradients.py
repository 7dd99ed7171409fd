"""The gradient doubles with each step, and the loss does not fall: weights that are multiplied with each other grow."""

import numpy as np

import xnn

doctor = xnn.Doctor()
for step in range(20):
    doctor.record(loss=2.3 - 0.01 * step, gradients=0.1 * 2.0**step * np.array([3.0, 4.0]))
print(doctor.report())
