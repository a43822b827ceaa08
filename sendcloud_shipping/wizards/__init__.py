from . import sendcloud_option_choose
