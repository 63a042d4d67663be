"""Text as one short word that a link can carry, and back within bounds: a link is a stranger's."""

import base64
import zlib


def pack(text: str) -> str:
    """Text, compressed, in letters, digits, - and _."""
    raw = text.encode("utf-8", "replace")
    return base64.urlsafe_b64encode(zlib.compress(raw, 9)).decode().rstrip("=")


def unpack(packed: str, most: int) -> str | None:
    """The inverse of `pack`; None where the word is damaged, or stands for more than ``most`` bytes."""
    reader = zlib.decompressobj()
    try:
        raw = reader.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)), most + 1)
        return raw.decode("utf-8") if reader.eof and len(raw) <= most else None
    except (ValueError, zlib.error):
        return None
