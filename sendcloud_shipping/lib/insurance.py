"""Insurance above what the carrier does: from 2 to 5,000 euros a shipment.

API: ``additional_insured_price`` of a parcel, https://sendcloud.dev/api/v3/shipments
"""

from dataclasses import replace
from decimal import ROUND_DOWN, Decimal

LEAST, MOST = Decimal(2), Decimal(5000)
_CENT = Decimal("0.01")


def insured(parcels, euros):
    """Return the parcels insured for ``euros`` together, each by what is in it.

    Nothing is insured below :data:`LEAST`, nothing above :data:`MOST`.
    """
    total = min(euros, MOST)
    if total < LEAST:
        return tuple(parcels)
    values = [parcel.value for parcel in parcels]
    whole = sum(values) or Decimal(len(values))
    values = values if any(values) else [Decimal(1)] * len(values)
    shares = [(total * v / whole).quantize(_CENT, ROUND_DOWN) for v in values]
    # The cents that rounding left over belong to the most valuable parcel.
    shares[values.index(max(values))] += total - sum(shares)
    return tuple(
        replace(parcel, insured=share)
        for parcel, share in zip(parcels, shares, strict=True)
    )
