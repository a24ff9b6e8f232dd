// Composer: stores a draft in the browser, shows the server's preview, completes tags, publishes with Ctrl+Enter. The
// form works without this script.

const form = document.querySelector("form.composer");
const text = form.elements.text;
const tags = form.elements.tags;
const state = form.querySelector("[data-state]");
let said = "", trouble = "";

function say(message) {
  said = message;
  state.textContent = `${message} ${trouble}`.trim();
}

/** Shows a problem with the server until it is resolved, next to any other message. */
function warn(message) {
  if (trouble !== message) {
    trouble = message;
    say(said);
  }
}

// The draft is stored in this browser until the server has saved the note.

const key = "starpunk.draft." + form.dataset.draft;
const FIELDS = ["title", "text", "tags", "slug", "visibility", "published"].filter((name) => form.elements[name]);

function read() {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function forget() {
  try {
    localStorage.removeItem(key);
  } catch {
    // Storage is disabled, so there is no draft.
  }
}

function values() {
  return Object.fromEntries(FIELDS.map((name) => [name, form.elements[name].value]));
}

function isSaved(draft) {
  const saved = document.cookie.match(/(?:^|; )starpunk-saved=([^;]*)/);
  return saved !== null && saved[1] === draft.id;
}

const untouched = JSON.stringify(values());
const base = form.dataset.draft === "new" ? undefined : untouched; // a draft of a new note fits every composer
let id = crypto.randomUUID ? crypto.randomUUID() : String(Date.now()) + "-" + Math.floor(Math.random() * 1e9);

function keep() {
  const now = values();
  if (JSON.stringify(now) === untouched && !("again" in form.dataset)) {
    forget();
    return;
  }
  try {
    const before = read();
    const others = before && before.id === id ? before.values : {}; // fields that only the large composer has
    localStorage.setItem(key, JSON.stringify({ id, base, values: { ...others, ...now } }));
    say("· kept in this browser");
  } catch {
    say("· not kept: this browser's storage is full or switched off");
  }
}

/** Restores a draft, unless the note has changed since, or the page already contains the typed text. */
function restore() {
  const draft = read();
  if (!draft) {
    return;
  }
  if (isSaved(draft) || draft.base !== base) {
    forget();
    return;
  }
  id = draft.id;
  if ("again" in form.dataset) {
    return;
  }
  for (const name of FIELDS) {
    if (typeof draft.values[name] === "string") {
      form.elements[name].value = draft.values[name];
    }
  }
  say("· your draft is back ");
  const drop = document.createElement("button");
  drop.type = "button";
  drop.className = "quiet";
  drop.textContent = "Throw it away";
  drop.addEventListener("click", discard);
  state.append(drop);
}

function discard() {
  const before = JSON.parse(untouched);
  FIELDS.forEach((name) => (form.elements[name].value = before[name]));
  forget();
  say("");
  text.focus();
  preview();
}

const draftField = document.createElement("input");
draftField.type = "hidden";
draftField.name = "draft";
form.append(draftField);

// Preview and address come from the server, so they match the published note.

const shown = form.querySelector("[data-html]");
const slug = form.querySelector("[data-slug]");
const nothing = shown ? [...shown.querySelectorAll(".empty")] : []; // placeholder texts
let asked = 0;

/** Shows a remark of the server, such as one about missing descriptions of pictures. */
function remark(words) {
  const place = form.querySelector("[data-remark]");
  if (place) {
    place.textContent = words || "";
    place.hidden = !words;
  }
}

/** Shows the note that already has the preferred address. */
function occupied(words) {
  const place = form.querySelector("[data-taken]");
  place.textContent = words || "";
  place.hidden = !words;
  if (words) {
    form.elements.slug.setAttribute("aria-invalid", "true");
  } else {
    form.elements.slug.removeAttribute("aria-invalid");
  }
}

/** Builds the note as on its page. */
function entry(title, html) {
  const article = document.createElement("article");
  article.className = "h-entry";
  if (title) {
    const heading = document.createElement("h1");
    heading.className = "p-name";
    heading.dir = "auto";
    heading.textContent = title;
    article.append(heading);
  }
  const content = document.createElement("div");
  content.className = "e-content";
  content.dir = "auto";
  content.innerHTML = html; // sanitised by the server, as on the published page
  article.append(content);
  return article;
}

/** Returns the form without placeholders of pictures, which have no address that a browser could load. */
function fields() {
  const data = new URLSearchParams(new FormData(form));
  data.set("text", text.value.replace(/!\[sending [^\]\n]* …\]\(\)/g, ""));
  return data;
}

async function preview() {
  const mine = ++asked;
  const title = form.elements.title ? form.elements.title.value.trim() : "";
  const empty = text.value.trim() === "" && title === "";
  if (empty) {
    shown.replaceChildren(...nothing);
    remark("");
    slug.textContent = "…";
  }
  if (empty && form.elements.slug.value.trim() === "") {
    occupied("");
    return;
  }
  shown.dataset.old = "";
  try {
    const response = await fetch(form.dataset.preview, {
      method: "POST",
      body: fields(),
      headers: { Accept: "application/json" },
    });
    if (mine !== asked) {
      return;
    }
    const out = response.status === 401 || response.status === 403; // 403 after another login in this browser
    warn(out ? "· you are logged out: log in in another tab, and load this page again; your draft will be here" : "");
    if (response.ok) {
      const answer = await response.json();
      if (mine === asked) {
        if (!empty) {
          shown.replaceChildren(entry(title, answer.html));
        }
        slug.textContent = answer.slug || "…";
        occupied(answer.taken);
        remark(answer.remark);
        delete shown.dataset.old;
      }
    }
  } catch {
    if (mine === asked) {
      warn("· no preview: the server does not answer");
    }
  }
}

// Tags: the list completes the last tag and repeats the ones before it, because a choice replaces the whole field.

const list = document.getElementById("known-tags");
const known = [...list.options].map((option) => option.value);

function complete() {
  const comma = tags.value.lastIndexOf(",");
  const head = comma < 0 ? "" : tags.value.slice(0, comma + 1) + " ";
  const typed = new Set(tags.value.split(",").map((tag) => tag.trim().toLowerCase()));
  list.replaceChildren(
    ...known.filter((name) => !typed.has(name.toLowerCase())).map((name) => new Option("", head + name)),
  );
}

// Pictures that are added, dropped or pasted are uploaded and inserted at the caret, below each other. The caret then
// moves between the brackets of the first one, for its description.

let uploads = Promise.resolve();

/** Shows why an upload failed, until the next picture is added. */
function refused(file, why) {
  const place = form.querySelector("[data-photo-wrong]");
  if (!place) {
    say(`· ${file.name} was not taken: ${why}`);
    return;
  }
  place.textContent = `${place.textContent} ${file.name} was not taken: ${why}`.trim();
  place.hidden = false;
}

function forgetRefused() {
  const place = form.querySelector("[data-photo-wrong]");
  if (place) {
    place.textContent = "";
    place.hidden = true;
  }
}

/** Uploads a picture and replaces its placeholder by its Markdown. Returns the Markdown; empty if the upload failed. */
async function addPicture(file, waiting) {
  const data = new FormData();
  data.append("csrf", form.elements.csrf.value);
  data.append("file", file);
  let done = "";
  try {
    const response = await fetch("/admin/photos", { method: "POST", body: data, headers: { Accept: "application/json" } });
    const answer = await response.json();
    if (answer.url) {
      done = `![](${answer.url})`;
      say("· write between the brackets what the picture shows");
    } else {
      refused(file, answer.error || answer.cure || `the server answered ${response.status}`);
    }
  } catch {
    refused(file, "the server does not answer");
  }
  const at = text.value.indexOf(waiting);
  if (at >= 0) {
    text.setRangeText(done, at, at + waiting.length, "preserve");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }
  return at >= 0 ? done : "";
}

/** Returns the caret, or the end of the picture around it, because Markdown of pictures cannot be nested. */
function outsideOfPictures(caret) {
  for (const picture of text.value.matchAll(/!\[[^\]\n]*\]\([^)\n]*\)/g)) {
    const end = picture.index + picture[0].length;
    if (picture.index < caret && caret < end) {
      return end;
    }
  }
  return caret;
}

let placeholders = 0;

function addPictures(files) {
  if (files.length === 0) {
    return uploads;
  }
  forgetRefused();
  const waiting = files.map((file) => `![sending ${file.name.replace(/[\[\]\n]/g, "")} (${++placeholders}) …]()`);
  const start = outsideOfPictures(text.selectionStart);
  const end = Math.max(start, outsideOfPictures(text.selectionEnd));
  const before = text.value.slice(0, start).endsWith(")") ? "\n\n" : "";
  text.setRangeText(before + waiting.join("\n\n"), start, end, "end");
  uploads = uploads.then(async () => {
    const done = [];
    for (const [i, file] of files.entries()) {
      done.push(await addPicture(file, waiting[i]));
    }
    const first = done.find((markdown) => markdown !== "");
    const at = first ? text.value.indexOf(first) : -1;
    if (at >= 0) {
      text.setSelectionRange(at + 2, at + 2);
    }
    text.focus();
  });
  return uploads;
}

function pictures(transfer) {
  return [...(transfer?.files || [])].filter((file) => file.type.startsWith("image/"));
}

const photos = form.querySelector("[data-photos]");
if (photos) {
  const chooser = photos.querySelector("input");
  photos.hidden = false;
  photos.querySelector("button").addEventListener("click", () => chooser.click());
  chooser.addEventListener("change", () => {
    addPictures([...chooser.files]);
    chooser.value = "";
  });
}
for (const name of ["drop", "paste"]) {
  text.addEventListener(name, (event) => {
    const files = pictures(event.dataTransfer || event.clipboardData);
    if (files.length > 0) {
      event.preventDefault();
      addPictures(files);
    }
  });
}

// Shows the length before the limit is reached.

const limit = Number(form.dataset.limit) || 0;

function measure() {
  const length = limit ? [...text.value].length : 0;
  if (length > limit * 0.9) {
    say(`· ${length.toLocaleString("en")} of ${limit.toLocaleString("en")} characters`);
  }
}

// The label of the button depends on the time of publication. Both times are local times of the site's zone, compared
// as if in UTC.

const when = form.elements.published;
const publishes = form.querySelector("[data-ahead]");
const opened = Date.now();

function label() {
  if (when && publishes) {
    const now = Date.parse(when.dataset.siteTime + "Z") + Date.now() - opened;
    publishes.textContent = Date.parse(when.value + "Z") > now ? publishes.dataset.ahead : publishes.dataset.past;
  }
}


let keeping, previewing;
form.addEventListener("input", (event) => {
  clearTimeout(keeping);
  keeping = setTimeout(() => {
    keep();
    measure();
  }, 400);
  if (shown) {
    clearTimeout(previewing);
    previewing = setTimeout(preview, 350);
  }
  if (event.target === tags) {
    complete();
  }
  label();
});

form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("button.primary"));
  }
});

let sent = false;
form.addEventListener("submit", (event) => {
  if (sent) {
    event.preventDefault();
    return;
  }
  sent = true;
  clearTimeout(keeping);
  keep();
  draftField.value = id;
});
addEventListener("pageshow", () => (sent = false));

form.querySelector("[data-without-script]")?.remove();
restore();
complete();
label();
if (shown && !("again" in form.dataset && shown.children.length > 1)) {
  preview();
}
