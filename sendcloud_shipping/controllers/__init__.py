from . import labels, sendcloud
