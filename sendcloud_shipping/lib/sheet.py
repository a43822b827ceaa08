"""Pages of our own among labels: what has no label, and pictures as pages."""

import io
import textwrap

from reportlab.lib.pagesizes import A6
from reportlab.lib.utils import ImageReader, simpleSplit
from reportlab.pdfgen.canvas import Canvas

_MARGIN, _LINE, _FONT, _SIZE = 20, 11, "Helvetica", 8
#: of a label printer with 203 dots per inch and labels of 4 by 6 inches
_ZPL_COLUMNS, _ZPL_ROWS = 48, 28


def missing_labels(title, lines):
    """Return a PDF of A6 pages that lists ``lines`` under ``title``."""
    width, height = A6
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A6)
    wrapped = [
        part
        for line in lines
        for part in simpleSplit(line, _FONT, _SIZE, width - 2 * _MARGIN)
    ]
    room = int((height - 3 * _MARGIN) // _LINE)
    for start in range(0, len(wrapped), room):
        canvas.setFont(f"{_FONT}-Bold", _SIZE + 2)
        canvas.drawString(_MARGIN, height - _MARGIN - _SIZE, title)
        text = canvas.beginText(_MARGIN, height - 2 * _MARGIN - _SIZE)
        text.setFont(_FONT, _SIZE, _LINE)
        text.textLines(wrapped[start : start + room])
        canvas.drawText(text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def missing_labels_zpl(title, lines):
    """Return labels for a label printer that list ``lines`` under ``title``."""
    wrapped = [part for line in lines for part in textwrap.wrap(line, _ZPL_COLUMNS)]
    labels = []
    for start in range(0, len(wrapped), _ZPL_ROWS):
        rows = [title, "", *wrapped[start : start + _ZPL_ROWS]]
        fields = [
            f"^FO30,{30 + row * 38}^A0N,30,30^FD{_plain(text)}^FS"
            for row, text in enumerate(rows)
        ]
        labels.append("\n".join(["^XA", "^CI28", *fields, "^XZ"]))
    return "\n".join(labels).encode()


def _plain(text):
    # ^ and ~ begin commands of the printer's language.
    return text.replace("^", " ").replace("~", " ")


def picture_page(picture):
    """Return a PDF of one A6 page that shows ``picture`` as large as it fits."""
    image = ImageReader(io.BytesIO(picture))
    width, height = image.getSize()
    scale = min(A6[0] / width, A6[1] / height)
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A6)
    size = {"width": width * scale, "height": height * scale}
    canvas.drawImage(image, 0, A6[1] - size["height"], **size, mask="auto")
    canvas.save()
    return buffer.getvalue()
