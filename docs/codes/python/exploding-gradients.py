"""Beside a run: the gradient grows from step to step, and the loss does not fall."""

import numpy as np

import xnn

doctor = xnn.Doctor()
for step in range(60):
    doctor.record(loss=2.3, gradients=[1.2**step * np.ones((4, 3))])
print(doctor.report())
