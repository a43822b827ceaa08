from . import controllers, models
from .models.queue_job import uninstall_hook
