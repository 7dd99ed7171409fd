"""The loss grows from step to step."""

import xnn

doctor = xnn.Doctor()
for loss in [2.3, 2.2, 2.4, 3.1, 4.5, 8.0, 20.0, 90.0, 500.0, 4e3, 6e4, 2e6]:
    doctor.record(loss=loss)
print(doctor.report())
