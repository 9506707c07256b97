"""The libraries that are watched: one file for each. A further one is added here, and nowhere else."""
from .adapters.opto import Opto
from .adapters.textgrad import TextGrad

ADAPTERS = (Opto, TextGrad)
