"""Rich texts for properties: as the editor writes them, and as it holds them while one types."""

from html import escape

from hypothesis import strategies as st

PICTURE = "stored-file:abcdefghijklmnop123456"
ADDRESSES = [
    "https://a.example/",
    "https://a.example/?b=1&c=%22",
    "https://é.example/ü?x=<|>",
    "mailto:office@school.example",
]
WORDS = [
    "Dear",
    "colleagues",
    "5 < 6",
    "Q & A",
    "“so”",
    "it's",
    '"quoted"',
    "naïve",
    "100 %",
    "👩‍🏫",
]
LEVELS = (2, 3, 4)

# ---- As it is written down ----------------------------------------------------------------------


def texts_of_the_editor():
    """Markup of every shape that the editor may write."""
    return st.lists(_blocks(), max_size=5).map("".join)


def _blocks():
    words = st.lists(_parts(), min_size=1, max_size=4).map("".join)
    heading = st.tuples(st.sampled_from(LEVELS), words).map(lambda t: f"<h{t[0]}>{t[1]}</h{t[0]}>")
    paragraph = words.map("<p>{}</p>".format)
    return heading | paragraph | st.recursive(_list_of(words), _list_within(words), max_leaves=4)


def _list_of(items):
    listed = st.lists(items, min_size=1, max_size=3).map(
        lambda each: "".join(f"<li>{item}</li>" for item in each)
    )
    return st.tuples(st.sampled_from(["ul", "ol"]), listed).map(
        lambda t: f"<{t[0]}>{t[1]}</{t[0]}>"
    )


def _list_within(words):
    return lambda lists: _list_of(st.tuples(words, lists).map("".join))


def _parts():
    plain = st.sampled_from(WORDS).map(lambda words: escape(words).replace("&#x27;", "'"))
    said = plain.map(lambda words: words.replace("&quot;", '"'))
    strong = said.map("<strong>{}</strong>".format)
    both = said.map("<strong><em>{}</em></strong>".format)
    link = st.tuples(st.sampled_from(ADDRESSES).map(escape), said).map(
        lambda t: f'<a href="{t[0]}" rel="noopener noreferrer">{t[1]}</a>'
    )
    picture = plain.map(lambda words: f'<img src="{PICTURE}" alt="{words}">')
    return said | strong | both | link | picture


# ---- As the editor holds it ---------------------------------------------------------------------


def documents():
    """What may stand in the editor, whatever somebody typed or pasted, as ProseMirror's JSON."""
    return st.lists(_nodes(), min_size=1, max_size=4).map(_node_of("doc"))


def _nodes():
    line = st.lists(_typed() | _picture(), max_size=4)
    paragraph = line.map(_node_of("paragraph"))
    heading = st.tuples(st.sampled_from(LEVELS), line).map(
        lambda t: {"type": "heading", "attrs": {"level": t[0]}, "content": t[1]}
    )
    return paragraph | heading | st.recursive(paragraph, _held_lists, max_leaves=6)


def _held_lists(blocks):
    item = st.tuples(_said(), st.lists(blocks, max_size=2)).map(lambda t: [t[0], *t[1]])
    items = st.lists(item.map(_node_of("listItem")), min_size=1, max_size=3)
    return st.tuples(st.sampled_from(["bulletList", "orderedList"]), items).map(
        lambda t: {"type": t[0], "content": t[1]}
    )


def _said():
    """What an item begins with; one without words of its own would be its inner list."""
    words = st.sampled_from(WORDS).map(lambda words: {"type": "text", "text": words})
    return st.tuples(words, st.lists(_typed(), max_size=2)).map(
        lambda t: {"type": "paragraph", "content": [t[0], *t[1]]}
    )


def _typed():
    characters = st.characters(exclude_categories=["Cs", "Cn"])
    words = st.text(characters, min_size=1, max_size=8) | st.sampled_from(WORDS)
    return st.tuples(words, _marks()).map(lambda t: {"type": "text", "text": t[0], "marks": t[1]})


def _marks():
    links = st.sampled_from(ADDRESSES).map(lambda at: {"type": "link", "attrs": {"href": at}})
    plain = st.sampled_from([[], [{"type": "bold"}], [{"type": "bold"}, {"type": "italic"}]])
    return plain | st.tuples(plain, links).map(lambda t: [*t[0], t[1]])


def _picture():
    return st.text(st.characters(exclude_categories=["Cs", "Cn"]), max_size=8).map(
        lambda alt: {"type": "picture", "attrs": {"src": PICTURE, "alt": alt}}
    )


def _node_of(kind):
    return lambda content: {"type": kind, "content": content}
