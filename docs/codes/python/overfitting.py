"""The loss of the training data falls on, that of the held-out data has turned."""

import xnn

doctor = xnn.Doctor()
for step in range(200):
    doctor.record(loss=2 / (1 + 0.1 * step), validation_loss=0.8 + (step / 60 - 1) ** 2)
print(doctor.report())
