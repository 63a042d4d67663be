"""UNPACK: zip archives and NumPy's files of strangers, within bounds. Data and weights are both read by these."""

from explorer.archives.archive import Archive
from explorer.archives.arrays import read_array, read_arrays
from explorer.archives.limits import check_bytes, listed, named

__all__ = ["Archive", "check_bytes", "listed", "named", "read_array", "read_arrays"]
