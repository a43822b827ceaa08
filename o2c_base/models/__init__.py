from . import o2c_exception, o2c_exception_mixin, o2c_connection
from . import o2c_webhook_event, queue_job
