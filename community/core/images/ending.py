"""Whether a picture file seems to stop before its end: nothing is decoded, a pass of finding and of counting lengths.

A hint and no proof: what follows a picture may look the same, and some cuts are seen by a decoder alone.
"""

from __future__ import annotations

_BEGINS_SCAN, _ENDS = b"\xda", b"\xff\xd9"
_ALONE = frozenset({0x00, 0x01, 0xFF, *range(0xD0, 0xD8)})  # markers without a length, and what is no marker
MOST_STEPS = 10_000  # a file of ever so many empty parts is no reason to walk for long


def seems_cut(data: bytes) -> bool:
    """Whether the end of this JPEG, PNG, GIF, HEIC or AVIF seems to be missing. False for what is none of them."""
    if data.startswith(b"\xff\xd8\xff"):
        return _is_cut_jpeg(data)
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return data.rfind(b"IEND") < 0
    if data.startswith(b"GIF8"):
        return not data.rstrip(b"\x00").endswith(b";")
    return data[4:8] == b"ftyp" and _is_cut_boxes(data)


def _is_cut_jpeg(data: bytes) -> bool:
    """No end after the first scan begins. The end of a thumbnail, which stands before that, does not count."""
    at = 2
    for _step in range(MOST_STEPS):
        at = data.find(b"\xff", at)
        marker = data[at + 1 : at + 2]
        if at < 0 or not marker:
            return True
        if marker == _BEGINS_SCAN:
            return data.find(_ENDS, at) < 0
        at += 1 if marker[0] in _ALONE else 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return False


def _is_cut_boxes(data: bytes) -> bool:
    """One of its outer boxes is longer than the file."""
    at = 0
    for _step in range(MOST_STEPS):
        length = int.from_bytes(data[at : at + 4], "big")
        if length == 1:
            length = int.from_bytes(data[at + 8 : at + 16], "big")
        if length == 0 or at + 8 > len(data):  # to the end, or there is no further box
            return False
        at += max(length, 8)
        if at > len(data):
            return True
    return False
