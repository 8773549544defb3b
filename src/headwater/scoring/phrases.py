"""How numbers, ranges and doubt are said, by language: plain words, real minus signs, no jargon."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod

from headwater.vocab import Bound, InjuryKind, Sureness, spoken

MINUS = "\u2212"

PER_HOURS: dict[InjuryKind, int] = {"trir": 200_000, "dart": 200_000, "ltifr": 1_000_000}


def figure(value: float, decimals: int = 1) -> str:
    """Return a number with a real minus: "−0.3". Zero has no sign."""
    text = f"{abs(value):.{decimals}f}"
    return f"{MINUS}{text}" if value < 0 and float(text) != 0 else text


def signed(value: float, decimals: int = 1) -> str:
    """Return a difference with its sign: "+0.3", "−0.3", "0.0"."""
    text = figure(value, decimals)
    return f"+{text}" if value > 0 and float(text) != 0 else text


class Phrases(ABC):
    """The words of one language. One instance a language; see `phrases_in`."""

    all_served: str
    too_close: str

    def figure(self, value: float, decimals: int) -> str:
        """Return a number as the language writes it."""
        return figure(value, decimals)

    def count(self, number: int) -> str:
        """Return a whole number with a mark of thousands."""
        return f"{number:,}"

    def size(self, value: float, decimals: int, mark: str) -> str:
        """Return the size of a difference: "0.4", "6 points" of percent. Never nothing where something is clear."""
        while float(f"{value:.{decimals}f}") == 0 and decimals < 3:
            decimals += 1
        return f"{self.figure(value, decimals)} {self.points}" if mark == "%" else self.figure(value, decimals)

    def spread(self, low: float, high: float, decimals: int, mark: str = "") -> str:
        """Return a range in words; empty where there is none."""
        if math.isnan(low) or math.isnan(high):
            return ""
        return self.between(f"{self.figure(low, decimals)}{mark}", f"{self.figure(high, decimals)}{mark}")

    def share(self, percent: float, bound: Bound) -> str:
        """Return a share of people: "67%", "80% or more"."""
        return self.bounded(f"{self.figure(percent, 0)}%", bound)

    points: str

    @abstractmethod
    def between(self, low: str, high: str) -> str:
        """Return a range."""

    @abstractmethod
    def bounded(self, value: str, bound: Bound) -> str:
        """Return a value, or a limit."""

    @abstractmethod
    def answers(self, n: int) -> str:
        """Return how many answers."""

    @abstractmethod
    def level(self, unit: str, level: str) -> str:
        """Return a level of a cut inside a unit."""

    @abstractmethod
    def value(self, subject: str, where: str, value: str, around: str, n: int) -> str:
        """Return the sentence of a value."""

    @abstractmethod
    def limit(self, subject: str, where: str, value: str, n: int) -> str:
        """Return the sentence of a limit."""

    @abstractmethod
    def withheld(self, subject: str, where: str) -> str:
        """Return the sentence of what is not shown."""

    @abstractmethod
    def nearest(self, name: str, score: str) -> str:
        """Return the sentence of the nearest group shown."""

    @abstractmethod
    def of(self, label: str, server: str) -> str:
        """Return the subject of a rating of a serving unit."""

    @abstractmethod
    def rated_by(self, served: str) -> str:
        """Return who rates a serving unit."""

    @abstractmethod
    def rest(self, parent: str) -> str:
        """Return the others in the unit above."""

    @abstractmethod
    def benchmark(self, name: str) -> str:
        """Return a benchmark's name in a sentence."""

    @abstractmethod
    def apart(self, size: str, above: bool, other: str, sure: str) -> str:
        """Return the sentence of a difference."""

    @abstractmethod
    def changed(self, size: str, up: bool, since: str, sure: str) -> str:
        """Return the sentence of a change."""

    @abstractmethod
    def sure(self, sureness: Sureness) -> str:
        """Return how sure we are."""

    @abstractmethod
    def response(self, where: str, share: str, around: str) -> str:
        """Return the sentence of a response rate."""

    @abstractmethod
    def response_withheld(self, where: str) -> str:
        """Return the sentence of a response rate that is not shown."""

    @abstractmethod
    def injuries(
        self,
        where: str,
        kind: InjuryKind,
        period: str,
        cases: int,
        rate: str,
        around: str,
        steadied: str,
        steadied_around: str,
    ) -> str:
        """Return the sentence of an injury rate."""

    @abstractmethod
    def few_hours(
        self, where: str, kind: InjuryKind, period: str, cases: int, steadied: str, steadied_around: str
    ) -> str:
        """Return the sentence of a unit whose hours are too few for a rate of its own."""

    @abstractmethod
    def steadied(self, rate: str, around: str) -> str:
        """Return the sentence of a rate steadied toward the unit above."""

    @abstractmethod
    def no_hours(self, where: str, period: str) -> str:
        """Return the sentence of a unit in which nobody worked."""

    @abstractmethod
    def partial(self, months: float) -> str:
        """Return the sentence of a period shorter than a year."""


class English(Phrases):
    """British English."""

    all_served = "all it serves"
    too_close = "No difference stands clear of chance."
    points = "points"

    def between(self, low: str, high: str) -> str:
        return f"{low} to {high}"

    def bounded(self, value: str, bound: Bound) -> str:
        return {Bound.AT_LEAST: f"{value} or more", Bound.AT_MOST: f"{value} or less"}.get(bound, value)

    def answers(self, n: int) -> str:
        return f"{self.count(n)} answers"

    def level(self, unit: str, level: str) -> str:
        return f"{unit}, {level}"

    def value(self, subject: str, where: str, value: str, around: str, n: int) -> str:
        inside = f" ({around})" if around else ""
        return f"{subject}, {where}: {value}{inside}, {self.answers(n)}."

    def limit(self, subject: str, where: str, value: str, n: int) -> str:
        alike = "Nearly all answers are alike, so only this limit is shown."
        return f"{subject}, {where}: {value}, {self.answers(n)}. {alike}"

    def withheld(self, subject: str, where: str) -> str:
        return f"{subject}, {where}: not shown. Too few or too alike to show safely."

    def nearest(self, name: str, score: str) -> str:
        return f"The nearest group shown is {name}: {score}."

    def of(self, label: str, server: str) -> str:
        return f"{label} of {server}"

    def rated_by(self, served: str) -> str:
        return f"rated by {served}"

    def rest(self, parent: str) -> str:
        return f"the rest of {parent}"

    def benchmark(self, name: str) -> str:
        return f"the benchmark {name}"

    def apart(self, size: str, above: bool, other: str, sure: str) -> str:
        return f"That is {size} {'above' if above else 'below'} {other}; {sure}."

    def changed(self, size: str, up: bool, since: str, sure: str) -> str:
        return f"It is {'up' if up else 'down'} by {size} since {since}; {sure}."

    def sure(self, sureness: Sureness) -> str:
        return "we are sure" if sureness is Sureness.SURE else "we are fairly sure"

    def response(self, where: str, share: str, around: str) -> str:
        inside = f" ({around})" if around else ""
        return f"{where}: {share} of those asked answered{inside}."

    def response_withheld(self, where: str) -> str:
        return f"How many answered in {where} is not shown. Too few or too alike to show safely."

    def _cases(self, cases: int) -> str:
        return f"{self.count(cases)} {'case' if cases == 1 else 'cases'}"

    def injuries(
        self,
        where: str,
        kind: InjuryKind,
        period: str,
        cases: int,
        rate: str,
        around: str,
        steadied: str,
        steadied_around: str,
    ) -> str:
        per = f"{kind.upper()} per {self.count(PER_HOURS[kind])} hours"
        own = f"{per}, {where}, {period}: {rate} ({around}), {self._cases(cases)}."
        return f"{own} {self.steadied(steadied, steadied_around)}" if steadied else own

    def few_hours(
        self, where: str, kind: InjuryKind, period: str, cases: int, steadied: str, steadied_around: str
    ) -> str:
        per = f"{kind.upper()} per {self.count(PER_HOURS[kind])} hours"
        own = f"{per}, {where}, {period}: {self._cases(cases)}, and too few hours for a rate of its own."
        return f"{own} {self.steadied(steadied, steadied_around)}" if steadied else own

    def steadied(self, rate: str, around: str) -> str:
        return f"Steadied toward the unit above it is {rate} ({around})."

    def no_hours(self, where: str, period: str) -> str:
        return f"{where}, {period}: nobody worked, so there is no injury rate."

    def partial(self, months: float) -> str:
        return f"The period is {months:g} {'month' if months == 1 else 'months'}, not a full year."


class Spanish(Phrases):
    """Spanish, with decimal commas."""

    all_served = "todas las unidades a las que sirve"
    too_close = "Ninguna diferencia se distingue del azar."
    points = "puntos"

    def figure(self, value: float, decimals: int) -> str:
        return figure(value, decimals).replace(".", ",")

    def count(self, number: int) -> str:
        return f"{number:,}".replace(",", ".")

    def between(self, low: str, high: str) -> str:
        return f"de {low} a {high}"

    def bounded(self, value: str, bound: Bound) -> str:
        return {Bound.AT_LEAST: f"{value} o más", Bound.AT_MOST: f"{value} o menos"}.get(bound, value)

    def answers(self, n: int) -> str:
        return f"{self.count(n)} respuestas"

    def level(self, unit: str, level: str) -> str:
        return f"{unit}, {level}"

    def value(self, subject: str, where: str, value: str, around: str, n: int) -> str:
        inside = f" ({around})" if around else ""
        return f"{subject}, {where}: {value}{inside}, {self.answers(n)}."

    def limit(self, subject: str, where: str, value: str, n: int) -> str:
        alike = "Casi todas las respuestas son iguales, por eso solo se muestra este límite."
        return f"{subject}, {where}: {value}, {self.answers(n)}. {alike}"

    def withheld(self, subject: str, where: str) -> str:
        return f"{subject}, {where}: no se muestra. Demasiado pocas o demasiado iguales para mostrarlas con seguridad."

    def nearest(self, name: str, score: str) -> str:
        return f"El grupo más cercano que se muestra es {name}: {score}."

    def of(self, label: str, server: str) -> str:
        return f"{label} de {server}"

    def rated_by(self, served: str) -> str:
        return f"según {served}"

    def rest(self, parent: str) -> str:
        return f"el resto de {parent}"

    def benchmark(self, name: str) -> str:
        return f"la referencia {name}"

    def apart(self, size: str, above: bool, other: str, sure: str) -> str:
        return f"Está {size} por {'encima' if above else 'debajo'} de {other}; {sure}.".replace("de el ", "del ")

    def changed(self, size: str, up: bool, since: str, sure: str) -> str:
        return f"Ha {'subido' if up else 'bajado'} {size} desde {since}; {sure}."

    def sure(self, sureness: Sureness) -> str:
        return "es seguro" if sureness is Sureness.SURE else "es bastante seguro"

    def response(self, where: str, share: str, around: str) -> str:
        inside = f" ({around})" if around else ""
        return f"{where}: respondió el {share} de las personas invitadas{inside}."

    def response_withheld(self, where: str) -> str:
        few = "Demasiado pocas o demasiado iguales para mostrarlo con seguridad."
        return f"No se muestra cuántas personas respondieron en {where}. {few}"

    def _cases(self, cases: int) -> str:
        return f"{self.count(cases)} {'caso' if cases == 1 else 'casos'}"

    def injuries(
        self,
        where: str,
        kind: InjuryKind,
        period: str,
        cases: int,
        rate: str,
        around: str,
        steadied: str,
        steadied_around: str,
    ) -> str:
        per = f"{kind.upper()} por {self.count(PER_HOURS[kind])} horas"
        own = f"{per}, {where}, {period}: {rate} ({around}), {self._cases(cases)}."
        return f"{own} {self.steadied(steadied, steadied_around)}" if steadied else own

    def few_hours(
        self, where: str, kind: InjuryKind, period: str, cases: int, steadied: str, steadied_around: str
    ) -> str:
        per = f"{kind.upper()} por {self.count(PER_HOURS[kind])} horas"
        own = f"{per}, {where}, {period}: {self._cases(cases)} y muy pocas horas para una tasa propia."
        return f"{own} {self.steadied(steadied, steadied_around)}" if steadied else own

    def steadied(self, rate: str, around: str) -> str:
        return f"Estabilizada hacia la unidad superior es {rate} ({around})."

    def no_hours(self, where: str, period: str) -> str:
        return f"{where}, {period}: nadie trabajó, así que no hay tasa de lesiones."

    def partial(self, months: float) -> str:
        return f"El periodo es de {months:g} {'mes' if months == 1 else 'meses'}, no de un año entero."


PHRASES: dict[str, Phrases] = {"en": English(), "es": Spanish()}


def phrases_in(language: str = "") -> Phrases:
    """Return the words of a language, of the one in force by default. Raises KeyError for one there is not."""
    if not language:
        return PHRASES.get(spoken().partition("-")[0], PHRASES["en"])
    if language not in PHRASES:
        raise KeyError(f"there are no sentences in {language!r}; there are {', '.join(PHRASES)}")
    return PHRASES[language]
