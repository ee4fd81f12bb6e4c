"""The jingles that come with ki-briefing, as scores and the instruments that play them.

Needed only to render them anew (``scripts/make_jingles``): the product ships the rendered files and never imports this.
"""
