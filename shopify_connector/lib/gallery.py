"""The pictures that Shopify shows of a product, and which of them are ours."""

from dataclasses import dataclass
from urllib.parse import urlsplit

#: Shopify is not done with a picture (https://shopify.dev/docs/api/admin-graphql/
#: latest/enums/MediaStatus)
WORKING = ("UPLOADED", "PROCESSING")
#: so much of a picture's checksum is in its file's name
MARK = 16


@dataclass(frozen=True)
class Picture:
    """One of a product's media; its file has no ``name`` until Shopify is done."""

    gid: str
    status: str
    name: str = ""
    trouble: str = ""


@dataclass(frozen=True)
class Gallery:
    """A product's pictures in their order, and ``{variant's gid: picture's gid}``."""

    pictures: tuple[Picture, ...]
    variants: dict[str, str]

    def ids(self):
        """Return the ids of all pictures."""
        return [picture.gid for picture in self.pictures]

    def status(self, gid):
        """Return the state of a picture, ``None`` when it is not there."""
        return next((p.status for p in self.pictures if p.gid == gid), None)

    def known(self, marks, remembered):
        """Return ``{checksum: gid}`` of those pictures of ours that are there.

        One whose id nobody remembers, since Shopify's answer was lost, is known again
        by the name of its file.

        :param marks: checksums of what should be there
        :param remembered: ``{checksum: gid}``
        """
        ids = set(self.ids())
        found = {mark: gid for mark, gid in remembered.items() if gid in ids}
        for mark in marks:
            for picture in self.pictures:
                if mark not in found and mark[:MARK] in picture.name:
                    found[mark] = picture.gid
        return found

    def is_unclear(self, known):
        """Tell whether a picture is there that may be ours: it has no name yet.

        :param known: of :meth:`known`
        """
        ours = set(known.values())
        return any(p.status in WORKING and p.gid not in ours for p in self.pictures)

    def place_for(self, gid, former):
        """Return the place to which the product's first picture moves, or ``None``.

        :param former: picture whose place it takes; ``None``: in front
        """
        ids = self.ids()
        place = ids.index(former) if former in ids else 0
        return place if ids.index(gid) > place else None


def gallery_from_payload(nodes, variants):
    """Return the :class:`Gallery` in an answer.

    :param nodes: the product's ``media``
    :param variants: all of the product's variants with their first medium
    """
    return Gallery(
        tuple(_picture(node) for node in nodes),
        {
            row["id"]: row["media"]["nodes"][0]["id"] if row["media"]["nodes"] else ""
            for row in variants
        },
    )


def file_name(handle, mark, kind):
    """Return the name of a picture's file, by which it is known again.

    Shopify keeps the name (text of ``FileCreateInput.filename``) and may add to it.
    """
    return f"{handle[:80]}-{mark[:MARK]}.{kind.rpartition('/')[2]}"


def _picture(node):
    image = (node["preview"] or {}).get("image") or {}
    errors = node["mediaErrors"]
    return Picture(
        gid=node["id"],
        status=node["status"],
        name=urlsplit(image.get("url") or "").path.rpartition("/")[2],
        trouble=errors[0]["message"] if errors else "",
    )
