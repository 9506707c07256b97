"""The libraries that are watched: one file for each. A further one is added here, and nowhere else."""
from .opto import Opto
from .textgrad import TextGrad

ADAPTERS = (Opto, TextGrad)
