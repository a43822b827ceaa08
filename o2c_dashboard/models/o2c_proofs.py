from dataclasses import dataclass
from datetime import timedelta

from odoo import _, api, fields, models

#: a proof older than this proves nothing any more
FRESH = timedelta(hours=36)


@dataclass(frozen=True)
class Proof:
    """A service whose figures are laid beside the books.

    :param subjects: model of what is proved: a shop, an account, a balance
    :param connected: domain of the subjects that can be proved now
    :param proofs: model of the proofs
    :param subject: field of a proof that names its subject
    :param wrong: domain of the proofs that are red
    :param exceptions: model and reason of the exceptions of a red proof
    :param days: whether there is a proof a day; else the subject says when it was
    """

    subjects: str
    connected: tuple
    proofs: str
    subject: str
    wrong: tuple
    exceptions: tuple
    days: bool = True


PROOFS = {
    "shopify": Proof(
        "shopify.shop",
        (("state", "=", "connected"),),
        "shopify.day",
        "shop_id",
        (("state", "=", "differs"),),
        ("shopify.day", "day_differs"),
    ),
    "sendcloud": Proof(
        "sendcloud.account",
        (("state", "=", "connected"),),
        "sendcloud.orphan",
        "account_id",
        (("state", "=", "open"),),
        ("sendcloud.account", "orphan_labels"),
        days=False,
    ),
    # A month is wrong when one of its days is: that day is the one to look at.
    "mollie": Proof(
        "mollie.balance",
        (("account_id.state", "=", "connected"),),
        "mollie.proof",
        "balance_id",
        (("state", "=", "differs"), ("period", "=", "day")),
        ("mollie.proof", "proof_differs"),
    ),
}


class O2CProofs(models.AbstractModel):
    """Does each service have what the books have? As the services' own proofs say."""

    _name = "o2c.proofs"
    _description = "Proofs of the Services"

    @api.model
    def _lights(self, companies):
        """Return the light of each proof that the user may see, of some companies."""
        return [
            self._light(key, proof, companies)
            for key, proof in PROOFS.items()
            if self.env["o2c.board"]._may_read(proof.subjects, proof.proofs)
        ]

    def _light(self, key, proof, companies):
        """Return a light: red for what is wrong, grey for what nobody proved lately."""
        label, told, name = self._words(key)
        domain = [("company_id", "in", companies.ids), *proof.wrong]
        wrong = self.env[proof.proofs].search_count(domain)
        proved_at = self._proved_at(proof, companies)
        fresh = proved_at and proved_at > fields.Datetime.now() - FRESH
        colour = "red" if wrong else "green" if fresh else "grey"
        texts = {
            "red": told % wrong,
            "green": _("All equal"),
            "grey": _("Not proved lately"),
        }
        return {
            "key": key,
            "label": label,
            "colour": colour,
            "text": texts[colour],
            "count": wrong,
            "proved_at": proved_at and fields.Datetime.to_string(proved_at),
            "open": {"model": proof.proofs, "domain": domain, "name": name},
        }

    def _words(self, key):
        """Return the name of a proof, what a red one says, and what a click shows."""
        return {
            "shopify": (
                _("Orders: Shopify = Odoo"),
                _("Days that differ: %s"),
                _("Days That Differ"),
            ),
            "sendcloud": (
                _("Labels: Sendcloud = deliveries"),
                _("Labels without a delivery: %s"),
                _("Labels Without Delivery"),
            ),
            "mollie": (
                _("Money: Mollie = books"),
                _("Days that differ: %s"),
                _("Days That Differ"),
            ),
        }[key]

    def _proved_at(self, proof, companies):
        """Return when all were proved: the oldest of each subject's last proof.

        :return: naive UTC; False when there is one that was never proved, or none
        """
        subjects = self.env[proof.subjects].search(
            [("company_id", "in", companies.ids), *proof.connected]
        )
        if not proof.days:
            moments = subjects.mapped("proved_at")
        else:
            groups = self.env[proof.proofs]._read_group(
                [(proof.subject, "in", subjects.ids), ("proved_at", "!=", False)],
                [proof.subject],
                ["proved_at:max"],
            )
            last = {subject.id: moment for subject, moment in groups}
            moments = [last.get(subject.id, False) for subject in subjects]
        return min(moments) if moments and all(moments) else False

    # === For the watch === #

    @api.model
    def _red_since(self, company, before):
        """Return the names of the proofs that are red, or not made, since before."""
        return [
            self._words(key)[0]
            for key, proof in PROOFS.items()
            if self._is_red(proof, company, before)
            or self._is_missing(proof, company, before)
        ]

    def _is_red(self, proof, company, before):
        model, reason = proof.exceptions
        told = [
            ("company_id", "=", company.id),
            ("res_model", "=", model),
            ("reason", "=", reason),
            ("state", "=", "open"),
            ("opened_at", "<", before),
        ]
        return self.env["o2c.exception"].search_count(told, limit=1)

    def _is_missing(self, proof, company, before):
        """Tell whether one that was proved once has had no proof since before."""
        proved_at = self._proved_at(proof, company)
        return proved_at and proved_at < before
