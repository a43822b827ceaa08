"""Figures as the text that Prometheus and its likes read.

https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
"""

from dataclasses import dataclass, field


@dataclass
class Metric:
    """A figure of one kind, for each of several things.

    :param name: ends in its unit, ``_seconds`` for example, where it has one
    :param purpose: one sentence
    :param samples: ``(labels, value)`` pairs, the labels a dictionary
    """

    name: str
    purpose: str
    samples: list = field(default_factory=list)

    def text(self):
        """Return the lines of this figure; all of ours are gauges."""
        head = [f"# HELP {self.name} {self.purpose}", f"# TYPE {self.name} gauge"]
        return [*head, *(self._line(*sample) for sample in self.samples)]

    def _line(self, labels, value):
        pairs = ",".join(f'{name}="{_escaped(of)}"' for name, of in labels.items())
        return f"{self.name}{{{pairs}}} {value}" if pairs else f"{self.name} {value}"


def exposition(metrics):
    """Return all figures as one text, ending in a line's end as the format demands."""
    lines = [line for metric in metrics for line in metric.text()]
    return "\n".join(lines) + "\n"


def _escaped(value):
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return text.replace("\n", "\\n")
