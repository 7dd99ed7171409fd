"""The loss stays where it began."""

import xnn

doctor = xnn.Doctor()
for step in range(200):
    doctor.record(loss=2.3026 + 1e-6 * (step % 3))
print(doctor.report())
