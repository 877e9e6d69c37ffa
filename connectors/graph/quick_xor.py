"""The hash by which OneDrive and SharePoint tell the content of a file (`file.hashes.quickXorHash`). Pure.

Each byte is joined by exclusive or, 11 bits further on a ring of 160, and the length to the last eight bytes. Source:
Microsoft, "Code snippets: QuickXorHash algorithm". It protects nothing: it only tells contents apart.
"""

import base64

_BITS = 160
_STEP = 11


def quick_xor_hash(content: bytes) -> str:
    """The hash in base64, as Graph tells it."""
    ring = 0
    for place in range(min(_BITS, len(content))):  # bytes that are 160 apart meet the same bits
        folded = 0
        for byte in content[place::_BITS]:
            folded ^= byte
        ring ^= folded << (place * _STEP % _BITS)
    ring = (ring & ((1 << _BITS) - 1)) ^ (ring >> _BITS)
    whole = bytearray(ring.to_bytes(_BITS // 8, "little"))
    for place, byte in enumerate(len(content).to_bytes(8, "little")):
        whole[place - 8] ^= byte
    return base64.b64encode(whole).decode("ascii")
