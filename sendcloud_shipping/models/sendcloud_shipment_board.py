from datetime import datetime, time
from math import ceil

import pytz

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ..lib.pace import WRITES_PER_MINUTE

BOARD = [
    ("to_print", "To Print"),
    ("waiting", "Waiting"),
    ("problem", "Problem"),
    ("printed", "Printed"),
]
#: a message names so many deliveries at most
MOST_NAMED = 10


class SendcloudShipment(models.Model):
    """The packing table: which labels are to be printed, scanned and repeated."""

    # The file of the model itself would be too long.
    _inherit = "sendcloud.shipment"

    printed_at = fields.Datetime("Printed On", readonly=True, copy=False)
    print_run = fields.Char(
        "Printed In", readonly=True, copy=False, index="btree_not_null"
    )
    print_position = fields.Integer("Position", readonly=True, copy=False)
    board_state = fields.Selection(
        BOARD,
        "On the Board",
        compute="_compute_board_state",
        store=True,
        index=True,
        group_expand="_expand_board",
    )

    @api.depends("state", "printed_at", "parcel_ids.status")
    def _compute_board_state(self):
        columns = {"waiting": "waiting", "attention": "problem", "label": "to_print"}
        for shipment in self:
            column = columns.get(shipment.state, False)
            # What the carrier has was printed, wherever that was.
            gone = shipment.printed_at or not shipment._is_uncollected()
            done = column == "to_print" and gone
            shipment.board_state = "printed" if done else column

    @api.model
    def _expand_board(self, _states, _domain, *_order):
        return [code for code, _words in BOARD]

    @api.model
    def board_status(self):
        """Return what stands above the labels: progress and outages."""
        groups = self._read_group(
            [("board_state", "!=", False)], ["board_state"], ["__count"]
        )
        counts = dict(groups)
        waiting = counts.get("waiting", 0)
        parts = [
            _("%s to print", counts.get("to_print", 0)),
            _("%s printed today", self._printed_today()),
            _("%s in queue", waiting),
        ]
        if waiting:
            parts.append(_("about %s min", ceil(waiting / WRITES_PER_MINUTE)))
        if counts.get("problem"):
            parts.append(_("%s need you", counts["problem"]))
        companies = [("company_id", "in", self.env.companies.ids)]
        accounts = self.env["sendcloud.account"].sudo().search(companies)
        waits = accounts.filtered(lambda account: account._is_waiting())
        return {"progress": ", ".join(parts), "outages": waits.mapped("outage")}

    @api.model
    def _printed_today(self):
        """Return how many labels were printed since midnight where the user is."""
        zone = pytz.timezone(self.env.user.tz or "UTC")
        now = pytz.utc.localize(fields.Datetime.now()).astimezone(zone)
        midnight = zone.localize(datetime.combine(now.date(), time.min))
        since = midnight.astimezone(pytz.utc).replace(tzinfo=None)
        return self.search_count([("printed_at", ">=", since)])

    # === Scanning === #

    @api.model
    def scan_label(self, code):
        """Return what opens the label of a scanned delivery, package or parcel.

        What nobody knows is said beside the field: a dialogue would have to be
        clicked away before the next scan.
        """
        shipment = self.search(self._scan_domain(code), order="id desc", limit=1)
        if not shipment:
            message = _("No delivery or package %s with a label.", code)
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {"message": message, "type": "danger", "sticky": False},
            }
        if shipment.label_id and shipment.state == "label":
            return shipment.action_open_label()
        return shipment.get_formview_action()

    @api.model
    def _scan_domain(self, code):
        return [
            ("state", "!=", "cancelled"),
            "|",
            "|",
            ("picking_id.name", "=", code),
            ("picking_id.move_line_ids.result_package_id.name", "=", code),
            ("parcel_ids.tracking_number", "=", code),
        ]

    def action_mend(self):
        """Open the delivery's address, where most refusals come from."""
        return self.picking_id.action_sendcloud_mend_address()

    # === Printing === #

    def action_open_label(self):
        """Open the label, which is to print it."""
        self.ensure_one()
        if not self.label_id:
            raise UserError(_("There is no label yet."))
        self._mark_printed()
        return super().action_open_label()

    def action_print(self):
        """Open the chosen labels as one document, in their order.

        The last page says which have none, and why.
        """
        if not self.label_id:
            raise UserError(_("None of these has a label yet."))
        self._mark_printed()
        return self._open_labels()

    def action_print_from_here(self):
        """Print again this label and those that followed it in the same run."""
        self.ensure_one()
        if not self.print_run:
            return self.action_print()
        domain = [
            ("print_run", "=", self.print_run),
            ("print_position", ">=", self.print_position),
        ]
        return self.search(domain, order="print_position")._open_labels()

    def _open_labels(self):
        ids = "-".join(map(str, self.ids))
        return {
            "type": "ir.actions.act_url",
            "url": f"/sendcloud/labels/{ids}",
            "target": "new",
        }

    def _mark_printed(self):
        self.check_access_rights("read")
        self.check_access_rule("read")
        now = fields.Datetime.now()
        run = (
            f"{format_datetime(self.env, now, dt_format='short')} {self.env.user.name}"
        )
        ready = self.sudo().filtered(lambda s: s.label_id and s.state == "label")
        for position, shipment in enumerate(ready, 1):
            shipment.write(
                {"printed_at": now, "print_run": run, "print_position": position}
            )


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def action_sendcloud_print_labels(self):
        """Open the labels of these deliveries as one document, in their order.

        Packed from a list or a batch, parcels then meet their labels in pick order.

        :raise UserError: none of them has a label; says of each why
        """
        shipments = self.sendcloud_shipment_id
        without = self.filtered(lambda picking: not picking.sendcloud_shipment_id)
        if not shipments.label_id:
            words = [
                _("None of these has a label yet."),
                *self._sendcloud_why_no_labels(),
            ]
            raise UserError("\n".join(words))
        opening = shipments.action_print()
        return without._sendcloud_tell_no_labels(opening) if without else opening

    def _sendcloud_tell_no_labels(self, opening):
        """Return an action that names these deliveries, then does ``opening``."""
        shown = {
            "title": _("%s without a label", len(self)),
            "message": "; ".join(self._sendcloud_why_no_labels()),
            "type": "warning",
            "sticky": True,
            "next": opening,
        }
        act = "ir.actions.client"
        return {"type": act, "tag": "display_notification", "params": shown}

    def _sendcloud_why_no_labels(self):
        """Return a sentence for each delivery, or for the first of very many."""
        words = [picking._sendcloud_why_no_label() for picking in self[:MOST_NAMED]]
        more = len(self) - MOST_NAMED
        return [*words, _("and %s more", more)] if more > 0 else words

    def _sendcloud_why_no_label(self):
        if self.sendcloud_shipment_id:
            return self.sendcloud_shipment_id._why_no_label()
        if self.carrier_id.delivery_type != "sendcloud":
            why = _("is not sent with Sendcloud")
        elif self.state == "done":
            why = _("was validated without a label")
        else:
            why = _("gets its label when it is validated")
        return f"{self.name}: {why}"
