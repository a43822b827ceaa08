"""The last page of a run of labels: what has no label, and why."""

import io

from reportlab.lib.pagesizes import A6
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

_MARGIN, _LINE, _FONT, _SIZE = 20, 11, "Helvetica", 8


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
