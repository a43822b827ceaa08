"""What lets the board add up a year of a million orders while somebody waits."""

#: what an order goes through after it was ordered; each is a bit of ``stages``
PASSED = (
    "paid_on",
    "packed_at",
    "shipped_at",
    "delivered_at",
    "invoiced_on",
    "in_payment_at",
    "reconciled_at",
)
#: beyond :data:`SAMPLE` orders, durations are taken of every seventh, or 49th …
STRIDE = 7
#: as many durations are sorted for a percentile at most
SAMPLE = 50_000

_BITS = " + ".join(
    f"(({column} IS NOT NULL)::int << {bit})" for bit, column in enumerate(PASSED)
)
#: the database derives it from the row: one small number in place of seven times
ADD_STAGES = f"""
    ALTER TABLE o2c_order_flow ADD COLUMN IF NOT EXISTS stages smallint
        GENERATED ALWAYS AS (({_BITS})::smallint) STORED
"""


def has_passed(stages, stage):
    """Tell whether a stage is among those that ``stages`` stands for.

    :param int stages: of some orders, as the database has it
    :param str stage: of :data:`PASSED`, or ``ordered_at``, which all have passed
    """
    return stage == "ordered_at" or bool(stages & 1 << PASSED.index(stage))


def every(count):
    """Return that durations of ``count`` orders are taken of every such one."""
    stride = 1
    while count // stride > SAMPLE:
        stride *= STRIDE
    return stride


def indexes(durations):
    """Yield the statements for the indexes that hold all that the board adds up.

    The orders themselves are then not read at all.

    :param durations: the columns that percentiles are taken of
    """
    yield "DROP INDEX IF EXISTS o2c_order_flow_by_company"
    yield (
        "CREATE INDEX IF NOT EXISTS o2c_order_flow_sums"
        " ON o2c_order_flow (company_id, ordered_at)"
        " INCLUDE (state, shop_id, country_id, stages, amount_company)"
    )
    yield (
        "CREATE INDEX IF NOT EXISTS o2c_order_flow_sample"
        " ON o2c_order_flow (company_id, ordered_at)"
        f" INCLUDE (id, state, shop_id, {', '.join(durations)})"
        f" WHERE MOD(id, {STRIDE}) = 0"
    )
