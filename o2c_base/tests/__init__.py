from . import test_http_client, test_exception, test_connection, test_webhook_event
from . import test_database_lost
from . import test_words
