"""Shopify's file server: any picture of the shop, drawn when it is asked for."""

import struct
import zlib

from werkzeug.wrappers import Response

#: what ``media.FILES`` begins its paths with
PATH = "/s/files/"
SIZE = 48


def answer(request):
    """Return the picture of a name ending in ``.png``, each name in its own colour."""
    if request.method != "GET":
        return Response("", 405, headers={"Allow": "GET"})
    if not request.path.endswith(".png"):
        return Response("", 404)
    return Response(png(zlib.crc32(request.path.encode())), mimetype="image/png")


def png(number):
    """Return a square PNG in one colour that depends on a number."""
    colour = bytes((number >> shift) & 255 for shift in (16, 8, 0))
    header = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 2, 0, 0, 0)
    rows = (b"\0" + colour * SIZE) * SIZE
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def _chunk(kind, content):
    check = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + check
