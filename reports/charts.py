"""Pictures of a report, drawn on the server as SVG without inline style or script.

Colours are the CSS variables of ``static/css``, so one drawing serves both themes and print; every mark has
an ``aria-label`` and leads to the entries behind it. A drawing is kept by its content: the first one costs
about 0.1 s and the drawing library's memory, the same picture again costs one file read.
"""

import hashlib
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.core.cache import caches
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.buckets import ORDER, Bucket
from reports.figures import Figures, LineBuckets
from reports.labels import bucket_name

COLOURS = {bucket: f"var(--bucket-{bucket.value.replace('_', '-')})" for bucket in ORDER}
INK, MUTED, LINE, ACCENT = "var(--ink)", "var(--ink-soft)", "var(--line)", "var(--accent)"
# The drawing library resolves relative links against an address of its own; the page wants them relative.
LINK_BASE = "https://vega.github.io/vega-datasets/"
WIDTH = 400  # of the plot; the page scales the whole, from 1 at 1024 px up
DRAWN_BY = "1"

Spec = dict[str, Any]


def buckets_by_line(report: Figures) -> SafeString:
    """Stacked bars: how many of each line's entries stand in each bucket."""
    values = [_segment(line, bucket) for line in report.lines for bucket in ORDER if line.entries[bucket]]
    names = [bucket_name(bucket) for bucket in ORDER]
    base = {
        "y": {
            "field": "line",
            "type": "nominal",
            "title": None,
            "sort": [one.line_name for one in report.lines],
        },
        "order": {"field": "order", "type": "quantitative"},
    }
    bars = {
        "mark": {"type": "bar", "size": 24, "stroke": "var(--paper)", "strokeWidth": 1},
        "encoding": {
            **base,
            "x": {
                "field": "entries",
                "type": "quantitative",
                "title": _("Entries"),
                "axis": {"tickMinStep": 1, "tickCount": 6},
            },
            "color": {
                "field": "bucket",
                "type": "nominal",
                "scale": {"domain": names, "range": list(COLOURS.values())},
                "legend": {"orient": "top", "title": None},
            },
            "href": {"field": "href"},
            "description": {"field": "label"},
        },
    }
    figures = {
        "mark": {"type": "text", "aria": False, "fontSize": 16},
        "transform": [{"filter": "datum.entries >= datum.least"}],
        "encoding": {
            **base,
            "x": {"field": "middle", "type": "quantitative"},
            "text": {"field": "entries"},
            "color": {"field": "ink", "type": "nominal", "scale": None},
        },
    }
    return draw(
        {"data": {"values": values}, "width": WIDTH, "height": {"step": 38}, "layer": [bars, figures]}
    )


def pareto(report: Figures, finding: str) -> SafeString:
    """The curve of hits against entries, most used first, with the borders of the buckets.

    ``finding`` is the sentence a screen reader says for the whole curve; the figures stand in the table.
    """
    points = [{"entries": one.entries, "share": one.hits / report.hits} for one in report.pareto]
    borders = [
        {
            "share": float(report.settings[name]),
            "label": _("%(bucket)s: up to %(share)d %%")
            % {"share": round(report.settings[name] * 100), "bucket": bucket_name(bucket)},
        }
        for name, bucket in zip(
            ("bucket_very_high_share", "bucket_high_share", "bucket_low_share"), ORDER, strict=False
        )
    ]
    share_axis = {"format": "%", "values": [0, 0.25, 0.5, 0.75, 1]}
    curve = {
        "mark": {
            "type": "area",
            "line": {"color": ACCENT, "strokeWidth": 2},
            "color": ACCENT,
            "fillOpacity": 0.16,
            "description": finding,
        },
        "encoding": {
            "x": {
                "field": "entries",
                "type": "quantitative",
                "title": _("Entries, most used first"),
                "axis": {"tickMinStep": 1, "tickCount": 6},
                "scale": {"nice": False},
            },
            "y": {
                "field": "share",
                "type": "quantitative",
                "title": _("Share of all hits"),
                "axis": share_axis,
                "scale": {"domain": [0, 1]},
            },
        },
        "data": {"values": points},
    }
    rules = {
        "mark": {"type": "rule", "color": MUTED, "strokeDash": [4, 4]},
        "encoding": {"y": {"field": "share", "type": "quantitative"}, "description": {"field": "label"}},
        "data": {"values": borders},
    }
    names = {
        "mark": {"type": "text", "align": "right", "baseline": "top", "dx": -4, "dy": 5, "fontSize": 16},
        "encoding": {
            "x": {"value": WIDTH},
            "y": {"field": "share", "type": "quantitative"},
            "text": {"field": "label"},
            "color": {"value": MUTED},
        },
        "data": {"values": borders},
    }
    return draw({"width": WIDTH, "height": 260, "layer": [curve, rules, names]})


def draw(spec: Spec) -> SafeString:
    """The SVG of a Vega-Lite description, from the store of drawings where it was drawn before."""
    complete = {**spec, "config": _CONFIG, "$schema": "https://vega.github.io/schema/vega-lite/v6.json"}
    text = json.dumps(complete, sort_keys=True, ensure_ascii=False)
    key = hashlib.sha256(f"{DRAWN_BY}\n{text}".encode()).hexdigest()
    drawn = caches["charts"].get_or_set(key, _drawer(text))
    return mark_safe(str(drawn))  # noqa: S308  our own drawing; every text in it was escaped by the library


def _drawer(text: str) -> Callable[[], str]:
    def draw_now() -> str:
        import vl_convert  # loads an engine of its own: only where a picture is new

        svg: str = vl_convert.vegalite_to_svg(text)
        return svg.replace(f'xlink:href="{LINK_BASE}', 'href="').replace(
            "<svg ", '<svg focusable="false" ', 1
        )

    return draw_now


def _segment(line: LineBuckets, bucket: Bucket) -> dict[str, Any]:
    entries = line.entries[bucket]
    before = sum(line.entries[other] for other in ORDER[: ORDER.index(bucket)])
    label = ngettext(
        "%(line)s, %(bucket)s: %(count)d entry", "%(line)s, %(bucket)s: %(count)d entries", entries
    ) % {"line": line.line_name, "bucket": bucket_name(bucket), "count": entries}
    return {
        "line": line.line_name,
        "bucket": bucket_name(bucket),
        "order": ORDER.index(bucket),
        "entries": entries,
        "middle": before + entries / 2,
        "least": max(sum(line.entries.values()) * 0.04, 1),
        "ink": f"var(--bucket-{bucket.value.replace('_', '-')}-ink)",
        "href": f"?{urlencode({'owner': line.line_code, 'bucket': bucket.value})}#entries",
        "label": label,
    }


_CONFIG: Spec = {
    "background": "transparent",
    "font": "inherit",
    "view": {"stroke": None},
    "axis": {
        "labelColor": INK,
        "titleColor": MUTED,
        "titleFontWeight": "normal",
        "gridColor": LINE,
        "domainColor": LINE,
        "tickColor": LINE,
        "labelFontSize": 16,
        "titleFontSize": 16,
    },
    "legend": {"labelColor": INK, "labelFontSize": 16, "symbolType": "square"},
}
