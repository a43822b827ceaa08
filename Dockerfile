# Odoo 17.0 with the suite; the same image runs the sandbox.
#
# The tag names the day of Odoo's build. For a newer one choose a tag
# "17.0-<date>" of the official image "odoo" and run the tests again.
FROM odoo:17.0-20251106

USER root

# Complete list, so --no-deps: OCA's wheels name "odoo", which no registry carries.
COPY requirements.txt requirements-dev.txt /opt/o2c/
RUN pip3 install --no-cache-dir --no-deps -r /opt/o2c/requirements.txt \
    && pip3 install --no-cache-dir --no-deps -c /opt/o2c/requirements-dev.txt graphql-core

COPY o2c_base /mnt/extra-addons/o2c_base
COPY shopify_connector /mnt/extra-addons/shopify_connector
COPY sendcloud_shipping /mnt/extra-addons/sendcloud_shipping
COPY mollie_reconcile /mnt/extra-addons/mollie_reconcile
COPY o2c_dashboard /mnt/extra-addons/o2c_dashboard

COPY sandbox /opt/o2c/sandbox
COPY tools /opt/o2c/tools
COPY tools/container.conf /etc/odoo/odoo.conf

# The volume of the sandbox takes its owner from here.
RUN mkdir /var/lib/o2c && chown odoo:odoo /var/lib/o2c

ENV PYTHONPATH=/opt/o2c
WORKDIR /opt/o2c
USER odoo
