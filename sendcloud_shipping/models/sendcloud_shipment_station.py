from psycopg2 import DatabaseError

from odoo import _, api, fields, models
from odoo.tools import format_time

from odoo.addons.o2c_base.lib.errors import BlockedError
from odoo.addons.o2c_base.words import said

from ..lib import formats

LABEL_READY = "sendcloud_label_ready"
CHANNEL = "sendcloud_labels"
NOT_PRINTED = "not_printed"
#: labels that a print station takes at a time
TAKE = 20


class SendcloudShipment(models.Model):
    """Labels that print by themselves: in a browser tab, or on a printer of CUPS."""

    # The file of the model itself would be too long.
    _inherit = "sendcloud.shipment"

    printer = fields.Char(
        readonly=True, copy=False, help="It prints this label without a browser."
    )

    def _apply(self):
        had_label = self.label_id
        res = super()._apply()
        if self.label_id and not had_label:
            self._on_label_ready()
        return res

    def _on_label_ready(self):
        """Have the new label printed, or tell the print stations of it."""
        self.printer = self._choose_printer()
        if self.printer:
            self._enqueue_step("_print")
            return
        # Who listens is decided in ir.websocket: stock users of this company.
        channel = (self.company_id, CHANNEL)
        self.env["bus.bus"]._sendone(channel, LABEL_READY, {"id": self.id})

    # === Print station: a browser tab at the packing table === #

    @api.model
    def station_open(self):
        """Return what a print station offers: whose labels, and the moment it opens."""
        warehouses = self.env["stock.warehouse"].search(
            [("company_id", "in", self.env.companies.ids)]
        )
        scopes = [("mine", _("Deliveries I validate")), ("all", _("All deliveries"))]
        if len(warehouses) > 1:
            scopes += [(f"warehouse-{w.id}", w.name) for w in warehouses]
        now = fields.Datetime.to_string(fields.Datetime.now())
        return {"scopes": scopes, "now": now}

    @api.model
    def station_status(self, scope):
        """Return the progress line, and how many labels of ``scope`` are to print."""
        waiting = self.search_count(self._station_domain(scope))
        return {**self.board_status(), "to_print": waiting}

    @api.model
    def station_take(self, scope, since=None):
        """Return the next labels to print, oldest first; no other station gets them.

        :param str scope: ``mine``, ``all`` or ``warehouse-<id>``
        :param str since: only labels made from this moment (UTC) on
        """
        domain = self._station_domain(scope)
        if since:
            domain.append(("label_id.create_date", ">=", since))
        found = self.search(domain, order="id", limit=TAKE)
        taken = found._claim()
        taken._mark_printed()
        return [shipment._station_line() for shipment in taken]

    def station_reprint(self):
        """Return this label once more, for the station that printed it."""
        self.ensure_one()
        self._mark_printed()
        return self._station_line()

    @api.model
    def _station_domain(self, scope):
        domain = [("board_state", "=", "to_print"), ("printer", "=", False)]
        if scope == "mine":
            return [*domain, ("user_id", "=", self.env.uid)]
        if scope.startswith("warehouse-"):
            warehouse = int(scope.removeprefix("warehouse-"))
            path = "picking_id.picking_type_id.warehouse_id"
            return [*domain, (path, "=", warehouse)]
        return domain

    def _claim(self):
        """Lock those of these rows that nobody else is printing; return them."""
        self.flush_recordset()
        self.env.cr.execute(
            """SELECT id FROM sendcloud_shipment
                WHERE id = ANY(%s) AND printed_at IS NULL
                  FOR NO KEY UPDATE SKIP LOCKED""",
            [self.ids],
        )
        claimed = {row[0] for row in self.env.cr.fetchall()}
        return self.filtered(lambda shipment: shipment.id in claimed)

    def _station_line(self):
        now = fields.Datetime.now()
        zone = self.env.user.tz or "UTC"
        label = self.label_id.sudo()
        return {
            "id": self.id,
            "name": self.display_name,
            "customer": self.partner_id.display_name or "",
            "carrier": self.carrier_id.name,
            "url": f"/sendcloud/labels/{self.id}",
            "file": label.name,
            "is_zpl": label.mimetype == formats.ZPL,
            "at": format_time(self.env, now, tz=zone, time_format="HH:mm"),
        }

    # === Printers of CUPS, where the addon base_report_to_printer is installed === #

    @api.model
    def _printers(self):
        """Return the model of CUPS printers, ``None`` without that addon."""
        if "printing.printer" not in self.env:
            return None
        return self.env["printing.printer"].sudo()

    @api.model
    def _printer_choices(self):
        """Return the printers that may be chosen, as a selection."""
        printers = self._printers()
        found = printers.search([]) if printers is not None else ()
        return [(printer.system_name, printer.name) for printer in found]

    def _choose_printer(self):
        if self._printers() is None:
            return False
        return self.user_id.sudo().sendcloud_printer or self.account_id.label_printer

    def _print(self):
        """Send the label to its printer; a printed one is not printed again."""
        self._lock()
        if self.printed_at or self.state != "label":
            return
        printers = self._printers()
        domain = [("system_name", "=", self.printer)]
        printer = printers.search(domain, limit=1) if printers is not None else None
        if not printer:
            raise self._not_printed(_("There is no printer %s.", self.printer))
        is_zpl = self.label_id.mimetype == formats.ZPL
        try:
            kind = "raw" if is_zpl else "pdf"
            printer.print_document(None, self.label_id.raw, doc_format=kind)
        except DatabaseError:
            raise
        # pycups has errors of its own that are no more than an Exception, and may not
        # be here to be named.
        except Exception as error:
            raise self._not_printed(said(self.env, error)) from error
        self._mark_printed()

    def _not_printed(self, why):
        return BlockedError(
            NOT_PRINTED,
            _("The label is there, but it was not printed. %s", why),
            advice=_("Mend the printer and try again, or print it from the board."),
        )

    def _retry_after_exception(self, reason):
        if reason != NOT_PRINTED:
            return super()._retry_after_exception(reason)
        for shipment in self:
            shipment._enqueue_step("_print")
        return None
