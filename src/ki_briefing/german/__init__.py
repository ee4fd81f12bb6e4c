"""How written German is read aloud.

    text ──sentences──▶ sentences ──clauses──▶ parts for one breath ──verbalize──▶ spoken form, spans ──lexicon──▶ sounds

``verbalize`` cleans a text (``unicode``) and walks through it (``scan``) with rules. A rule is one form of writing: a
constant in the module of its kind (``addresses``, ``law``, ``names``, ``regnal``, ``fractions``, ``dates``, ``clock``,
``weekdays``, ``money``, ``units``, ``shorthand``, ``symbols``, ``inclusive``, ``acronyms``, ``figures``, ``ordinals``)
with a place in ``order``, the one list of all. To add one, write the constant, give it its place, and add a line to a
case file in ``tests/data/verbalize``.

What the rules share: ``numbers`` and ``numerals`` (figures -> words), ``grammar`` (case and gender), ``day_case`` (of
a date), ``abbreviations`` and ``sentence_words`` (tables). ``pls`` and ``pronunciations`` exchange the lexicon with
other systems; ``foreign`` names words that it lacks.
"""
