"""REDUCE: one pass over a corpus of any length, here or on a cluster, and what it can find out."""

from explorer.scanning.histograms import Histogram, Histograms
from explorer.scanning.matches import Match, Matches
from explorer.scanning.moments import Counts, Moments, Summary, moments_frame
from explorer.scanning.passage import Passage
from explorer.scanning.reducer import Reducer
from explorer.scanning.ridge import Probe, Ridge
from explorer.scanning.scan import scan
from explorer.scanning.separation import Separated, Separation

__all__ = [
    "Counts",
    "Histogram",
    "Histograms",
    "Match",
    "Matches",
    "Moments",
    "Passage",
    "Probe",
    "Reducer",
    "Ridge",
    "Separated",
    "Separation",
    "Summary",
    "moments_frame",
    "scan",
]
