"""What a service may answer, as strategies of hypothesis."""

import os

from hypothesis import HealthCheck, Phase, settings

#: the same examples in every run; with O2C_EXAMPLES=1000 other and more ones
_MORE = os.environ.get("O2C_EXAMPLES")
settings.register_profile(
    "o2c",
    max_examples=int(_MORE or 25),
    derandomize=not _MORE,
    database=None,
    deadline=None,
    # the smallest example is nice to have, and takes minutes to find
    phases=list(Phase) if _MORE else [Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
any_answer = settings.get_profile("o2c")
