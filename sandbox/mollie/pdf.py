"""The smallest PDF that shows a bill: one page, one font, a few lines of text."""


def page(lines):
    """Return a PDF of one page with these lines of plain text, as bytes."""
    shown = "\n".join(f"({_escaped(line)}) Tj T*" for line in lines)
    text = f"BT /F1 11 Tf 60 780 Td 16 TL\n{shown}\nET".encode("latin-1", "replace")
    return _file(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]"
        b" /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )


def _file(*objects):
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n" % size
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\n" % size
    return body + head + table + trailer + b"startxref\n%d\n%%%%EOF\n" % len(body)


def _escaped(text):
    for sign in "\\()":
        text = text.replace(sign, f"\\{sign}")
    return text
