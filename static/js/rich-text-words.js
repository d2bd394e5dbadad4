/*
 * What may stand in a rich text, and how it is written down: just what the portal's cleaner keeps
 * (hub_portal/shared/rich_text.py), so that what somebody sees in the editor is what is saved.
 */

const LINK = /^(https:\/\/|mailto:)\S+$/i;
const PICTURE = /^stored-file:([A-Za-z0-9_-]{16,64})$/;
const A_TAG = /<[a-zA-Z/!]/;
// as hub_portal/shared/plain_text.py: what cannot be seen is dropped here and refused there
const MEANS_NOTHING = /[\u00ad\u200b\u2060\ufeff]/g;
const SPACES = /[\s\u001c-\u001f\u0085]+/g;
const UNSEEN = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]/gu;
const MARKS_WITHOUT_A_LETTER = /^[ \p{M}]*\p{M} */u;
const ESCAPED = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/* Whether a link may lead there. */
export function isAllowed(address) {
  if (!LINK.test(address)) {
    return false;
  }
  try {
    return Boolean(new URL(address));
  } catch {
    return false;
  }
}

/*
 * The parts of a text, for the editor. `shownAt` says where a picture of this name is fetched. A
 * heading of level `least` comes next under that of the page one writes on, and is read out so.
 */
export function partsOfAText(library, shownAt, least = 2) {
  const { Bold, BulletList, Document, Heading, Italic, ListItem, Mark, Node, Paragraph, Text, UndoRedo } = library;

  const OrderedList = Node.create({
    name: "orderedList",
    group: "block list",
    content: "listItem+",
    parseHTML: () => [{ tag: "ol" }],
    renderHTML: () => ["ol", 0],
    addCommands() {
      return { toggleOrderedList: () => ({ commands }) => commands.toggleList(this.name, "listItem") };
    },
    addKeyboardShortcuts() {
      return { "Mod-Shift-7": () => this.editor.commands.toggleOrderedList() };
    },
  });

  const Item = ListItem.extend({
    content: "paragraph (paragraph | bulletList | orderedList)*",
    addKeyboardShortcuts() {
      return { Enter: () => this.editor.commands.splitListItem(this.name) }; // Tab leaves the editor
    },
  });

  // as it is written: Tiptap would make a number of an alt text “2026”
  const said = (name) => ({ default: "", parseHTML: (element) => element.getAttribute(name) || "" });

  const Link = Mark.create({
    name: "link",
    inclusive: false,
    addAttributes: () => ({ href: said("href") }),
    parseHTML: () => [
      { tag: "a[href]", getAttrs: (link) => (isAllowed(link.getAttribute("href")) ? null : false) },
    ],
    renderHTML: ({ HTMLAttributes }) => ["a", HTMLAttributes, 0],
  });

  const Picture = Node.create({
    name: "picture",
    group: "inline",
    inline: true,
    draggable: true,
    addAttributes: () => ({ src: said("src"), alt: said("alt") }),
    parseHTML: () => [
      { tag: "img[src]", getAttrs: (img) => (PICTURE.test(img.getAttribute("src")) ? null : false) },
    ],
    renderHTML: ({ HTMLAttributes }) => ["img", HTMLAttributes],
    addNodeView() {
      return ({ node }) => {
        const img = document.createElement("img");
        img.src = shownAt(PICTURE.exec(node.attrs.src)[1]);
        img.alt = node.attrs.alt;
        return { dom: img };
      };
    },
  });

  const LEVELS = [2, 3, 4]; // one above those offered may stand there, but is not made
  const Headings = Heading.extend({
    addKeyboardShortcuts() {
      const key = (level) => [`Mod-Alt-${level}`, () => this.editor.commands.toggleHeading({ level })];
      return Object.fromEntries(LEVELS.filter((level) => level >= least).map(key));
    },
    renderHTML({ node: { attrs } }) {
      return [`h${attrs.level}`, { "aria-level": Math.max(2, attrs.level - least + 2) }, 0];
    },
  }).configure({ levels: LEVELS });

  return [Document, Paragraph, Text, Headings, BulletList, OrderedList, Item, Bold, Italic, Link, Picture, UndoRedo];
}

/* ---- Written down -------------------------------------------------------------------------- */

/* The whole text as the portal keeps it; paragraphs with nothing in them are left out. */
export function written(doc) {
  return blocks(doc).replace(/ {2,}/g, " ").normalize("NFC");
}

function blocks(node) {
  let all = "";
  node.forEach((child) => {
    all += block(child);
  });
  return all;
}

function block(node) {
  switch (node.type.name) {
    case "bulletList":
      return within("ul", blocks(node));
    case "orderedList":
      return within("ol", blocks(node));
    case "listItem":
      return within("li", item(node));
    case "heading":
      return within(`h${node.attrs.level}`, line(node));
    default:
      return within("p", line(node));
  }
}

/* An item of one paragraph is written without it, as people write it by hand. */
function item(node) {
  const [first, ...others] = node.content.content.filter((child) => block(child));
  const isParagraph = (child) => child.type.name === "paragraph";
  if (!first || !isParagraph(first) || others.some(isParagraph)) {
    return blocks(node);
  }
  return line(first) + others.map(block).join("");
}

/* Nothing at all, where neither a word nor a picture would be seen. */
function within(tag, content) {
  return content.replace(/<(?!img)[^>]*>/g, "").trim() ? `<${tag}>${content}</${tag}>` : "";
}

function line(node) {
  const open = [];
  let all = "";
  node.forEach((part) => {
    const words = part.isText ? escaped(plain(part.text)) : img(part);
    if (!words) {
      return;
    }
    const marks = words.trim() ? part.marks : []; // a space looks the same in bold
    let shared = 0;
    while (shared < open.length && shared < marks.length && open[shared].eq(marks[shared])) {
      shared += 1;
    }
    while (open.length > shared) {
      all += closing(open.pop());
    }
    marks.slice(shared).forEach((mark) => {
      open.push(mark);
      all += opening(mark);
    });
    all += words;
  });
  while (open.length) {
    all += closing(open.pop());
  }
  return all;
}

const TAG_OF = { bold: "strong", italic: "em", link: "a" };

function opening(mark) {
  if (mark.type.name !== "link") {
    return `<${TAG_OF[mark.type.name]}>`;
  }
  return `<a href=${quoted(plain(mark.attrs.href))} rel="noopener noreferrer">`;
}

function closing(mark) {
  return `</${TAG_OF[mark.type.name]}>`;
}

function img(node) {
  return `<img src=${quoted(node.attrs.src)} alt=${quoted(plain(node.attrs.alt).trim())}>`;
}

function plain(text) {
  const seen = text.replace(MEANS_NOTHING, "").replace(SPACES, " ").replace(UNSEEN, "");
  const single = seen.normalize("NFC").replace(/ {2,}/g, " ");
  return single.replace(MARKS_WITHOUT_A_LETTER, (found) => (found.includes(" ") ? " " : ""));
}

function escaped(text) {
  return text.replace(/[&<>]/g, (character) => ESCAPED[character]);
}

function quoted(text) {
  return `"${escaped(text).replace(/"/g, "&quot;")}"`;
}

/* ---- Read, and pasted ---------------------------------------------------------------------- */

/* What stands in the field, as markup: text without any tag has a paragraph for each empty line. */
export function asMarkup(text) {
  if (A_TAG.test(text)) {
    return inert(text);
  }
  return text
    .split(/\n\s*\n/)
    .map((typed) => within("p", escaped(typed.trim())))
    .join("");
}

/* The content policy minds styles and handlers even where nothing is shown: they are set aside first. */
function inert(html) {
  return html
    .replace(/<style\b[\s\S]*?<\/style>/gi, "")
    .replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\s(style|on[a-z]+)(?=\s*=)/gi, " data-$1"));
}

/*
 * What another program put on the clipboard, in the parts a text has, its largest heading being
 * `least`; and whether pictures were in it.
 */
export function pasted(html, least) {
  const lines = inert(html).replace(/<br\b[^>]*>/gi, "</p><p>");
  const page = new DOMParser().parseFromString(lines, "text/html");
  const all = (selector) => Array.from(page.body.querySelectorAll(selector));
  const pictures = all("img").filter((one) => !PICTURE.test(one.getAttribute("src") || ""));
  pictures.forEach((one) => one.remove());
  all("script, title, meta, link").forEach((one) => one.remove());
  listsOfWord(all);
  all("[data-style]").forEach(styled);
  all("h1, h2, h3, h4, h5, h6").forEach((one) => {
    renamed(one, `h${Math.min(Math.max(Number(one.tagName[1]), least), 4)}`);
  });
  all("td, th, dt, dd, caption").forEach((one) => renamed(one, "div"));
  return { html: page.body.innerHTML, hadPictures: pictures.length > 0 };
}

/* Google Docs and Outlook say bold and italic by a style; Google Docs wraps everything in a thin <b>. */
function styled(element) {
  const style = element.dataset.style.toLowerCase().replace(/\s/g, "");
  const says = (pattern) => pattern.test(style);
  if (/^(B|STRONG)$/.test(element.tagName) && says(/font-weight:(normal|[1-4]00)/)) {
    renamed(element, "span");
    return;
  }
  if (/^H[1-6]$/.test(element.tagName) || !element.textContent.trim()) {
    return;
  }
  if (says(/font-weight:(bold|[6-9]00)/)) {
    wrapContent(element, "strong");
  }
  if (says(/font-style:(italic|oblique)/)) {
    wrapContent(element, "em");
  }
}

/* Word writes a list as paragraphs, each with its bullet or number typed before it. */
function listsOfWord(all) {
  let list = null;
  all("p[data-style*='mso-list']").forEach((paragraph) => {
    const marker = Array.from(paragraph.querySelectorAll("span")).find((one) =>
      /mso-list:\s*ignore/i.test(one.dataset.style || ""),
    );
    const kind = marker && /^\s*\(?[0-9a-z]+[.)]/i.test(marker.textContent) ? "OL" : "UL";
    if (marker) {
      marker.remove();
    }
    if (!list || list.tagName !== kind || paragraph.previousElementSibling !== list) {
      list = paragraph.ownerDocument.createElement(kind);
      paragraph.before(list);
    }
    const words = paragraph.ownerDocument.createElement("li");
    words.append(...paragraph.childNodes);
    list.append(words);
    paragraph.remove();
  });
}

function renamed(element, tag) {
  const other = element.ownerDocument.createElement(tag);
  other.append(...element.childNodes);
  element.replaceWith(other);
}

/* Marks go inside blocks: a bold <p> becomes a <p> with bold words. */
function wrapContent(element, tag) {
  const wrap = element.ownerDocument.createElement(tag);
  wrap.append(...element.childNodes);
  element.append(wrap);
}
