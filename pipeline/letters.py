"""Characters of Arabic text as bodies of regular-expression classes, for the stages that read raw text.

They say what a character is, never what it is equal to: comparing is folding (`glossary.arabic`).
"""

ALEF = "\u0627"
BEH = "\u0628"
FEH = "\u0641"
GHAIN = "\u063a"
HEH = "\u0647"
JEEM = "\u062c"
KAF = "\u0643"
LAM = "\u0644"
NOON = "\u0646"
QAF = "\u0642"
SAD = "\u0635"
SEEN = "\u0633"
TAH = "\u0637"
TATWEEL = "\u0640"
TEH = "\u062a"
TEH_MARBUTA = "\u0629"
WAW = "\u0648"
YEH = "\u064a"
ZAIN = "\u0632"

ARABIC_COMMA = "\u060c"
ARABIC_SEMICOLON = "\u061b"
ARABIC_QUESTION_MARK = "\u061f"
ARABIC_PERCENT_SIGN = "\u066a"
ARABIC_DECIMAL_SEPARATOR = "\u066b"
ARABIC_THOUSANDS_SEPARATOR = "\u066c"
URDU_FULL_STOP = "\u06d4"

EASTERN_DIGITS = "\u0660-\u0669\u06f0-\u06f9"
DIGITS = "0-9" + EASTERN_DIGITS

PRESENTATION_FORMS = "\ufb50-\ufdff\ufe70-\ufefc"
LETTERS = (
    "\u0620-\u063f\u0641-\u064a\u066e-\u066f\u0671-\u06d3\u06d5\u06e5-\u06e6\u06ee-\u06ef\u06fa-\u06ff"
    "\u0750-\u077f\u0860-\u086a\u0870-\u0887\u0889-\u088e\u08a0-\u08c9" + PRESENTATION_FORMS
)
MARKS = (
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7-\u06e8\u06ea-\u06ed"
    "\u0898-\u089f\u08ca-\u08ff"
)

BIDI_CONTROLS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
BYTE_ORDER_MARK = "\ufeff"
ZERO_WIDTH_SPACE = "\u200b"
JOINERS = "\u200c\u200d"

STOPS = ".!?\u2026" + ARABIC_QUESTION_MARK + URDU_FULL_STOP
CLOSING_MARKS = ")\\]\"'\u00bb\u201d\u2019\u203a\u201c\u2018"

# fmt: off
MONTHS = frozenset({
    "يناير", "فبراير", "مارس", "أبريل", "إبريل", "ابريل", "نيسان", "مايو", "أيار", "ايار", "يونيو", "يونيه",
    "حزيران", "يوليو", "يوليه", "تموز", "أغسطس", "اغسطس", "آب", "سبتمبر", "أيلول", "ايلول", "أكتوبر",
    "اكتوبر", "تشرين", "نوفمبر", "ديسمبر", "كانون", "شباط", "آذار", "اذار",
})
# fmt: on
