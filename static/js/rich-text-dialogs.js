/*
 * The two questions the editor of rich text asks: where a link leads, and which picture.
 */

const NOT_A_LINK = "Enter a web address that begins with https://, or an email address.";
const DESCRIBE_IT = "Say in words what the picture shows.";
const CHOOSE_ONE = "Choose a picture.";
const NOT_SENT = "The picture could not be sent. Try again.";

/* What the buttons Link and Picture do, for one text. */
export function dialogsOf(area, editor, isAllowed) {
  const made = document.importNode(area.querySelector("template").content, true);
  const named = (name) => {
    const element = made.querySelector(`[data-dialog="${name}"]`);
    return element && asDialog(element, editor);
  };
  const [link, picture] = [named("link"), named("picture")];
  document.body.append(made);
  return {
    link: linkDialog(link, editor, isAllowed),
    picture: picture && pictureDialog(picture, editor, area),
  };
}

function asDialog(element, editor) {
  const part = (name) => element.querySelector(`[data-${name}]`);
  const error = part("error");
  const accept = () => {
    error.textContent = "";
    element.querySelectorAll("[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
  };
  part("cancel").addEventListener("click", () => element.close());
  element.addEventListener("close", () => editor.view.focus());
  return {
    part,
    close() {
      element.close();
      editor.view.focus();
    },
    open() {
      accept();
      element.showModal();
    },
    refuse(sentence, field) {
      accept();
      error.textContent = sentence;
      field.setAttribute("aria-invalid", "true");
      field.focus();
    },
    onSave(save) {
      element.querySelector("form").addEventListener("submit", (event) => {
        event.preventDefault();
        save();
      });
    },
  };
}

/* ---- Links --------------------------------------------------------------------------------- */

function linkDialog(dialog, editor, isAllowed) {
  const [text, address] = [dialog.part("text"), dialog.part("address")];

  dialog.onSave(() => {
    const href = asAddress(address.value.trim());
    const said = text.value.trim() || (text.parentElement.hidden ? "" : href.replace(/^mailto:/i, ""));
    if (!isAllowed(href)) {
      dialog.refuse(NOT_A_LINK, address);
      return;
    }
    const chain = editor.chain().focus();
    if (text.parentElement.hidden) {
      chain.extendMarkRange("link").setMark("link", { href }).run();
    } else {
      chain.insertContent({ type: "text", text: said, marks: [{ type: "link", attrs: { href } }] }).run();
    }
    dialog.close();
  });
  dialog.part("remove").addEventListener("click", () => {
    editor.chain().focus().extendMarkRange("link").unsetMark("link").run();
    dialog.close();
  });

  return () => {
    const isThere = editor.isActive("link");
    text.value = "";
    text.parentElement.hidden = isThere || !editor.state.selection.empty;
    address.value = (editor.getAttributes("link").href || "").replace(/^mailto:/i, "");
    dialog.part("remove").hidden = !isThere;
    dialog.open();
  };
}

/* An email address and a bare name of a site are what people type. */
function asAddress(typed) {
  if (/^[^\s@/:]+@[^\s@/:]+$/.test(typed)) {
    return `mailto:${typed}`;
  }
  return /^[^\s/:@]+\.[^\s/:@]{2,}(\/\S*)?$/.test(typed) ? `https://${typed}` : typed;
}

/* ---- Pictures ------------------------------------------------------------------------------ */

/* `data-pictures` lists on GET what is kept, and keeps a new one on POST. */
function pictureDialog(dialog, editor, area) {
  const [which, fresh, kept, shown, alt, save, remove] = [
    "which", "new", "kept", "shown", "alt", "save", "remove",
  ].map(dialog.part);
  const known = new Map();
  let isSending = false;

  /* The picture that stands in the text already and is to be changed. */
  function chosen() {
    const { node } = editor.state.selection;
    return node && node.type.name === "picture" ? node : null;
  }

  function offer(picture) {
    known.set(picture.name, picture);
    kept.add(new Option(picture.description, picture.name));
  }

  function show() {
    const picture = known.get(kept.value);
    shown.hidden = !picture;
    if (picture) {
      shown.firstElementChild.src = picture.address;
      alt.value = alt.value || picture.description;
      fresh.value = "";
    }
  }

  function put(name, words) {
    const attrs = { src: `stored-file:${name}`, alt: words };
    editor.chain().focus().insertContent({ type: "picture", attrs }).run();
    dialog.close();
  }

  async function keepNew(words) {
    const sent = new FormData();
    sent.append("csrfmiddlewaretoken", area.closest("form").elements.csrfmiddlewaretoken.value);
    sent.append("picture", fresh.files[0]);
    sent.append("description", words);
    const answer = await fetch(area.dataset.pictures, { method: "POST", body: sent });
    const said = await answer.json();
    if (answer.ok) {
      put(said.name, words);
    } else {
      dialog.refuse(said.problem, fresh);
    }
  }

  dialog.onSave(() => {
    const words = alt.value.trim();
    const isChanged = chosen() !== null;
    if (!isChanged && !fresh.files.length && !kept.value) {
      dialog.refuse(CHOOSE_ONE, fresh);
    } else if (!words) {
      dialog.refuse(DESCRIBE_IT, alt);
    } else if (isChanged) {
      const { from } = editor.state.selection;
      editor.chain().focus().updateAttributes("picture", { alt: words }).setNodeSelection(from).run();
      dialog.close();
    } else if (!fresh.files.length) {
      put(kept.value, words);
    } else if (!isSending) {
      isSending = true;
      keepNew(words)
        .catch(() => dialog.refuse(NOT_SENT, fresh))
        .finally(() => {
          isSending = false;
        });
    }
  });
  kept.addEventListener("change", () => {
    alt.value = "";
    show();
  });
  fresh.addEventListener("change", () => {
    kept.value = "";
    show();
  });
  remove.addEventListener("click", () => {
    editor.chain().focus().deleteSelection().run();
    dialog.close();
  });

  return () => {
    const isThere = chosen() !== null;
    which.hidden = isThere;
    remove.hidden = !isThere;
    save.textContent = isThere ? "Save" : "Put it here";
    alt.value = isThere ? chosen().attrs.alt : "";
    fresh.value = "";
    dialog.open();
    if (isThere) {
      return;
    }
    fetch(area.dataset.pictures)
      .then((answer) => answer.json())
      .then((said) => {
        kept.length = 1; // “None of them”
        said.pictures.forEach(offer);
        show();
      })
      .catch(() => dialog.refuse(NOT_SENT, fresh));
  };
}
