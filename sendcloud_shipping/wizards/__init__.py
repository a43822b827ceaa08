from . import sendcloud_option_choose, sendcloud_point_choose, sendcloud_return_fee
