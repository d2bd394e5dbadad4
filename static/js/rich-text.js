/*
 * The editor of rich text: a text area with `data-rich-text` around it becomes one.
 *
 * The text area stays what is sent: it is kept up to date, and untouched until something is typed.
 * If anything here does not load, it is there to be written in as without JavaScript.
 */

const NAME = "NAME"; // stands for the name of a file in the address the page gives
const NO_PICTURES = "Pictures are left out when text is pasted.";
const BY_THE_BUTTON = " Put one in with the Picture button.";
const PARTS = ["library", "words", "dialogs"];

const leaving = { isDirty: false, isWatched: false };

document.querySelectorAll("[data-rich-text]").forEach((area) => {
  Promise.all(PARTS.map((part) => import(area.dataset[part])))
    .then((parts) => begin(area, ...parts))
    .catch((problem) => console.warn("The editor did not start:", problem));
});

function begin(area, library, words, dialogs) {
  const textarea = area.querySelector("textarea");
  const bar = area.querySelector("[role=toolbar]");
  const says = area.querySelector("[role=status]");
  const label = document.querySelector(`label[for="${CSS.escape(textarea.id)}"]`);
  const shownAt = (name) => area.dataset.file.replace(NAME, name);
  const least = Number(area.dataset.heading);
  const frame = document.createElement("div");
  frame.className = "rich-text-area__page prose rich-text";
  textarea.before(frame);

  const editor = new library.Editor({
    element: frame,
    injectCSS: false,
    extensions: words.partsOfAText(library, shownAt, least),
    enableInputRules: ["bulletList"],
    enablePasteRules: false,
    content: words.asMarkup(textarea.value),
    editorProps: {
      attributes: named(textarea, label),
      transformPastedHTML: (html) => {
        const kept = words.pasted(html, least);
        say(kept.hadPictures ? refusal() : "");
        return kept.html;
      },
      handlePaste: (_view, event) => refusesFiles(event, event.clipboardData),
      handleDrop: (_view, event) => refusesFiles(event, event.dataTransfer),
      handleKeyDown: (_view, event) => keys(event),
    },
    onUpdate: keep,
    onTransaction: () => showState(bar, editor),
  });

  function keep() {
    textarea.value = words.written(editor.state.doc);
    leaving.isDirty = true;
    textarea.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function say(sentence) {
    says.textContent = sentence;
  }

  function refusal() {
    return NO_PICTURES + (area.dataset.pictures ? BY_THE_BUTTON : "");
  }

  /* A picture alone on the clipboard; Word puts one beside its text, and then the text counts. */
  function refusesFiles(event, carried) {
    if (!carried || !carried.files.length || /text\/(html|plain)/.test(Array.from(carried.types).join())) {
      return false;
    }
    event.preventDefault();
    say(refusal());
    return true;
  }

  const { link, picture } = dialogs.dialogsOf(area, editor, words.isAllowed);
  const chain = () => {
    editor.view.focus(); // at once: whoever presses a button goes on typing
    return editor.chain();
  };
  const acts = {
    bold: () => chain().toggleBold().run(),
    italic: () => chain().toggleItalic().run(),
    bullets: () => chain().toggleBulletList().run(),
    numbers: () => chain().toggleOrderedList().run(),
    undo: () => chain().undo().run(),
    redo: () => chain().redo().run(),
    link,
    picture,
  };
  [2, 3, 4].forEach((level) => {
    acts[`heading-${level}`] = () => chain().toggleHeading({ level }).run();
  });

  function keys(event) {
    const isMod = event.ctrlKey || event.metaKey;
    if (event.key === "F10" && event.altKey) {
      bar.querySelector("[tabindex='0']").focus();
    } else if (isMod && !event.shiftKey && event.key.toLowerCase() === "k") {
      link();
    } else {
      return false;
    }
    event.preventDefault();
    return true;
  }

  readyBar(bar, acts, editor);
  takePlace(area, textarea, label, editor);
  showState(bar, editor);
  guardLeaving(textarea.form);
}

/* What somebody who listens is told of the page one writes on. */
function named(textarea, label) {
  const said = { role: "textbox", "aria-multiline": "true", id: textarea.id, spellcheck: "true" };
  if (label) {
    label.id = label.id || `${textarea.id}_label`;
    said["aria-labelledby"] = label.id;
  }
  const described = (textarea.getAttribute("aria-describedby") || "").split(" ");
  said["aria-describedby"] = described.filter((id) => id && id !== `${textarea.id}_writing`).join(" ");
  ["aria-invalid", "aria-required"].forEach((name) => {
    if (textarea.hasAttribute(name)) {
      said[name] = textarea.getAttribute(name);
    }
  });
  if (textarea.required) {
    said["aria-required"] = "true";
  }
  if (!said["aria-describedby"]) {
    delete said["aria-describedby"];
  }
  return said;
}

/* The editor stands where the text area stood, and takes its name, so that links to it lead there. */
function takePlace(area, textarea, label, editor) {
  textarea.id += "_kept";
  textarea.required = false;
  textarea.hidden = true;
  area.querySelector(".rich-text-area__plain").hidden = true;
  if (label) {
    label.addEventListener("click", () => editor.view.focus());
  }
  const named = (area.dataset.notNeeded || "").split(" ").filter(Boolean);
  named.forEach((name) => {
    const field = textarea.form.elements[name];
    const rows = field && field.closest("fieldset");
    if (rows && !rows.querySelector(".errorlist")) {
      rows.hidden = true;
    }
  });
}

/* ---- The row of buttons -------------------------------------------------------------------- */

function readyBar(bar, acts, editor) {
  const buttons = Array.from(bar.querySelectorAll("button"));
  const reach = (button) => {
    buttons.forEach((each) => (each.tabIndex = each === button ? 0 : -1));
  };
  reach(buttons[0]);
  bar.addEventListener("mousedown", (event) => event.preventDefault()); // what is chosen stays chosen
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button && button.getAttribute("aria-disabled") !== "true") {
      reach(button);
      acts[button.dataset.act]();
    }
  });
  bar.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (event.key === "Escape") {
      editor.view.focus();
    } else if (to === undefined) {
      return;
    } else {
      const next = buttons[(to + buttons.length) % buttons.length];
      reach(next);
      next.focus();
    }
    event.preventDefault();
  });
  bar.hidden = false;
}

function showState(bar, editor) {
  const is = {
    bold: editor.isActive("bold"),
    italic: editor.isActive("italic"),
    bullets: editor.isActive("bulletList"),
    numbers: editor.isActive("orderedList"),
    link: editor.isActive("link"),
    picture: editor.isActive("picture"),
  };
  bar.querySelectorAll("button").forEach((button) => {
    const act = button.dataset.act;
    if (act === "undo" || act === "redo") {
      button.setAttribute("aria-disabled", String(!editor.can()[act]()));
    } else {
      const level = /^heading-(\d)$/.exec(act);
      const on = level ? editor.isActive("heading", { level: Number(level[1]) }) : is[act];
      button.setAttribute("aria-pressed", String(on));
    }
  });
}

/* ---- Leaving ------------------------------------------------------------------------------- */

/* Whoever leaves with words that were not sent is asked by the browser whether they mean it. */
function guardLeaving(form) {
  form.addEventListener("submit", () => {
    leaving.isDirty = false;
  });
  if (!leaving.isWatched) {
    leaving.isWatched = true;
    window.addEventListener("beforeunload", (event) => {
      if (leaving.isDirty) {
        event.preventDefault();
      }
    });
  }
}
