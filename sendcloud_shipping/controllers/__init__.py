from . import sendcloud
