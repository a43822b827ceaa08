"""The customs declaration that goes on a parcel: a plain CN23 as an A4 sheet."""

import io

from reportlab.pdfgen.canvas import Canvas

from . import labels, validation

KIND = "customs-declaration"
_LEFT, _TOP, _LINE = 40, 800, 15


def wanted(request):
    """Tell whether customs want papers for a shipment request."""
    return validation.leaves_eu(request)


def pdf(pairs):
    """Return a PDF with one page per ``(shipment, parcel)``."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=labels.PAPER["A4"], invariant=True)
    for shipment, parcel in pairs:
        for row, line in enumerate(_lines(shipment, parcel)):
            canvas.drawString(_LEFT, _TOP - row * _LINE, line)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _lines(shipment, parcel):
    customs = shipment["request"]["customs_information"]
    sender, receiver, _notes = labels.lines(shipment, parcel)
    yield f"CUSTOMS DECLARATION  CN 23   {parcel['tracking_number']}"
    yield f"Invoice {customs['invoice_number']}, {customs['export_reason']}"
    yield f"From: {', '.join(sender)}"
    yield f"To: {', '.join(receiver)}"
    for item in parcel["request"].get("parcel_items") or ():
        price = item["price"]
        yield (
            f"{item['quantity']} x {item['description'][:40]}, HS {item['hs_code']}, "
            f"from {item['origin_country']}, {price['value']} {price['currency']}"
        )
    yield "SANDBOX - not for customs"
