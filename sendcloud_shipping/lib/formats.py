"""The files that a label comes as (https://sendcloud.dev/api/v3/parcel-documents)."""

from dataclasses import dataclass, field

PDF, ZPL, PNG = "application/pdf", "application/zpl", "image/png"
EXTENSIONS = {PDF: "pdf", ZPL: "zpl", PNG: "png"}
_BEGINS = {b"%PDF": PDF, b"^XA": ZPL, b"\x89PNG": PNG}


@dataclass(frozen=True)
class LabelFormat:
    """How labels are asked for.

    :param mime_type: kind of file
    :param dpi: dots per inch that the announcement names
    :param params: what the request for the document adds
    """

    mime_type: str
    dpi: int = 72
    params: dict = field(default_factory=dict)

    @property
    def details(self):
        """Return ``label_details`` of an announcement.

        A label that was not announced as ZPL does not come in the printer's own
        language; one that was comes in no other.
        """
        return {"mime_type": self.mime_type, "dpi": self.dpi}


FORMATS = {
    "pdf_a6": LabelFormat(PDF, params={"paper_size": "A6"}),
    "pdf_a4": LabelFormat(PDF, params={"paper_size": "A4"}),
    # Its resolution is the carrier's own.
    "zpl": LabelFormat(ZPL, dpi=203),
    "png": LabelFormat(PNG, dpi=300, params={"dpi": "300"}),
}
DEFAULT = "pdf_a6"
#: a selection, in words
CHOICES = [("pdf_a6", "PDF, A6"), ("pdf_a4", "PDF, A4"), ("zpl", "ZPL"), ("png", "PNG")]


def kind(content):
    """Return the kind of file of ``content``, ``None`` when it is no label."""
    start = content.lstrip()[:4]
    return next((k for begin, k in _BEGINS.items() if start.startswith(begin)), None)
