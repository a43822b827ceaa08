from .lib import changes_sql
from .models.o2c_health import KEY


def uninstall_hook(env):
    """Take the triggers away: they would fail without the log they write to."""
    for statement in changes_sql.drop_all():
        env.cr.execute(statement)
    env["ir.config_parameter"].set_param(KEY, False)
