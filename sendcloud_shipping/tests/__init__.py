from . import test_label
