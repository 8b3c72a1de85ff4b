"""Reading a page of the list check again, as strictly as it is meant to be."""

from html.parser import HTMLParser

TAGS = {
    *("html", "head", "meta", "title", "style", "body", "main", "header", "section", "p", "h1"),
    *("h2", "strong", "bdi", "dl", "div", "dt", "dd", "table", "caption", "thead", "tbody", "tr"),
    *("th", "td", "span", "ul", "li", "svg", "rect", "line"),
}


class Elements(HTMLParser):
    """Elements with their attributes; every one that is opened must be closed in its turn."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def check_page(text: str) -> None:
    """Whatever the list held, the page is made of our elements alone and fetches nothing."""
    found = Elements(text)
    assert not found.open
    assert {tag for tag, _ in found.elements} <= TAGS
    for _, attributes in found.elements:
        assert not {"style", "src", "href", "srcset"} & attributes.keys()
        assert not any(name.startswith("on") for name in attributes)
    assert "url(" not in text
    assert "@import" not in text
    text.encode("utf-8")
