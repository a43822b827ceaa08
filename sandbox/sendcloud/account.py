"""What the simulated merchant has set up at Sendcloud: addresses and contracts."""

USER_ID = 4711
INTEGRATION_ID = 815

_TAX_NUMBERS = [
    {"name": "VAT", "country_code": "NL", "value": "NL859123456B01"},
    {"name": "EORI", "country_code": "NL", "value": "NL859123456"},
]


def _sender(number, **address):
    return {
        "id": number,
        "company_name": "Trade Wins",
        "address_line_2": "",
        "state_province_code": "",
        "email": "warehouse@trade-wins.example",
        "tax_numbers": _TAX_NUMBERS,
        "signature": {"full_name": "Noor Bakker", "initials": "NB"},
        **address,
    }


SENDER_ADDRESSES = [
    _sender(
        192,
        name="Warehouse Eindhoven",
        address_line_1="Fellenoord",
        house_number="130",
        postal_code="5611 ZB",
        city="Eindhoven",
        country_code="NL",
        phone_number="+31402000000",
    ),
    _sender(
        193,
        name="Warehouse Antwerp",
        address_line_1="Noorderlaan",
        house_number="147",
        postal_code="2030",
        city="Antwerpen",
        country_code="BE",
        phone_number="+3232000000",
    ),
]

CARRIERS = {
    "postnl": "PostNL",
    "dpd": "DPD",
    "ups": "UPS",
    "dhl_express": "DHL Express",
    "sendcloud": "Sendcloud",
}


def _contract(number, carrier):
    return {
        "id": number,
        "carrier": {"code": carrier, "name": CARRIERS[carrier]},
        "client_id": f"sandbox-{carrier}",
        "country": "NL",
        "is_default_per_carrier": True,
        "state": "active",
        "type": "sendcloud",
    }


CONTRACTS = [
    _contract(517, "postnl"),
    _contract(518, "dpd"),
    _contract(519, "ups"),
    _contract(520, "dhl_express"),
    _contract(521, "sendcloud"),
]


def sender_address(number):
    """Return the stored sender address with this id, or None."""
    return next((a for a in SENDER_ADDRESSES if a["id"] == number), None)


def contract(number):
    """Return the contract with this id, or None."""
    return next((c for c in CONTRACTS if c["id"] == number), None)


def default_contract(carrier):
    """Return the contract a label is bought on when the request names none."""
    return next(c for c in CONTRACTS if c["carrier"]["code"] == carrier)
