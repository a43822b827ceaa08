"""The shop with its three services in process, a visitor, and a merchant."""

import copy
import json

from werkzeug.test import Client

from sandbox.clock import ManualClock
from sandbox.server import make_apps
from sandbox.shop import forms
from sandbox.shopify.testing import Caller
from sandbox.world import World

from .sendcloud_api import KEYS, ORDER

SUBSCRIBE = """mutation ($topic: WebhookSubscriptionTopic!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: {
    uri: "https://odoo.example/shopify/webhook"}) { userErrors { message } } }"""
FULFIL = """mutation ($order: ID!, $tracking: FulfillmentTrackingInput!) {
  fulfillmentCreate(fulfillment: {trackingInfo: $tracking,
    lineItemsByFulfillmentOrder: [{fulfillmentOrderId: $order}]}) {
    userErrors { message } } }"""


class Site:
    """One world and somebody who clicks."""

    def __init__(self, path=None):
        self.world = World(clock=ManualClock(), path=path)
        apps = make_apps(self.world)
        self.shop = apps["shop"]
        self.shopify = apps["shopify"]
        self.mollie = apps["mollie"]
        self.sendcloud = apps["sendcloud"]
        self.visitor = Client(self.shop)

    def get(self, path, status=200):
        """Return the text of a page."""
        response = self.visitor.get(path)
        assert response.status_code == status
        return response.get_data(as_text=True)

    def post(self, path, status=303, **form):
        """Send a form; return where it leads, or the page it shows again."""
        response = self.visitor.post(path, data=form)
        assert response.status_code == status
        return response.location or response.get_data(as_text=True)

    def call(self, action, status=200, **data):
        """Call the JSON interface of the control page."""
        response = self.visitor.post(f"/control/api/{action}", json=data)
        assert response.status_code == status
        return response.json

    def summary(self):
        """Return the summary of the control page."""
        return self.visitor.get("/control/api/summary").json

    def order(self, *skus, person="Utrecht", **form):
        """Put products in the cart and send the checkout; return the payment page."""
        for sku in skus:
            self.post("/cart/add", sku=sku)
        return self.post("/checkout", **{**forms.start(person), **form})

    def subscribe(self, *topics):
        """Let Shopify send these webhooks."""
        for topic in topics:
            Caller(self.shopify).ask(SUBSCRIBE, topic=topic)

    def topics(self):
        """Return the topics of Shopify's webhooks that wait."""
        waiting = self.world.outbox.waiting
        headers = [message["headers"] for message in waiting]
        return [h["X-Shopify-Topic"] for h in headers if "X-Shopify-Topic" in h]

    def events(self):
        """Return Mollie's and Sendcloud's webhooks that wait."""
        return [
            (message["service"], json.loads(message["body"]))
            for message in self.world.outbox.waiting
            if message["service"] != "shopify"
        ]

    def send(self, order):
        """Do what Odoo does: buy a label, tell Shopify; return the parcel's number."""
        body = copy.deepcopy(ORDER)
        body.update(order_number=order["name"], external_reference_id=order["name"])
        path = "/api/v3/shipments/announce"
        answer = Client(self.sendcloud).post(path, json=body, auth=KEYS)
        number = answer.json["data"]["parcels"][0]["tracking_number"]
        Caller(self.shopify).ask(
            FULFIL,
            order=order["fulfillmentOrders"][0],
            tracking={"company": "PostNL", "number": number},
        )
        return number
