import hashlib

from odoo import _, fields, models

from odoo.addons.o2c_base.lib.errors import RetryableError

from ..lib.gallery import WORKING, file_name
from .shopify_product_picture import picture_files, picture_marks

#: reason of the exception about a picture that Shopify cannot use
REFUSED = "picture_refused"


class ShopifyProduct(models.Model):
    """Pictures of Odoo at Shopify: that of the product and those of its variants.

    Each is known by its checksum, of which a part is in its file's name at Shopify:
    so it is found there even when the answer to its sending was lost.
    """

    _inherit = "shopify.product"

    sent_pictures = fields.Json(
        readonly=True, copy=False, help="Those of ours at Shopify, by their checksum."
    )
    main_sent = fields.Char(readonly=True, copy=False)
    pictures_sent = fields.Char(
        readonly=True, copy=False, help="A mark of all pictures that were settled."
    )
    pictures_state = fields.Selection(
        [
            ("working", "Shopify Works on Them"),
            ("shown", "Shown"),
            ("refused", "Refused by Shopify"),
        ],
        "Pictures from Odoo",
        readonly=True,
        copy=False,
    )
    picture_trouble = fields.Char(readonly=True, copy=False)

    # === When === #

    def _send_differing(self, client, product):
        res = super()._send_differing(client, product)
        self._enqueue_differing_pictures()
        return res

    def _enqueue_differing_pictures(self):
        """Have those products' pictures settled that are others than last time."""
        wanted = self.filtered(lambda row: row.gid and row._sends_pictures())
        marks = wanted._picture_marks()
        differing = wanted.filtered(
            lambda row: _digest(*marks[row]) != (row.pictures_sent or "")
        )
        differing._enqueue_send_pictures()

    def _sends_pictures(self):
        shop = self.shop_id
        return shop.send_products and shop.owner_picture == "odoo" and self.template_id

    def _enqueue_send_pictures(self, again=False):
        for row in self:
            row.with_delay(
                identity_key=f"shopify-send-pictures-{row.id}-{again}",
                description=_("Send pictures: %s", row.name),
            )._attempt("_send_pictures", again)

    def _picture_marks(self):
        """Return ``{row: (the product's checksum or "", {variant's gid: checksum})}``.

        A picture that was taken from Shopify is left out: it is there.
        """
        mains = picture_marks(self.template_id, "image_1920")
        owns = picture_marks(self.variant_ids.product_id, "image_variant_1920")
        return {row: row._marks_among(mains, owns) for row in self}

    def _marks_among(self, mains, owns):
        main = mains.get(self.template_id.id, "")
        linked = [v for v in self.variant_ids if v.product_id and not v.gone]
        own = {v: owns.get(v.product_id.id, "") for v in linked}
        return (
            "" if main == self.picture_mark else main,
            {v.gid: m for v, m in own.items() if m not in ("", v.picture_mark)},
        )

    # === The work === #

    def _send_pictures(self, again=False):
        """Let Shopify show the pictures of Odoo; ours that are old go, others stay.

        Shopify is asked what is there before anything is sent. It works on a picture
        for a while: what follows then is a later job's.

        :param again: those that Shopify refused are sent once more
        """
        if not (self.gid and self._sends_pictures()):
            return
        self._claim()
        client = self.shop_id._client()
        gallery = client.pictures(self.gid)
        if gallery is None:
            self._mark_deleted()
            return
        main, own = self._picture_marks()[self]
        known = gallery.known({main, *own.values()} - {""}, self.sent_pictures or {})
        shown = main if self._shows_main(main, gallery, known) else ""
        wanted = list(dict.fromkeys(filter(None, (shown, *own.values()))))
        missing = [
            mark
            for mark in wanted
            if mark not in known or (again and gallery.status(known[mark]) == "FAILED")
        ]
        if missing:
            self._add_pictures(client, gallery, missing, known)
        else:
            self._arrange_pictures(client, gallery, (shown, own), known, wanted)
            self.pictures_sent = _digest(main, own)

    def _shows_main(self, main, gallery, known):
        """Tell whether the product's own picture is shown at Shopify.

        Who arranged pictures in the shop shall not find another among them, unless
        Odoo's came from there and is another now.
        """
        if not main or main in known:
            return bool(main)
        ours = set(known.values())
        others = [
            picture
            for picture in gallery.pictures
            if picture.gid not in ours and picture.status != "FAILED"
        ]
        return not others or self.main_sent in known or bool(self.picture_mark)

    def _add_pictures(self, client, gallery, missing, known):
        if gallery.is_unclear(known):
            raise self._still_working()
        ids = gallery.ids()
        for mark in missing:
            holder, content, kind = self._picture_of(mark)
            picture = (file_name(self.handle, mark, kind), kind, content)
            known[mark] = client.add_picture(self.gid, picture, holder, ids)
            ids.append(known[mark])
        self.write({"sent_pictures": known, "pictures_state": "working"})
        self._enqueue_send_pictures()

    def _picture_of(self, mark):
        """Return ``(words for those who cannot see it, bytes, MIME type)``."""
        variants = self.variant_ids.product_id
        for holders, field in (
            (self.template_id, "image_1920"),
            (variants, "image_variant_1920"),
        ):
            for attachment in picture_files(holders, field):
                if attachment.checksum == mark:
                    holder = holders.browse(attachment.res_id)
                    return holder.display_name, attachment.raw, attachment.mimetype
        raise RetryableError(_("The picture was changed meanwhile."))

    def _still_working(self):
        message = _("Shopify still works on a picture.")
        return RetryableError(message, service="Shopify")

    # === What is shown where === #

    def _arrange_pictures(self, client, gallery, marks, known, wanted):
        """Let variants and the product show their pictures, and old ones of ours go.

        :param marks: ``(checksum of the product's, {variant's gid: checksum})``
        :param known: ``{checksum: gid}`` of ours
        :param wanted: checksums that stay
        """
        main, own = marks
        states = {mark: gallery.status(known[mark]) for mark in wanted}
        if set(states.values()) & set(WORKING):
            raise self._still_working()
        ready = {mark: known[mark] for mark in wanted if states[mark] == "READY"}
        self._arrange_variants(client, gallery, own, known, (main, ready))
        if main in ready and main != self.main_sent:
            place = gallery.place_for(ready[main], known.get(self.main_sent))
            if place is not None:
                client.move_picture(self.gid, ready[main], place)
        refused = [mark for mark in wanted if mark not in ready]
        if main in refused:
            wanted = [*wanted, self.main_sent]
        old = {gid for mark, gid in known.items() if mark not in wanted}
        client.drop_pictures(
            self.gid, [gid for gid in old if gallery.status(gid) == "READY"]
        )
        self._keep_arranged(gallery, known, wanted, refused, main)

    def _arrange_variants(self, client, gallery, own, known, shown):
        main, ready = shown
        there = gallery.variants
        attach = {
            variant: ready[mark]
            for variant, mark in own.items()
            if mark in ready and there.get(variant, ready[mark]) != ready[mark]
        }
        client.attach_pictures(self.gid, attach)
        # The product's own is each variant's that has no other.
        ours = {gid for mark, gid in known.items() if mark != main}
        detach = {v: gid for v, gid in there.items() if gid in ours and v not in own}
        client.detach_pictures(self.gid, detach)

    def _keep_arranged(self, gallery, known, wanted, refused, main):
        sent = {mark: known[mark] for mark in wanted if mark in known}
        values = {"sent_pictures": sent, "picture_trouble": False}
        values["pictures_state"] = "shown" if sent else False
        if main not in refused:
            values["main_sent"] = main or False
        if refused:
            troubles = {p.gid: p.trouble for p in gallery.pictures}
            values["picture_trouble"] = troubles[known[refused[0]]]
            values["pictures_state"] = "refused"
        self.write(values)

    # === A picture that Shopify cannot use === #

    def _succeeded(self, connection, method):
        res = super()._succeeded(connection, method)
        # The work is done; a refused picture is for a person until another comes.
        if self.pictures_state == "refused":
            self._tell_refused()
        return res

    def _tell_refused(self):
        advice = _("Choose another picture in Odoo, or try again.")
        why = self.picture_trouble or _("no reason given")
        message = _(
            "Shopify cannot use a picture of %(name)s: %(why)s",
            name=self.name,
            why=why,
        )
        self.env["o2c.exception"]._open(self, REFUSED, message, advice)

    def _retry_after_exception(self, reason):
        if reason == REFUSED:
            self._enqueue_send_pictures(again=True)
            return None
        return super()._retry_after_exception(reason)

    # === What would be sent === #

    def _preview_lines(self, product):
        yield from super()._preview_lines(product)
        if self.shop_id.owner_picture != "odoo":
            return
        main, own = self._picture_marks()[self]
        sent = self.sent_pictures or {}
        fresh = not product.has_media or self.main_sent or self.picture_mark
        if main and main not in sent and fresh:
            yield {"what": _("Picture"), "ours": _("That of Odoo")}
        for variant in product.variants:
            if own.get(variant.gid, "") not in ("", *sent):
                ours = {"what": _("Picture"), "ours": _("That of Odoo")}
                yield {"variant": variant.title, **ours}


class ShopifyShop(models.Model):
    """What a shop needs for pictures of Odoo."""

    _inherit = "shopify.shop"

    def _needed_scopes(self):
        scopes = super()._needed_scopes()
        if self.send_products and self.owner_picture == "odoo":
            # Without it an old picture could not be taken off.
            return scopes | {"write_files"}
        return scopes

    def _send_products(self):
        res = super()._send_products()
        domain = [("shop_id", "=", self.id), ("status", "!=", "DELETED")]
        self.env["shopify.product"].search(domain)._enqueue_differing_pictures()
        return res


def _digest(main, own):
    """Return a mark of all pictures together, empty for none."""
    if not (main or own):
        return ""
    return hashlib.sha256(repr((main, sorted(own.items()))).encode()).hexdigest()
