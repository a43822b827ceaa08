"""Telephone numbers as carriers want them."""

import phonenumbers


def e164(number, country_code):
    """Return ``number`` as ``+31612345678``, or "" when it is no valid number.

    :param country_code: where a number without a country prefix is dialled
    """
    try:
        parsed = phonenumbers.parse(number or "", country_code or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(parsed):
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
