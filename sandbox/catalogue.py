"""What "Trade Wins" sells: read by the shop pages, the Shopify app and the demo.

Prices are euros with Dutch VAT inside; ``vat`` is the Dutch rate in percent. Weights
are grams, ``hs_code`` and ``origin`` are what customs asks for, ``picture`` is the
name of a file of the shop pages.
"""

PRODUCTS = [
    {
        "sku": "TW-SHEARS-01",
        "title": "Bypass secateurs",
        "description": (
            "Forged steel secateurs that cut stems up to 22 mm clean through. "
            "The spring and the blade can be replaced, so they last."
        ),
        "type": "Tools",
        "price": "34.95",
        "vat": "21",
        "weight": 260,
        "hs_code": "82015000",
        "origin": "DE",
        "barcode": "8719900073015",
        "stock": 120,
        "picture": "TW-SHEARS-01.png",
    },
    {
        "sku": "TW-TROWEL-01",
        "title": "Hand trowel",
        "description": (
            "A stainless trowel with a depth scale in centimetres on the blade."
            " The ash handle is oiled and sits well in a small or a large hand."
        ),
        "type": "Tools",
        "price": "17.50",
        "vat": "21",
        "weight": 310,
        "hs_code": "82011000",
        "origin": "GB",
        "barcode": "8719900146023",
        "stock": 150,
        "picture": "TW-TROWEL-01.png",
    },
    {
        "sku": "TW-FORK-01",
        "title": "Hand fork",
        "description": (
            "Three strong tines loosen the soil without cutting roots. It "
            "matches the hand trowel and hangs on the same leather loop."
        ),
        "type": "Tools",
        "price": "17.95",
        "vat": "21",
        "weight": 330,
        "hs_code": "82019000",
        "origin": "GB",
        "barcode": "8719900219031",
        "stock": 140,
        "picture": "TW-FORK-01.png",
    },
    {
        "sku": "TW-CAN-01",
        "title": "Watering can 9 l",
        "description": (
            "A galvanised steel can with a brass rose that rains softly on "
            "seedlings. It balances when full and does not drip when empty."
        ),
        "type": "Watering",
        "price": "39.95",
        "vat": "21",
        "weight": 1450,
        "hs_code": "73269098",
        "origin": "PL",
        "barcode": "8719900292041",
        "stock": 60,
        "picture": "TW-CAN-01.png",
    },
    {
        "sku": "TW-HOSE-01",
        "title": "Garden hose 25 m",
        "description": (
            "A reinforced hose that does not kink and stays supple in the cold."
            " Brass couplings on both ends are included."
        ),
        "type": "Watering",
        "price": "49.95",
        "vat": "21",
        "weight": 3800,
        "hs_code": "39173900",
        "origin": "IT",
        "barcode": "8719900365059",
        "stock": 45,
        "picture": "TW-HOSE-01.png",
    },
    {
        "sku": "TW-GLOVES-01",
        "title": "Leather gloves",
        "description": (
            "Soft goatskin gloves with a long cuff that keeps thorns out. They "
            "can be washed by hand and dry soft again."
        ),
        "type": "Clothing",
        "price": "19.95",
        "vat": "21",
        "weight": 140,
        "hs_code": "42032910",
        "origin": "IN",
        "barcode": "8719900438067",
        "stock": 200,
        "picture": "TW-GLOVES-01.png",
    },
    {
        "sku": "TW-KNEELER-01",
        "title": "Kneeling pad",
        "description": (
            "A thick pad that keeps knees dry and warm on wet ground. It has a "
            "handle and rinses clean under the tap."
        ),
        "type": "Clothing",
        "price": "14.50",
        "vat": "21",
        "weight": 420,
        "hs_code": "39269097",
        "origin": "NL",
        "barcode": "8719900511074",
        "stock": 90,
        "picture": "TW-KNEELER-01.png",
    },
    {
        "sku": "TW-TWINE-01",
        "title": "Jute twine 200 m",
        "description": (
            "Natural green twine for tomatoes, beans and roses. It rots on the "
            "compost heap when the season is over."
        ),
        "type": "Supplies",
        "price": "6.95",
        "vat": "21",
        "weight": 350,
        "hs_code": "56079020",
        "origin": "BD",
        "barcode": "8719900584085",
        "stock": 300,
        "picture": "TW-TWINE-01.png",
    },
    {
        "sku": "TW-LABELS-01",
        "title": "Slate plant labels, 20 pieces",
        "description": (
            "Twenty slate labels with a chalk pencil that survives the rain. "
            "Wipe them with vinegar and they are new again."
        ),
        "type": "Supplies",
        "price": "12.95",
        "vat": "21",
        "weight": 500,
        "hs_code": "68030090",
        "origin": "ES",
        "barcode": "8719900657093",
        "stock": 110,
        "picture": "TW-LABELS-01.png",
    },
    {
        "sku": "TW-POT-01",
        "title": "Terracotta pots, set of 3",
        "description": (
            "Three hand-thrown pots of 12, 16 and 20 cm with saucers. The clay "
            "stands frost down to minus ten degrees."
        ),
        "type": "Pots",
        "price": "24.95",
        "vat": "21",
        "weight": 3200,
        "hs_code": "69149000",
        "origin": "IT",
        "barcode": "8719900730109",
        "stock": 40,
        "picture": "TW-POT-01.png",
    },
    {
        "sku": "TW-FEEDER-01",
        "title": "Oak bird feeder",
        "description": (
            "An oak feeder with a slate roof that lifts off for filling. Its "
            "perch fits tits and robins and is too narrow for magpies."
        ),
        "type": "Birds",
        "price": "29.95",
        "vat": "21",
        "weight": 1100,
        "hs_code": "44219999",
        "origin": "NL",
        "barcode": "8719900803117",
        "stock": 55,
        "picture": "TW-FEEDER-01.png",
    },
    {
        "sku": "TW-BOOK-01",
        "title": "The Small Garden Year",
        "description": (
            "What to sow, prune and leave alone in a small garden, week by "
            "week. With 120 drawings and room for your own notes."
        ),
        "type": "Books",
        "price": "22.50",
        "vat": "9",
        "weight": 540,
        "hs_code": "49019900",
        "origin": "NL",
        "barcode": "9789098765435",
        "stock": 80,
        "picture": "TW-BOOK-01.png",
    },
]

BY_SKU = {product["sku"]: product for product in PRODUCTS}
