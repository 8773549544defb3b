// Keeps what is noted on a visit on the phone and sends it when there is a way. The forms work without it.
(() => {
  "use strict";
  const main = document.querySelector("[data-visit]");
  if (!main || !window.localStorage) return;
  const words = main.dataset, place = `visit:${words.visit}`, state = document.getElementById("state");
  const read = () => { try { return JSON.parse(localStorage.getItem(place) || "[]"); } catch { return []; } };
  const write = listed => {
    if (listed.length) localStorage.setItem(place, JSON.stringify(listed)); else localStorage.removeItem(place);
  };
  const newId = () => {
    if (crypto.randomUUID) return crypto.randomUUID();
    const b = crypto.getRandomValues(new Uint8Array(16));
    b[6] = b[6] & 15 | 64; b[8] = b[8] & 63 | 128;
    const hex = [...b].map(one => one.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  };
  const say = text => { state.hidden = !text; state.textContent = text; };
  const noted = document.getElementById("noted");
  const show = one => {
    if (noted.querySelector(`[data-id="${one.id}"]`)) return;
    const line = document.createElement("li"), tag = document.createElement("span");
    line.dataset.id = one.id;
    tag.className = "tag";
    tag.textContent = one.label;
    line.append(tag, ` ${one.words || one.caption || ""}`);
    noted.append(line);
    document.getElementById("nothing").hidden = true;
  };
  const waiting = () => {
    const count = read().length;
    if (!count) return "";
    return words.waits.replace("{n}", new Intl.NumberFormat(document.documentElement.lang).format(count));
  };

  const post = (address, options) => fetch(address, {method: "POST", credentials: "same-origin", redirect: "manual", ...options});
  const blobOf = data => {
    const [head, body] = data.split(","), raw = atob(body), bytes = new Uint8Array(raw.length);
    for (let at = 0; at < raw.length; at++) bytes[at] = raw.charCodeAt(at);
    return new Blob([bytes], {type: head.slice(5, head.indexOf(";"))});
  };
  const without = ids => write(read().filter(one => !ids.has(one.id)));
  const refuse = (id, why) => {
    const line = noted.querySelector(`[data-id="${id}"]`);
    if (line) line.append(` – ${words.refused} ${why}`);
    write(read().map(one => one.id === id ? {...one, refused: why} : one));
  };

  let sending = false;
  const send = async () => {
    const listed = read().filter(one => !one.refused);
    if (sending || !listed.length) { say(waiting()); return; }
    sending = true;
    try {
      const fresh = await fetch(words.sync, {credentials: "same-origin", redirect: "manual", headers: {Accept: "application/json"}});
      if (!fresh.ok) { say(`${words.sign} ${waiting()}`); return; }
      const token = (await fresh.json()).token;
      const entries = listed.filter(one => !["photo", "finish"].includes(one.kind)), finish = listed.find(one => one.kind === "finish");
      const headers = {"X-CSRFToken": token, Accept: "application/json"};
      if (entries.length || finish) {
        const answer = await post(words.sync, {headers: {...headers, "Content-Type": "application/json"},
          body: JSON.stringify({entries, finish: finish || null})});
        if (!answer.ok) { say(waiting()); return; }
        const told = await answer.json();
        without(new Set([...told.kept, ...(told.finished ? [finish.id] : [])]));
        told.refused.forEach(one => refuse(one.id, one.why));
        if (finish && !told.finished) refuse(finish.id, told.why || "");
      }
      for (const one of listed.filter(each => each.kind === "photo")) {
        const body = new FormData();
        body.set("key", one.id);
        body.set("caption", one.caption);
        body.set("consent", "on");
        body.set("photo", blobOf(one.data), "photo.jpg");
        const answer = await post(words.photo, {headers, body});
        const told = answer.ok || answer.status === 422 ? await answer.json() : null;
        if (told && told.kept) without(new Set([one.id]));
        else if (told) refuse(one.id, told.why);
        else break;
      }
      say(read().length ? waiting() : words.sent);
    } catch {
      say(`${words.none} ${waiting()}`);
    } finally {
      sending = false;
    }
  };

  const keep = one => {
    const before = read();
    try { write([...before, one]); } catch { write(before); say(words.full); return false; }
    show(one);
    say(waiting());
    send();
    return true;
  };
  main.querySelectorAll("form[data-kind]").forEach(form => form.addEventListener("submit", event => {
    event.preventDefault();
    const given = Object.fromEntries([...new FormData(form)].filter(([, value]) => typeof value === "string"));
    const one = {id: newId(), kind: form.dataset.kind, label: form.dataset.label, at: new Date().toISOString()};
    if (one.kind === "photo") {
      const data = pictured();
      if (!data) return;
      Object.assign(one, {caption: given.caption || "", data});
    } else if (one.kind === "finish") {
      write(read().filter(each => each.kind !== "finish"));
      Object.assign(one, {done_date: given.done_date, minutes_spent: given.minutes_spent, met: given.met});
    } else {
      Object.assign(one, {words: given.words, to_customers: given.to_customers || "", severity: given.severity || "",
        service: given.service || ""});
    }
    if (!keep(one)) return;
    if (one.kind !== "finish") form.reset();
    if (one.kind === "photo") forget();
  }));

  // The blur: squares of one colour each, drawn into the picture itself. What is sent never held what lies under them.
  const file = document.getElementById("p-photo"), canvas = document.getElementById("p-canvas"), blur = document.getElementById("p-blur");
  const LONGEST = 1280, BLOCK = 36;
  let picture = null;
  const forget = () => { picture = null; blur.hidden = true; canvas.width = canvas.height = 0; };
  const draw = () => {
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    blur.hidden = false;
  };
  const pictured = () => picture && canvas.width ? canvas.toDataURL("image/jpeg", .75) : "";
  file.addEventListener("change", async () => {
    forget();
    if (!file.files.length) return;
    try { picture = await createImageBitmap(file.files[0], {imageOrientation: "from-image"}); draw(); } catch { file.value = ""; }
  });
  document.getElementById("p-undo").addEventListener("click", () => { if (picture) draw(); });
  const side = () => BLOCK * Math.max(1, Math.round(Math.max(canvas.width, canvas.height) / 640));
  const cover = (column, row) => {
    const pen = canvas.getContext("2d"), size = side();
    for (let x = column - 1; x <= column + 1; x++) for (let y = row - 1; y <= row + 1; y++) {
      const left = x * size, top = y * size;
      if (left < 0 || top < 0 || left >= canvas.width || top >= canvas.height) continue;
      const found = pen.getImageData(left, top, Math.min(size, canvas.width - left), Math.min(size, canvas.height - top)).data;
      const sum = [0, 0, 0];
      for (let at = 0; at < found.length; at += 4) for (let part = 0; part < 3; part++) sum[part] += found[at + part];
      pen.fillStyle = `rgb(${sum.map(one => Math.round(one / (found.length / 4))).join(",")})`;
      pen.fillRect(left, top, size, size);
    }
  };
  const under = event => {
    const box = canvas.getBoundingClientRect();
    cover(...[(event.clientX - box.left) / box.width * canvas.width, (event.clientY - box.top) / box.height * canvas.height]
      .map(at => Math.floor(at / side())));
  };
  let drawing = false;
  canvas.addEventListener("pointerdown", event => { drawing = true; canvas.setPointerCapture(event.pointerId); under(event); });
  canvas.addEventListener("pointermove", event => { if (drawing) under(event); });
  ["pointerup", "pointercancel"].forEach(name => canvas.addEventListener(name, () => { drawing = false; }));

  // Without a pointer: arrows move a frame over the photo, space or enter covers what is in it.
  const frame = document.getElementById("p-frame"), at = [0, 0];
  const last = () => [canvas.width, canvas.height].map(long => Math.max(0, Math.ceil(long / side()) - 1));
  const point = () => {
    const scale = canvas.clientWidth / canvas.width * side();
    frame.setAttribute("x", canvas.offsetLeft + (at[0] - 1) * scale);
    frame.setAttribute("y", canvas.offsetTop + (at[1] - 1) * scale);
    frame.setAttribute("width", scale * 3);
    frame.setAttribute("height", scale * 3);
  };
  const isKeyed = () => picture && canvas.width && canvas.matches(":focus-visible");
  const reveal = () => { if (isKeyed()) point(); frame.parentElement.toggleAttribute("hidden", !isKeyed()); };
  canvas.addEventListener("focus", () => { last().forEach((end, part) => { at[part] = Math.floor(end / 2); }); reveal(); });
  canvas.addEventListener("blur", reveal);
  canvas.addEventListener("keydown", event => {
    const step = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}[event.key];
    if (!picture || !step && ![" ", "Enter"].includes(event.key)) return;
    event.preventDefault();
    if (step) last().forEach((end, part) => { at[part] = Math.min(end, Math.max(0, at[part] + step[part])); });
    else cover(...at);
    reveal();
  });

  read().forEach(show);
  addEventListener("online", send);
  addEventListener("offline", () => say(`${words.none} ${waiting()}`));
  document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
  send();
  if (!("serviceWorker" in navigator)) return;
  if (words.over === "yes" && !read().length) {
    caches.open("visit-1").then(cache => cache.delete(location.origin + location.pathname)).catch(() => {});
    return;
  }
  navigator.serviceWorker.register(words.worker).then(() => navigator.serviceWorker.ready).then(async () => {
    const parts = performance.getEntriesByType("resource").map(one => new URL(one.name)).filter(
      one => one.origin === location.origin && one.pathname.startsWith("/static/")).map(one => one.href);
    const cache = await caches.open("visit-1");
    await cache.addAll([...new Set([location.origin + location.pathname, ...parts])]);
    main.dataset.kept = "yes";
  }).catch(() => {});
})();
