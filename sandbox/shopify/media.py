"""Pictures of products: files that Shopify works on before it shows them."""

from datetime import timedelta

from . import uploads
from .fields import field, mutation, refused, user_error
from .paging import page
from .queries import found
from .search import refused as not_played
from .store import gid

#: where Shopify keeps pictures; the app itself answers for this host in tests
FILES = "https://cdn.shopify.com/s/files/1/0001"
#: of variants and pictures in one call, and of pictures of one product
MOST_PAIRS, MOST_PICTURES = 100, 250
WORKING = ("UPLOADED", "PROCESSING")


def add(store, name, status="READY", alt=None):
    """Make a picture by the name of its file and return its id.

    A name that is taken already gets a number, as Shopify adds letters to it.
    """
    stem, dot, kind = name.rpartition(".")
    number = store.number()
    taken = any(row["_name"] == name for row in store.all("MediaImage"))
    record = store.add(
        "MediaImage",
        number,
        alt=alt,
        mediaContentType="IMAGE",
        mimeType=f"image/{kind}",
        mediaErrors=[],
        _name=f"{stem}_{number}{dot}{kind}" if taken else name,
    )
    _set_status(record, status)
    return record["id"]


def _set_status(record, status):
    url = {"id": None, "url": f"{FILES}/{record['_name']}", "altText": record["alt"]}
    image = url if status == "READY" else None
    record.update(status=status, fileStatus=status, image=image)
    record["preview"] = {"status": status, "image": image and dict(image)}


def receive(store, product, given):
    """Take in a picture that an app put into the storage; return its id."""
    name = given["originalSource"].rpartition("/")[2]
    media_gid = add(store, name, "UPLOADED", given.get("alt"))
    seconds = store.data.get("picture_seconds", 0)
    until = store.world.now() + timedelta(seconds=seconds)
    store.get(media_gid)["_until"] = store.world.timestamp(until)
    product["media"].append(media_gid)
    return media_gid


def problem(store, product, rows):
    """Return why pictures cannot be taken in, else ``None``."""
    if len(product["media"]) + len(rows) > MOST_PICTURES:
        return user_error("The product has too many media", "media")
    for index, row in enumerate(rows):
        if not uploads.taken(store, row["originalSource"]):
            message = "Image is invalid"
            return user_error(message, "media", str(index), "originalSource")
    return None


def work(store):
    """Get on with the pictures that Shopify works on."""
    trouble = store.data.get("picture_trouble")
    for record in store.all("MediaImage"):
        if record["status"] not in WORKING:
            continue
        if record["_until"] > store.now():
            _set_status(record, "PROCESSING")
        elif trouble:
            _set_status(record, "FAILED")
            record["mediaErrors"] = [dict(trouble, details=None)]
        else:
            _set_status(record, "READY")


# === Reading ===


@field("Product", "featuredMedia")
def featured(store, product, arguments):
    """Return the first picture."""
    return product["media"][0] if product["media"] else None


@field("Product", "media")
def of_product(store, product, arguments):
    """Return the pictures in their order."""
    return in_position(store.refs(product["media"]), arguments)


@field("ProductVariant", "media")
def of_variant(store, variant, arguments):
    """Return the pictures in their order."""
    return in_position(store.refs(variant["media"]), arguments)


def in_position(records, arguments):
    """Return a page of records that are kept in one order only."""
    given = dict(arguments)
    if given.pop("sortKey", "POSITION") != "POSITION" or given.pop("query", None):
        raise not_played("The sandbox has variants and media by position only.")
    return page(records, given)


# === Pictures of variants, their order, and their end ===


def variant_problem(store, product, media_gid):
    """Return why a variant cannot have a picture as ``(message, code)``."""
    if media_gid not in product["media"]:
        return "Media does not exist on the product", "MUST_BE_FOR_THIS_PRODUCT"
    if store.get(media_gid)["status"] != "READY":
        return "Non-ready media are not supported", "INVALID_INPUT"
    return None


@mutation("productVariantDetachMedia")
def detach(store, arguments):
    """Take pictures off variants, all or none; the product keeps them."""
    product = found(store, arguments["productId"], "Product")
    pairs = arguments["variantMedia"]
    error = _detach_error(store, product, pairs)
    if error:
        return {**refused("product", error), "productVariants": None}
    for pair in pairs:
        variant = store.get(pair["variantId"])
        left = [one for one in variant["media"] if one not in pair["mediaIds"]]
        store.touch(variant, media=left)
    ids = [pair["variantId"] for pair in pairs]
    return {"product": product["id"], "productVariants": ids, "userErrors": []}


def _detach_error(store, product, pairs):
    if product is None:
        code = "PRODUCT_DOES_NOT_EXIST"
        return user_error("Product does not exist", "productId", code=code)
    if len(pairs) > MOST_PAIRS:
        code = "MAXIMUM_VARIANT_MEDIA_PAIRS_EXCEEDED"
        return user_error("Too many pairs", "variantMedia", code=code)
    for index, pair in enumerate(pairs):
        variant = store.get(pair["variantId"], "ProductVariant")
        if variant is None or not set(pair["mediaIds"]) <= set(variant["media"]):
            message, code = "Media is not attached", "MEDIA_IS_NOT_ATTACHED_TO_VARIANT"
            return user_error(message, "variantMedia", str(index), code=code)
    return None


@mutation("productReorderMedia")
def reorder(store, arguments):
    """Move pictures to other places; the job is done at once."""
    product = found(store, arguments["id"], "Product")
    moves = arguments["moves"]
    known = product["media"] if product else ()
    unknown = [row for row in moves if row["id"] not in known]
    if unknown:
        code = (
            "MEDIA_DOES_NOT_EXIST_ON_PRODUCT" if product else "PRODUCT_DOES_NOT_EXIST"
        )
        errors = [user_error("Media does not exist", "moves", code=code)]
        return {"job": None, "mediaUserErrors": errors, "userErrors": []}
    media = list(product["media"])
    for row in moves:
        media.remove(row["id"])
        media.insert(int(row["newPosition"]), row["id"])
    store.touch(product, media=media)
    job = {"__typename": "Job", "id": gid("Job", store.number()), "done": True}
    return {"job": job, "mediaUserErrors": [], "userErrors": []}


@mutation("fileUpdate")
def update_files(store, arguments):
    """Take pictures off products, all or none; the files themselves stay."""
    rows = arguments["files"]
    for index, row in enumerate(rows):
        error = _file_problem(store, row)
        if error:
            problem = user_error(error[0], "files", str(index), code=error[1])
            return refused("files", problem)
    for row in rows:
        for product_gid in row["referencesToRemove"]:
            _remove(store, store.get(product_gid), row["id"])
    return {"files": [row["id"] for row in rows], "userErrors": []}


def _file_problem(store, row):
    if set(row) != {"id", "referencesToRemove"}:
        return "The sandbox takes files off products only", "INVALID"
    record = store.get(row["id"], "MediaImage")
    if record is None:
        return "File does not exist", "FILE_DOES_NOT_EXIST"
    if record["status"] != "READY":
        return "Non-ready files cannot be updated", "NON_READY_STATE"
    products = [store.get(one, "Product") for one in row["referencesToRemove"]]
    if any(p is None or row["id"] not in p["media"] for p in products):
        return "Reference target does not exist", "REFERENCE_TARGET_DOES_NOT_EXIST"
    return None


def _remove(store, product, media_gid):
    media = [one for one in product["media"] if one != media_gid]
    store.touch(product, media=media)
    for variant in store.refs(product["variants"]):
        left = [one for one in variant["media"] if one != media_gid]
        if left != variant["media"]:
            store.touch(variant, media=left)
