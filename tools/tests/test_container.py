"""What Docker's files repeat must agree with where it comes from."""

import configparser

import yaml

from tools import container, runtime
from tools.common import ADDONS, ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def test_image_has_every_addon():
    text = (ROOT / "Dockerfile").read_text()
    for addon in ADDONS:
        assert f"COPY {addon} /mnt/extra-addons/{addon}\n" in text


def test_image_has_the_addon_for_customers_of_the_portal():
    assert "COPY tools /opt/o2c/tools\n" in (ROOT / "Dockerfile").read_text()
    settings = configparser.ConfigParser()
    settings.read(ROOT / "tools" / "container.conf")
    assert "/opt/o2c/tools/addons" in settings["options"]["addons_path"].split(",")
    assert (ROOT / "tools" / "addons" / runtime.SANDBOX_ADDON).is_dir()


def test_odoo_knows_the_password_of_the_database():
    settings = configparser.ConfigParser()
    settings.read(ROOT / "tools" / "container.conf")
    options = settings["options"]
    database = COMPOSE["services"]["db"]["environment"]
    assert options["db_host"] in COMPOSE["services"]
    assert options["db_user"] == database["POSTGRES_USER"]
    assert options["db_password"] == database["POSTGRES_PASSWORD"]
    assert options["db_name"] == container.DATABASE


def test_the_pages_for_people_can_be_reached():
    ports = COMPOSE["services"]["sandbox"]["ports"]
    for name in ("odoo", "shop"):
        port = runtime.DEMO_PORTS[name]
        assert f"127.0.0.1:{port}:{port}" in ports
