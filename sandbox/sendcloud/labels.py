"""Labels that can be printed: PDF, PNG and ZPL, with a Code 128 barcode."""

import io

from reportlab.graphics import renderPDF, renderPM
from reportlab.graphics.barcode import createBarcodeDrawing
from reportlab.graphics.shapes import Drawing, Line, Rect, String
from reportlab.pdfgen.canvas import Canvas

from . import validation

#: points; a label is always as big as an A6 sheet, whatever it is printed on
A6 = (298, 420)
PAPER = {"A6": A6, "A5": (420, 595), "A4": (595, 842)}
_MARGIN = 14


def lines(shipment, parcel):
    """Return what is written on a label: ``(sender, receiver, notes)``."""
    request = shipment["request"]
    sender = validation.sender_of(request)
    return (
        _address(sender),
        _address(request["to_address"]),
        list(parcel["request"].get("label_notes") or ()),
    )


def _address(address):
    street = f"{address['address_line_1']} {address.get('house_number') or ''}"
    town = f"{address['postal_code']} {address['city']}"
    written = [
        address["name"],
        address.get("company_name"),
        street.strip(),
        address.get("address_line_2"),
        town,
        address["country_code"],
    ]
    return [line for line in written if line]


def _drawing(shipment, parcel):
    option = validation.chosen_option(shipment["request"])
    sender, receiver, notes = lines(shipment, parcel)
    drawing = Drawing(*A6)
    drawing.add(Rect(4, 4, A6[0] - 8, A6[1] - 8, fillColor=None, strokeWidth=1))
    _write(drawing, [option.name], top=400, size=15, bold=True)
    _write(drawing, ["From: " + ", ".join(sender)[:70]], top=382, size=6.5)
    drawing.add(Line(4, 372, A6[0] - 4, 372))
    _write(drawing, receiver, top=352, size=12)
    _write(drawing, [f"{shipment['order_number'] or ''}"], top=252, size=9, bold=True)
    _write(drawing, [note[:60] for note in notes[:5]], top=236, size=8)
    drawing.add(Line(4, 150, A6[0] - 4, 150))
    drawing.add(_barcode(parcel["tracking_number"]))
    _write(drawing, [parcel["tracking_number"]], top=34, size=12, bold=True)
    _write(drawing, ["SANDBOX - not for shipping"], top=16, size=7)
    return drawing


def _write(drawing, texts, top, size, bold=False):
    font = "Helvetica-Bold" if bold else "Helvetica"
    for row, text in enumerate(texts):
        y = top - row * (size + 3)
        drawing.add(String(_MARGIN, y, text, fontName=font, fontSize=size))


def _barcode(number):
    bars = createBarcodeDrawing(
        "Code128", value=number, barHeight=80, width=A6[0] - 2 * _MARGIN, height=80
    )
    bars.translate(_MARGIN, 54)
    return bars


def pdf(pairs, paper="A6"):
    """Return a PDF with one page per ``(shipment, parcel)``."""
    file = io.BytesIO()
    width, height = PAPER[paper]
    # invariant: the same label gives the same bytes, today and tomorrow
    canvas = Canvas(file, pagesize=(width, height), invariant=True)
    for shipment, parcel in pairs:
        drawing = _drawing(shipment, parcel)
        renderPDF.draw(drawing, canvas, 0, height - A6[1])
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def png(shipment, parcel, dpi=72):
    """Return a picture of one label."""
    drawing = _drawing(shipment, parcel)
    scale = dpi / 72
    drawing.scale(scale, scale)
    drawing.width, drawing.height = A6[0] * scale, A6[1] * scale
    return renderPM.drawToString(drawing, fmt="PNG")


def zpl(pairs):
    """Return labels for a thermal printer, one ^XA...^XZ each."""
    return "\n".join(_zpl(*pair) for pair in pairs).encode()


def _zpl(shipment, parcel):
    option = validation.chosen_option(shipment["request"])
    _sender, receiver, notes = lines(shipment, parcel)
    fields = [f"^FO30,30^A0N,50,50^FD{_plain(option.name)}^FS"]
    for row, text in enumerate([*receiver, "", *notes[:5]]):
        fields.append(f"^FO30,{110 + row * 45}^A0N,35,35^FD{_plain(text)}^FS")
    fields.append(f"^FO30,800^BY3^BCN,200,Y,N,N^FD{parcel['tracking_number']}^FS")
    return "\n".join(["^XA", "^CI28", *fields, "^XZ"])


def _plain(text):
    # ^ and ~ begin commands of the printer's language
    return text.replace("^", " ").replace("~", " ")
