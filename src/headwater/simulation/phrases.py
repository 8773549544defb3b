"""What people write: invented sentences by theme and tone, in English and Spanish."""

from __future__ import annotations

from collections.abc import Mapping

Phrases = tuple[tuple[str, str], ...]
"""Sentences of one theme and tone, each (English, Spanish)."""

Themes = Mapping[str, tuple[Phrases, Phrases, Phrases]]
"""By theme: bitter, middling and glad sentences."""

THEMES: Themes = {
    "roster": (
        (
            (
                "My roster moved twice in one week and nobody asked me.",
                "Me cambian el turno a última hora y nadie pregunta.",
            ),
            (
                "I find out on Friday night that I work on Saturday.",
                "El viernes por la noche me entero de que trabajo el sábado.",
            ),
            (
                "Three early shifts after a late one. I am tired before I start.",
                "Tres turnos de mañana después de uno de noche. Llego cansada.",
            ),
            (
                "Swapping a shift takes a week of forms, so people just call in sick.",
                "Cambiar un turno cuesta una semana de papeles y la gente falta.",
            ),
        ),
        (
            ("The roster is fine when it is published early.", "El turno va bien cuando se publica pronto."),
            (
                "Weekends are shared fairly, holidays are not.",
                "Los fines de semana se reparten bien, las vacaciones no.",
            ),
            ("Late changes are rarer than last year.", "Hay menos cambios de última hora que el año pasado."),
        ),
        (
            ("The new roster lets me plan my week.", "Con el nuevo turno puedo organizar mi semana."),
            (
                "We swap shifts among ourselves now and it just works.",
                "Ahora cambiamos turnos entre nosotros y funciona.",
            ),
            (
                "Four weeks of roster in advance changed my family life.",
                "Con cuatro semanas de turnos por delante mi familia respira.",
            ),
        ),
    ),
    "listening": (
        (
            ("I raised the broken radio three times and heard nothing.", "Avisé tres veces de la radio rota y nada."),
            ("Suggestions go into a box that nobody opens.", "Las sugerencias van a un buzón que nadie abre."),
            (
                "Our leader decides first and asks afterwards.",
                "Nuestro jefe decide primero y pregunta después.",
            ),
            (
                "I told Marta Solberg about the near miss and was told not to make a fuss.",
                "Le conté a Marta Solberg el susto y me dijo que no exagerara.",
            ),
        ),
        (
            ("Sometimes we get an answer, sometimes not.", "A veces contestan y a veces no."),
            (
                "Meetings are friendly, decisions come from elsewhere.",
                "Las reuniones son amables, las decisiones vienen de fuera.",
            ),
            (
                "It depends on who is on duty whether anyone listens.",
                "Depende de quién esté de guardia que te escuchen.",
            ),
        ),
        (
            ("When I said I was tired, I was heard, not ranked.", "Cuando dije que estaba cansada, me escucharon."),
            (
                "My idea about the spare keys was tried within a week.",
                "Probaron mi idea de las llaves de repuesto en una semana.",
            ),
            (
                "Omar Haddad asks what gets in our way, and then it is gone.",
                "Omar Haddad pregunta qué nos estorba y luego lo arregla.",
            ),
        ),
    ),
    "tools": (
        (
            ("Three weeks for a lamp. We carry a torch now.", "Tres semanas para una lámpara. Llevamos linterna."),
            (
                "The ticket system freezes every morning at seven.",
                "El sistema de billetes se cuelga cada día a las siete.",
            ),
            (
                "Two people share one radio and one pair of gloves.",
                "Dos personas para una radio y un par de guantes.",
            ),
            ("Spare parts arrive after the vehicle is sold.", "Los repuestos llegan cuando ya no queda vehículo."),
        ),
        (
            ("Most tools work, the ticket machine does not.", "Casi todo funciona, menos la máquina de billetes."),
            ("The training was good but came after the launch.", "La formación fue buena, pero llegó tarde."),
            ("Instructions are clear once you find them.", "Las instrucciones son claras cuando las encuentras."),
        ),
        (
            ("The new tablets save us an hour a day.", "Las tabletas nuevas nos ahorran una hora al día."),
            ("Everything I need is in the cab when I start.", "Todo lo que necesito está en la cabina al empezar."),
            (
                "The workshop at Ropewalk answers on the same day.",
                "El taller de Ropewalk contesta el mismo día.",
            ),
        ),
    ),
    "thanks": (
        (
            ("Extra shifts are taken for granted here.", "Aquí los turnos extra se dan por hechos."),
            ("We only hear from above when something breaks.", "Solo nos llaman de arriba cuando algo falla."),
            (
                "Ten years without a complaint and nobody noticed.",
                "Diez años sin una queja y nadie se dio cuenta.",
            ),
        ),
        (
            ("A thank you now and then would be nice.", "Un gracias de vez en cuando estaría bien."),
            ("The team says thanks, the office does not.", "El equipo da las gracias, la oficina no."),
            ("The prize goes round, so it means little.", "El premio va rotando y significa poco."),
        ),
        (
            ("Our leader thanks people by name on the day.", "Nuestra jefa da las gracias el mismo día."),
            (
                "A passenger's praise was read out to all of us.",
                "Leyeron a todos la felicitación de un pasajero.",
            ),
            ("Good work is seen here, even at night.", "Aquí se ve el buen trabajo, incluso de noche."),
        ),
    ),
    "team": (
        (
            ("The two shifts blame each other for everything.", "Los dos turnos se echan la culpa de todo."),
            ("New people are left to find out for themselves.", "A los nuevos los dejan aprender solos."),
            ("Some carry the load while others watch.", "Unos cargan con todo y otros miran."),
        ),
        (
            ("We help each other if there is time.", "Nos ayudamos si hay tiempo."),
            ("A good crew, split over too many places.", "Buen grupo, repartido en demasiados sitios."),
            ("We get on, we just rarely meet.", "Nos llevamos bien, pero nos vemos poco."),
        ),
        (
            ("Somebody always has my back here.", "Aquí siempre hay alguien que me apoya."),
            ("Best crew I ever worked with.", "El mejor equipo con el que he trabajado."),
            ("Leila and Jonas taught me the line in a week.", "Leila y Jonas me enseñaron la línea en una semana."),
        ),
    ),
}
"""What employees write."""

CUSTOMER_THEMES: Themes = {
    "waiting": (
        (
            (
                "Forty minutes in the rain and no word from anyone.",
                "Cuarenta minutos bajo la lluvia y nadie dijo nada.",
            ),
            ("The board said two minutes for half an hour.", "El panel marcó dos minutos durante media hora."),
            ("Late again, and I missed my connection.", "Otra vez tarde, y perdí el enlace."),
        ),
        (
            ("A bit late, but someone told us why.", "Un poco tarde, pero avisaron del motivo."),
            ("Fine in the morning, slow in the evening.", "Bien por la mañana, lento por la tarde."),
        ),
        (
            ("On time every day this month.", "Puntual todos los días de este mes."),
            ("I hardly waited at all.", "Casi no tuve que esperar."),
        ),
    ),
    "people": (
        (
            ("The driver shut the door in my face.", "El conductor me cerró la puerta en la cara."),
            ("I was passed from desk to desk for an hour.", "Me mandaron de mesa en mesa durante una hora."),
            ("Nobody could tell me where my bag was.", "Nadie supo decirme dónde estaba mi bolso."),
        ),
        (
            ("Staff were polite, not very helpful.", "El personal fue amable, aunque ayudó poco."),
            ("They tried, the system would not let them.", "Lo intentaron, el sistema no les dejó."),
        ),
        (
            ("The conductor walked me to the right tram.", "La revisora me acompañó al tranvía correcto."),
            ("They called me back the same day, as promised.", "Me llamaron el mismo día, como prometieron."),
        ),
    ),
}
"""What customers write."""
