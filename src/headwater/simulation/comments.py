"""Comments that say what the ratings say, in two languages."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from headwater.vocab import FloatArray

Comments = tuple[tuple[str, str], ...]

THEMES: dict[str, tuple[tuple[str, str], tuple[str, str], tuple[str, str]]] = {
    "roster": (
        (
            "My roster moved twice in one week and nobody asked me.",
            "Me cambian el turno a última hora y nadie pregunta.",
        ),
        ("The roster is fine when it is published early.", "El turno va bien cuando se publica pronto."),
        ("The new roster lets me plan my week.", "Con el nuevo turno puedo organizar mi semana."),
    ),
    "listening": (
        ("I raised the broken radio three times and heard nothing.", "Avisé tres veces de la radio rota y nada."),
        ("Sometimes we get an answer, sometimes not.", "A veces contestan y a veces no."),
        ("When I said I was tired, I was heard, not ranked.", "Cuando dije que estaba cansada, me escucharon."),
    ),
    "tools": (
        ("Three weeks for a lamp. We carry a torch now.", "Tres semanas para una lámpara. Llevamos linterna."),
        ("Most tools work, the ticket machine does not.", "Casi todo funciona, menos la máquina de billetes."),
        ("The new tablets save us an hour a day.", "Las tabletas nuevas nos ahorran una hora al día."),
    ),
    "thanks": (
        ("Extra shifts are taken for granted here.", "Aquí los turnos extra se dan por hechos."),
        ("A thank you now and then would be nice.", "Un gracias de vez en cuando estaría bien."),
        ("Our leader thanks people by name on the day.", "Nuestra jefa da las gracias el mismo día."),
    ),
    "team": (
        ("The two shifts blame each other for everything.", "Los dos turnos se echan la culpa de todo."),
        ("We help each other if there is time.", "Nos ayudamos si hay tiempo."),
        ("Somebody always has my back here.", "Aquí siempre hay alguien que me apoya."),
    ),
}
"""By theme: (English, Spanish) of a bitter, a middling and a glad comment."""

CUSTOMER_THEMES: dict[str, tuple[tuple[str, str], tuple[str, str], tuple[str, str]]] = {
    "waiting": (
        ("Forty minutes in the rain and no word from anyone.", "Cuarenta minutos bajo la lluvia y nadie dijo nada."),
        ("A bit late, but someone told us why.", "Un poco tarde, pero avisaron del motivo."),
        ("On time every day this month.", "Puntual todos los días de este mes."),
    ),
    "people": (
        ("The driver shut the door in my face.", "El conductor me cerró la puerta en la cara."),
        ("Staff were polite, not very helpful.", "El personal fue amable, aunque ayudó poco."),
        ("The conductor walked me to the right tram.", "La revisora me acompañó al tranvía correcto."),
    ),
}


def write_comments(
    unit: NDArray[np.int32],
    ids: tuple[str, ...],
    mood: FloatArray,
    share: float,
    rng: np.random.Generator,
    themes: dict[str, tuple[tuple[str, str], tuple[str, str], tuple[str, str]]],
) -> Comments:
    """Return (unit id, words) of those who write. mood: float64[R], how glad each is, standard normal."""
    writers = np.flatnonzero(rng.random(len(unit)) < share)
    keys = list(themes)
    theme = rng.integers(0, len(keys), writers.size)
    tone = np.digitize(mood[writers] + 0.6 * rng.standard_normal(writers.size), [-0.4, 0.5])
    spanish = (rng.random(writers.size) < 0.2).astype(int)
    return tuple(
        (ids[unit[person]], themes[keys[a]][b][c])
        for person, a, b, c in zip(writers.tolist(), theme.tolist(), tone.tolist(), spanish.tolist(), strict=True)
    )
