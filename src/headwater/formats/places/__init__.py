"""Where units are: a table of places, and the outline or plan they stand on, read as shapes that are drawn anew."""

from headwater.formats.places.geojson import read_outline
from headwater.formats.places.images import PlanImage, read_plan_image
from headwater.formats.places.shapes import Plan, Shape, ShapeData
from headwater.formats.places.svg import read_svg_plan
from headwater.formats.places.table import Places, Surface, read_places

__all__ = [
    "Places",
    "Plan",
    "PlanImage",
    "Shape",
    "ShapeData",
    "Surface",
    "read_outline",
    "read_places",
    "read_plan_image",
    "read_svg_plan",
]
