"""Words in notes about a candidate that touch what must not count: a plain warning, never a block.

The grounds are those of the Charter of Fundamental Rights of the European Union, article 21, in English and Spanish.
A list of words finds neither every such note nor only such notes.
"""

from __future__ import annotations

import re

STEMS = (
    "age", "aged", "elderly", "too old", "too young", "years old", "youngster", "retire", "retirement",
    "pregnan\\w*", "maternity", "paternity", "parental leave", "child", "children", "childcare", "kids", "mother",
    "father", "married", "unmarried", "single mother", "divorced", "husband", "wife", "family plans",
    "gender", "woman", "women", "female", "male", "sexual\\w*", "gay", "lesbian", "transgender",
    "religio\\w*", "muslim\\w*", "christian\\w*", "jewish", "hindu\\w*", "atheist\\w*", "headscarf", "church", "mosque",
    "race", "racial", "ethnic\\w*", "skin", "black", "white", "nationality", "immigrant\\w*", "foreigner\\w*", "accent",
    "disab\\w*", "illness", "sick leave", "depress\\w*", "cancer", "wheelchair", "health",
    "union member", "trade union", "political\\w*", "party member",
    "edad", "mayor para", "demasiado joven", "jubila\\w*", "embaraz\\w*", "maternidad", "paternidad", "hijos", "hijas",
    "madre", "padre", "casad[oa]", "solter[oa]", "divorciad[oa]", "marido", "esposa", "género", "mujer", "hombre",
    "homosexual\\w*", "lesbiana", "religi\\w*", "musulm\\w*", "cristian\\w*", "judí[oa]", "velo", "iglesia", "raza",
    "étnic\\w*", "nacionalidad", "inmigrante\\w*", "extranjer[oa]", "acento", "discapaci\\w*", "enferm\\w*",
    "baja médica", "depresi\\w*", "cáncer", "sindica\\w*", "polític\\w*", "embarazada",
)  # fmt: skip
_FOUND = re.compile(rf"(?<!\w)(?:{'|'.join(STEMS)})(?!\w)", re.IGNORECASE)


def grounds_touched(text: str) -> tuple[str, ...]:
    """Return the words of a text that may touch a protected ground, each once, as they stand."""
    return tuple(dict.fromkeys(found.group().lower() for found in _FOUND.finditer(text)))
