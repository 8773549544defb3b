"""Words of the sample of a respondent's page: invented, in a language from left to right and one from right to left.

They stand outside the catalogues: only the style page shows them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from headwater.rooms.house.templatetags.humanise import digits


@dataclass(frozen=True, slots=True)
class Words:
    """Every word of the sample in one language. digits: 0 to 11 as the language writes them."""

    organisation: str
    title: str
    promise: tuple[tuple[str, str], ...]
    before: str
    progress: str
    agree: tuple[str, ...]
    skip: str
    items: tuple[str, ...]
    choices: tuple[str, ...]
    asks: Mapping[str, str]
    digits: tuple[str, ...]


ENGLISH = Words(
    "Harbour Transit",
    "How is it to work here? Four minutes.",
    (
        ("Who asks:", "the experience team of Harbour Transit. Leaders see results on 1 December."),
        ("Anonymous:", "your name and your answers are never kept together once the survey is closed."),
        ("Never under five:", "a result is shown for 5 people or more, comments for 10 or more."),
        ("Since last time:", "you said rosters change late. From October they are fixed ten days ahead."),
    ),
    "Before you start",
    "12 of 60 answered. Saved.",
    ("Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree"),
    "Does not apply to me",
    (
        "My leader listens when I raise a problem.",
        "My leader tells me clearly what matters most.",
        "My leader notices good work on the day it happens.",
        "My leader keeps promises.",
    ),
    ("Working hours", "Tools and vehicles", "How leaders listen", "Pay", "The people I work with"),
    {
        "single": "Where do you work most of the time?",
        "multiple": "What would help you most? Tick all that apply.",
        "recommend": "How likely are you to recommend working here to a friend?",
        "unlikely": "Not at all likely",
        "likely": "Extremely likely",
        "ranking": "Put these in order: 1 matters most to you.",
        "best_worst": "Which of these matters most to you, which least?",
        "most": "Most",
        "least": "Least",
        "number": "How many years have you worked here?",
        "number_help": "Whole years. 0 if less than one.",
        "date": "When did you last speak with your leader about your work?",
        "text": "What should your leader do more, less or differently?",
        "text_help": "Please name nobody. Others may read what you write.",
        "matrix": "Your leader, in daily work",
        "wrong": "Two answers need another look",
        "required": "Choose one answer.",
        "whole": "Write a whole number, such as 4.",
        "next": "Next",
        "stop": "Stop, keep answers",
        "thanks": "Thank you. Your answers are in.",
        "after": "Results come on 1 December, with what will be done about them.",
        "yours": "What matters to you, as you have just said. It is not kept.",
        "code": "The code on your card",
        "begin": "Begin",
        "notice": "Only you see this page. Close it when somebody else uses this device.",
        "foot": "Questions about this survey: experience@harbour.example",
    },
    tuple(str(number) for number in range(12)),
)

ARABIC = Words(
    "هاربر ترانزيت",
    "كيف هو العمل هنا؟ أربع دقائق.",
    (
        ("من يسأل:", "فريق التجربة في هاربر ترانزيت. يرى القادة النتائج في ١ ديسمبر."),
        ("دون كشف الهوية:", "لا يُحفظ اسمك مع إجاباتك بعد إغلاق الاستبيان."),
        ("لا نتائج لأقل من خمسة:", "تظهر النتيجة لخمسة أشخاص فأكثر، والتعليقات لعشرة فأكثر."),
        ("منذ المرة السابقة:", "قلتم إن جداول العمل تتغير متأخرة. منذ أكتوبر تُثبَّت قبل عشرة أيام."),
    ),
    "قبل أن تبدأ",
    "أُجيب عن ١٢ من ٦٠. تم الحفظ.",
    ("لا أوافق بشدة", "لا أوافق", "محايد", "أوافق", "أوافق بشدة"),
    "لا ينطبق عليّ",
    (
        "يصغي قائدي إليّ عندما أطرح مشكلة.",
        "يوضح لي قائدي ما هو الأهم.",
        "يلاحظ قائدي العمل الجيد في يومه.",
        "يفي قائدي بوعوده.",
    ),
    ("ساعات العمل", "الأدوات والمركبات", "كيف يصغي القادة", "الأجر", "من أعمل معهم"),
    {
        "single": "أين تعمل معظم الوقت؟",
        "multiple": "ما الذي يساعدك أكثر؟ اختر كل ما ينطبق.",
        "recommend": "ما مدى احتمال أن توصي صديقًا بالعمل هنا؟",
        "unlikely": "غير محتمل إطلاقًا",
        "likely": "محتمل جدًا",
        "ranking": "رتّب ما يلي: ١ هو الأهم عندك.",
        "best_worst": "أيها الأهم عندك، وأيها الأقل أهمية؟",
        "most": "الأهم",
        "least": "الأقل",
        "number": "كم سنة عملت هنا؟",
        "number_help": "سنوات كاملة. ٠ إن كانت أقل من سنة.",
        "date": "متى تحدثت آخر مرة مع قائدك عن عملك؟",
        "text": "ما الذي ينبغي أن يفعله قائدك أكثر أو أقل أو بشكل مختلف؟",
        "text_help": "لا تذكر أسماء من فضلك. قد يقرأ آخرون ما تكتب.",
        "matrix": "قائدك في العمل اليومي",
        "wrong": "إجابتان تحتاجان إلى مراجعة",
        "required": "اختر إجابة واحدة.",
        "whole": "اكتب عددًا صحيحًا، مثل ٤.",
        "next": "التالي",
        "stop": "توقف واحفظ",
        "thanks": "شكرًا. وصلت إجاباتك.",
        "after": "تصدر النتائج في ١ ديسمبر مع ما سيُفعل بشأنها.",
        "yours": "ما يهمك كما قلت للتو. لا يُحفظ.",
        "code": "الرمز على بطاقتك",
        "begin": "ابدأ",
        "notice": "لا يرى هذه الصفحة سواك. أغلقها عندما يستخدم غيرك هذا الجهاز.",
        "foot": "أسئلة عن الاستبيان: experience@harbour.example",
    },
    tuple(digits(number, "ar") for number in range(12)),
)

WORDS: Mapping[str, Words] = {"en": ENGLISH, "ar": ARABIC}
