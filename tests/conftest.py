"""Settings every test shares."""

import os

import torch
from hypothesis import HealthCheck, settings

# As the server does: with more threads the last bits may differ, and neighbours slow each other.
torch.set_num_threads(1)

# No deadlines and no "too slow": a busy machine is not a wrong result.
settings.register_profile("dev", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("dev"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")
