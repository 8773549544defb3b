"""The journeys that come with the product, in our own words: what most organisations can begin from and then change."""

from __future__ import annotations

from headwater.rooms.learn.logic.journeys import CUSTOMER, EMPLOYEE, Journey, Moment, Stage, checked


def _texts(en: str, es: str) -> dict[str, str]:
    return {"en": en, "es": es}


def _moment(key: str, en: str, es: str, note_en: str, note_es: str, subject: str = "", *, led: bool = False) -> Moment:
    return Moment(key, _texts(en, es), _texts(note_en, note_es), subject, is_leadership=led)


_EMPLOYEES = Journey(
    "employees",
    EMPLOYEE,
    _texts("Working here, from first look to last day", "Trabajar aquí, de la primera mirada al último día"),
    _texts(
        "What people live through with us, and the moments in which what a leader does is felt longest.",
        "Lo que las personas viven con nosotros, y los momentos en que más se nota lo que hace quien dirige.",
    ),
    (
        Stage(
            "attract",
            _texts("Attract", "Atraer"),
            (
                _moment(
                    "first-look",
                    "Hearing of us",
                    "Oír hablar de nosotros",
                    "What those who work here say to others.",
                    "Lo que dicen a otras personas quienes trabajan aquí.",
                    "ex_recommend",
                ),
                _moment(
                    "being-chosen",
                    "Being chosen",
                    "La selección",
                    "The job as it was described, and a fair hiring.",
                    "El puesto tal como se describió, y una selección justa.",
                    "join_hiring",
                ),
            ),
        ),
        Stage(
            "join",
            _texts("Join", "Incorporarse"),
            (
                _moment(
                    "first-day",
                    "The first day",
                    "El primer día",
                    "The leader expects the new person by name, and has time.",
                    "Quien dirige espera a la persona nueva por su nombre y le dedica tiempo.",
                    "join_leader",
                    led=True,
                ),
                _moment(
                    "ready-to-work",
                    "Able to work",
                    "Poder trabajar",
                    "Access, tools, and somebody who shows how.",
                    "Accesos, herramientas y alguien que enseña cómo se hace.",
                    "join_ready_to_work",
                ),
                _moment(
                    "settled-in",
                    "Settled in",
                    "Sentirse en casa",
                    "Part of the team, and sure the step was right.",
                    "Formar parte del equipo y saber que fue la decisión correcta.",
                    "join_settled",
                ),
            ),
        ),
        Stage(
            "day-to-day",
            _texts("Day to day", "El día a día"),
            (
                _moment(
                    "what-matters-now",
                    "Knowing what matters now",
                    "Saber qué importa ahora",
                    "The leader says plainly what comes first.",
                    "Quien dirige dice con claridad qué va primero.",
                    "lx_says_what_matters",
                    led=True,
                ),
                _moment(
                    "obstacle",
                    "An obstacle in the way",
                    "Un obstáculo en el camino",
                    "What slows the work is heard and acted on.",
                    "Lo que frena el trabajo se escucha y se resuelve.",
                    "lx_removes_obstacles",
                    led=True,
                ),
                _moment(
                    "good-work",
                    "Good work",
                    "Un trabajo bien hecho",
                    "It is noticed on the day it happens.",
                    "Se nota el mismo día en que ocurre.",
                    "lx_notices_good_work",
                    led=True,
                ),
                _moment(
                    "working-with-others",
                    "Working with others",
                    "Trabajar con otras personas",
                    "Pulling the same way, and help when it is too much.",
                    "Tirar en la misma dirección, y ayuda cuando hay demasiado.",
                    "ex_teamwork",
                ),
            ),
        ),
        Stage(
            "grow",
            _texts("Grow", "Crecer"),
            (
                _moment(
                    "new-task",
                    "A task that teaches",
                    "Una tarea que enseña",
                    "The leader gives work that is a little too large, and help with it.",
                    "Quien dirige da trabajo un poco más grande de lo habitual, y ayuda con él.",
                    "lx_helps_me_learn",
                    led=True,
                ),
                _moment(
                    "next-step",
                    "The next step",
                    "El siguiente paso",
                    "A way on that one can see.",
                    "Un camino que se puede ver.",
                    "ex_growth",
                ),
            ),
        ),
        Stage(
            "hard-times",
            _texts("Hard times", "Tiempos difíciles"),
            (
                _moment(
                    "bad-news",
                    "Bringing bad news",
                    "Traer malas noticias",
                    "Saying what went wrong, without fear.",
                    "Decir lo que salió mal, sin miedo.",
                    "lx_speak_openly",
                    led=True,
                ),
                _moment(
                    "things-go-wrong",
                    "When things go wrong",
                    "Cuando algo sale mal",
                    "A steady hand, and somebody who stays.",
                    "Una mano firme, y alguien que se queda.",
                    "lx_steady",
                    led=True,
                ),
                _moment(
                    "not-of-one-mind",
                    "Being of two minds",
                    "No estar de acuerdo",
                    "Respect, also when leader and employee disagree.",
                    "Respeto, también cuando no se está de acuerdo.",
                    "lx_respects_me",
                    led=True,
                ),
            ),
        ),
        Stage(
            "leave",
            _texts("Leave", "Irse"),
            (
                _moment(
                    "last-talk",
                    "The last talk",
                    "La última conversación",
                    "The leader knew, asked, and parted decently.",
                    "Quien dirige lo sabía, preguntó y se despidió con dignidad.",
                    "leave_leader",
                    led=True,
                ),
                _moment(
                    "hand-over",
                    "Handing over",
                    "Traspasar el trabajo",
                    "Work and knowledge stay.",
                    "El trabajo y el conocimiento se quedan.",
                    "leave_hand_over",
                ),
                _moment(
                    "speaking-of-us",
                    "Speaking of us afterwards",
                    "Hablar de nosotros después",
                    "Those who left speak well of the place, or come back.",
                    "Quienes se fueron hablan bien del lugar, o vuelven.",
                    "leave_speak_well",
                ),
            ),
        ),
    ),
)

_CUSTOMERS = Journey(
    "customers",
    CUSTOMER,
    _texts("Being our customer", "Ser cliente nuestro"),
    _texts(
        "What customers go through with us. Each contact is a touchpoint, and a unit of ours serves it.",
        "Lo que viven los clientes con nosotros. Cada contacto es un punto de contacto que atiende una unidad nuestra.",
    ),
    (
        Stage(
            "before",
            _texts("Before", "Antes"),
            (
                _moment(
                    "finding-out",
                    "Finding out",
                    "Informarse",
                    "Knowing what will happen next, and what it costs.",
                    "Saber qué pasará después y cuánto cuesta.",
                    "cx_transparency",
                ),
            ),
        ),
        Stage(
            "begin",
            _texts("Begin", "Empezar"),
            (
                _moment(
                    "first-contact",
                    "The first contact",
                    "El primer contacto",
                    "Somebody takes the matter seriously.",
                    "Alguien se toma el asunto en serio.",
                    "cx_employees",
                ),
            ),
        ),
        Stage(
            "use",
            _texts("Use", "Usar"),
            (
                _moment(
                    "getting-it-done",
                    "Getting it done",
                    "Que quede hecho",
                    "What they came for has been dealt with.",
                    "Aquello por lo que vinieron quedó resuelto.",
                    "cx_effectiveness",
                ),
                _moment(
                    "effort",
                    "The effort it takes",
                    "El esfuerzo que cuesta",
                    "How easy it is, from the customer's side.",
                    "Lo fácil que es, visto desde el cliente.",
                    "cx_ease",
                ),
                _moment(
                    "waiting",
                    "Waiting",
                    "Esperar",
                    "The time it takes seems fair.",
                    "El tiempo que lleva parece justo.",
                    "cx_efficiency",
                ),
            ),
        ),
        Stage(
            "trouble",
            _texts("When something goes wrong", "Cuando algo sale mal"),
            (
                _moment(
                    "putting-right",
                    "Putting it right",
                    "Ponerlo en orden",
                    "A complaint, and what becomes of it.",
                    "Una queja, y en qué termina.",
                    "cx_confidence",
                ),
            ),
        ),
        Stage(
            "stay",
            _texts("Stay or go", "Quedarse o irse"),
            (
                _moment(
                    "coming-back",
                    "Coming back",
                    "Volver",
                    "With a free choice, they would come again.",
                    "Si pudieran elegir, volverían.",
                    "cx_come_back",
                ),
                _moment(
                    "recommending",
                    "Recommending us",
                    "Recomendarnos",
                    "What they say to others.",
                    "Lo que dicen a otras personas.",
                    "cx_recommend",
                ),
            ),
        ),
    ),
)

DEFAULTS: dict[str, Journey] = {one.key: checked(one) for one in (_EMPLOYEES, _CUSTOMERS)}
"""Journeys by key, as they come."""
