"""UNPACK: zip archives, NumPy's files and the words of links, all of strangers, within bounds."""

from explorer.archives.archive import Archive
from explorer.archives.arrays import read_array, read_arrays
from explorer.archives.limits import check_bytes, listed, named, read_object
from explorer.archives.packed import pack, unpack

__all__ = ["Archive", "check_bytes", "listed", "named", "pack", "read_array", "read_arrays", "read_object", "unpack"]
