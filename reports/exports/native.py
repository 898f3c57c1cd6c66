"""Charts of a workbook, drawn by the program that opens it, from the cells of the table beside them."""

from typing import Any

from reports.pictures.picture import Native, Picture

ACCENT, QUIET = "#0B6478", "#7A8793"
BUCKETS = ("#0B4F60", "#3A8EA3", "#A5D0DA", "#DFE6EA")
MOST_ROWS = 40
SIZE = {"width": 720, "height": 400}


def add_chart(book: Any, sheet: Any, picture: Picture, *, first_row: int) -> None:
    """Put the chart to the right of the table, if the picture has one and the table has rows."""
    rows = min(len(picture.table.lines), MOST_ROWS)
    if picture.native is Native.NONE or not rows or (picture.native is Native.CURVE and not picture.points):
        return
    if picture.native is Native.HEAT:
        _shade(sheet, picture, first_row, rows)
        return
    beside = len(picture.table.columns) + 1
    if picture.points:
        chart = _curve(book, sheet, picture, beside)
        beside += 3
    else:
        chart = _bars(book, sheet, picture, first_row, rows)
    chart.set_title({"name": picture.finding, "name_font": {"size": 12}, "overlay": False})
    chart.set_size(SIZE)
    sheet.insert_chart(first_row - 1, beside, chart)


def _bars(book: Any, sheet: Any, picture: Picture, first_row: int, rows: int) -> Any:
    kind = "column" if picture.native is Native.COLUMNS else "bar"
    stacked = picture.native is Native.STACKED
    chart = book.add_chart({"type": kind, "subtype": "stacked"} if stacked else {"type": kind})
    name, last = sheet.get_name(), first_row + rows - 1
    for number, place in enumerate(picture.charted):
        chart.add_series(
            {
                "name": [name, first_row - 1, place],
                "categories": [name, first_row, 0, last, 0],
                "values": [name, first_row, place, last, place],
                "fill": {"color": BUCKETS[number] if stacked else ACCENT},
                "border": {"color": "#FFFFFF"},
                "gap": 60,
                "data_labels": {"value": not stacked and rows <= 20},
            }
        )
    if kind == "bar":
        chart.set_y_axis({"reverse": True, "major_gridlines": {"visible": False}})
        chart.set_x_axis({"major_gridlines": {"visible": True, "line": {"color": "#DBE2E7"}}})
    else:
        chart.set_y_axis({"major_gridlines": {"visible": True, "line": {"color": "#DBE2E7"}}})
    chart.set_legend({"position": "bottom"} if stacked else {"none": True})
    return chart


def _curve(book: Any, sheet: Any, picture: Picture, beside: int) -> Any:
    """The points go into two columns of their own, for the table has only the borders."""
    name, last = sheet.get_name(), len(picture.points)
    share = book.add_format({"num_format": "0.0%"})
    for row, (entries, part) in enumerate(picture.points, start=1):
        sheet.write_number(row, beside, entries)
        sheet.write_number(row, beside + 1, part, share)
    chart = book.add_chart({"type": "scatter", "subtype": "straight"})
    chart.add_series(
        {
            "categories": [name, 1, beside, last, beside],
            "values": [name, 1, beside + 1, last, beside + 1],
            "line": {"color": ACCENT, "width": 2.25},
        }
    )
    chart.set_y_axis({"min": 0, "max": 1, "num_format": "0%", "major_gridlines": {"visible": True}})
    chart.set_x_axis({"min": 0, "num_format": "#,##0"})
    chart.set_legend({"none": True})
    return chart


def _shade(sheet: Any, picture: Picture, first_row: int, rows: int) -> None:
    last = len(picture.table.columns) - 1
    sheet.conditional_format(
        first_row,
        1,
        first_row + rows - 1,
        last,
        {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#3A8EA3"},
    )
