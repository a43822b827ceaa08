import io
import json
from zipfile import ZipFile

from lxml import etree

from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.o2c_base.tests.common import O2CMixin

from .common import DashboardCase

COLUMNS = ("name", "waits_for", "amount_total", "ordered_at")


@tagged("post_install", "-at_install")
class TestExport(O2CMixin, HttpCase):
    """The list and the pivot as XLSX, as a user of the suite downloads them."""

    order = DashboardCase.order
    row = DashboardCase.row

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.customer = cls.env["res.partner"].create({"name": "Garden Centre"})
        cls.product = cls.env["product.product"].create(
            {"name": "Spade", "detailed_type": "product", "list_price": 12.5}
        )
        cls.user = new_test_user(
            cls.env,
            "exporter",
            password="exporter",
            groups="o2c_base.group_user,base.group_allow_export",
        )

    def download(self, path, data):
        """Return the texts and the numbers of the workbook that a route answers."""
        self.authenticate("exporter", "exporter")
        answer = self.url_open(
            path,
            data={"data": json.dumps(data), "csrf_token": Request.csrf_token(self)},
        )
        answer.raise_for_status()
        with ZipFile(io.BytesIO(answer.content)) as book:
            texts = etree.fromstring(book.read("xl/sharedStrings.xml"))
            cells = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
        numbers = cells.xpath("//*[local-name()='c'][not(@t)]/*[local-name()='v']")
        return (
            texts.xpath("//*[local-name()='t']/text()"),
            [float(number.text) for number in numbers],
        )

    def exported(self, domain, groupby=()):
        fields = self.env["o2c.order.flow"].fields_get(COLUMNS)
        return self.download(
            "/web/export/xlsx",
            {
                "model": "o2c.order.flow",
                "domain": domain,
                "fields": [
                    {
                        "name": name,
                        "label": fields[name]["string"],
                        "type": fields[name]["type"],
                    }
                    for name in COLUMNS
                ],
                "groupby": list(groupby),
                "ids": False,
                "import_compat": False,
                "context": {"lang": "en_US"},
            },
        )

    def test_list_is_exported_as_it_is_seen(self):
        orders = self.order() | self.order(2)
        self.row(orders[0])
        texts, numbers = self.exported([("id", "in", orders.ids)])
        self.assertLessEqual({"Order", "Waits For", "Stock"}, set(texts))
        self.assertLessEqual(set(orders.mapped("name")), set(texts))
        self.assertLessEqual(set(orders.mapped("amount_total")), set(numbers))

    def test_grouped_list_has_its_groups(self):
        orders = self.order() | self.order(2)
        self.row(orders[0])
        texts, _numbers = self.exported([("id", "in", orders.ids)], ["waits_for"])
        self.assertTrue([text for text in texts if text.lower() == "stock (2)"])

    def test_orders_of_another_company_are_not_in_it(self):
        order = self.order()
        self.row(order)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.user.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        texts, _numbers = self.exported([("id", "=", order.id)])
        self.assertNotIn(order.name, texts)

    def test_durations_can_be_measured_and_grouped(self):
        flow = self.env["o2c.order.flow"]
        measures = flow.fields_get(
            [name for name in flow._fields if name.endswith(("_hours", "_days"))],
            ["type", "store"],
        )
        self.assertGreaterEqual(len(measures), 8)
        self.order()
        self.env.flush_all()
        for name, field in measures.items():
            self.assertTrue(field["store"] and field["type"] == "float", name)
            groups = flow.with_user(self.user)._read_group(
                [], ["ordered_at:week", "channel"], [f"{name}:avg"]
            )
            self.assertTrue(groups, name)

    def test_pivot_is_downloaded(self):
        header = {"title": "Total", "width": 1, "height": 1, "is_bold": False}
        texts, numbers = self.download(
            "/web/pivot/export_xlsx",
            {
                "title": "Orders",
                "model": "o2c.order.flow",
                "measure_count": 1,
                "origin_count": 1,
                "col_group_headers": [[header]],
                "measure_headers": [{**header, "title": "Order to Cash (Days)"}],
                "origin_headers": [],
                "rows": [{"title": "Total", "indent": 0, "values": [{"value": 3.25}]}],
            },
        )
        self.assertIn("Order to Cash (Days)", texts)
        self.assertIn(3.25, numbers)
