from . import labels, portal_return, sendcloud
