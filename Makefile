# Everything is done by tools/, which needs nothing but Python 3.10 or newer.
PYTHON ?= python3
ORDERS ?= 20
# for example: make chaos SEED=7
SEED ?= 1
# Odoo's series: 17 (the default), 19, or auto for what can be had,
# for example: make demo ODOO=19
# for example: make test T="-k webhook"
T ?=
B ?=
FROM ?=

.PHONY: help demo demo-reset flow chaos test bench lint audit audit-update format screenshots translations prepare clean publish-19

help:
	@$(PYTHON) -m tools help

demo demo-reset lint audit format screenshots translations prepare clean publish-19:
	@$(PYTHON) -m tools $@

flow:
	@$(PYTHON) -m tools flow --orders $(ORDERS)

chaos:
	@$(PYTHON) -m tools chaos --seed $(SEED)

test:
	@$(PYTHON) -m tools test $(T)

# asks the advisory service, which needs the internet, and writes its answer down;
# without it, for example: make audit-update FROM=../advisory-database
audit-update:
	@$(PYTHON) -m tools audit --update $(if $(FROM),--from "$(FROM)")

# for example: make bench B=--few
bench:
	@$(PYTHON) -m tools bench $(B)
