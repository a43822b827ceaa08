"""Pictures of a shop: fetched from Shopify's own file servers and nowhere else."""

from functools import partial
from urllib.parse import urlencode, urlsplit

from odoo.addons.o2c_base.lib.errors import RejectedError, RetryableError, Sentence
from odoo.addons.o2c_base.lib.http_client import JsonClient

_ = partial(Sentence, __name__)

SERVICE = "Shopify"
#: the address comes from outside, so no other host is asked, and no redirect followed
HOSTS = ("cdn.shopify.com",)
#: Odoo keeps no larger ones; Shopify scales down on request
#: (https://shopify.dev/docs/api/liquid/filters/image_url)
PIXELS = 1920
#: bytes of one picture, Shopify's own limit for what a merchant uploads
LARGEST = 20_000_000
KINDS = ("image/png", "image/jpeg", "image/gif", "image/webp")
CHUNK = 65536


def fetch_picture(url, **options):
    """Return the bytes of a picture, at most 1920 pixels wide.

    :param options: for :class:`JsonClient`
    :raise RejectedError: another host than Shopify's, no picture, or too large
    """
    parts = urlsplit(url)
    if parts.scheme != "https" or parts.netloc not in HOSTS:
        raise _refused(_("The picture does not lie at Shopify."))
    query = "&".join(filter(None, (parts.query, urlencode({"width": PIXELS}))))
    headers = {"Accept": ", ".join(KINDS)}
    client = JsonClient(SERVICE, f"https://{parts.netloc}", headers=headers, **options)
    response = client.send("GET", f"{parts.path}?{query}", stream=True)
    try:
        return _read(response)
    except OSError as error:
        raise RetryableError(_("The picture broke off."), service=SERVICE) from error
    finally:
        response.close()


def _read(response):
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in KINDS:
        raise _refused(_("The file at Shopify is no picture that Odoo can show."))
    content = bytearray()
    for chunk in response.iter_content(CHUNK):
        content += chunk
        if len(content) > LARGEST:
            raise _refused(_("The picture is larger than 20 MB."))
    return bytes(content)


def _refused(message):
    return RejectedError(message, service=SERVICE)
