// Keeps a report on the phone until it has arrived. The form works without this. Each report carries a code drawn here,
// so that sending it twice changes nothing. What is kept goes once it has arrived; the code goes when its owner says so.
(() => {
  "use strict";
  const QUEUE = "headwater-incidents", DONE = "headwater-incident-codes", SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const form = document.getElementById("report");
  if (!form || !window.crypto || !window.fetch) return;
  const read = name => { try { return JSON.parse(localStorage.getItem(name)) || []; } catch { return []; } };
  const write = (name, value) => {
    try {
      if (value.length) localStorage.setItem(name, JSON.stringify(value)); else localStorage.removeItem(name);
      return true;
    } catch { return false; }
  };
  const draw = () => [...crypto.getRandomValues(new Uint8Array(25))].map(byte => SIGNS[byte & 31]).join("");
  const asRead = code => code.match(/.{1,5}/g).join("-");
  const place = id => document.getElementById(id);

  const list = (box, codes) => {
    const items = place(box + "-codes");
    items.textContent = "";
    for (const code of codes) {
      const item = document.createElement("li"), words = document.createElement("b");
      item.dir = "ltr";
      words.textContent = asRead(code);
      item.append(words);
      items.append(item);
    }
    place(box).hidden = codes.length === 0;
  };
  const show = () => {
    list("kept", read(QUEUE).map(one => one.code));
    list("sent", read(DONE));
  };

  // A page kept by the phone holds an old code and perhaps an old day.
  form.elements.code.value = draw();
  if (!document.getElementById("wrong")) {
    const now = new Date();
    form.elements.day.value = [now.getFullYear(), String(now.getMonth() + 1).padStart(2, "0"), String(now.getDate()).padStart(2, "0")].join("-");
  } else place("wrong").focus();

  const refill = kept => {
    for (const [name, value] of new URLSearchParams(kept.body)) {
      const field = form.elements[name];
      if (field) field.value = value;
    }
  };
  let sending = false;
  const flush = async () => {
    if (sending) return;
    sending = true;
    for (const kept of read(QUEUE)) {
      let answer;
      try {
        answer = await fetch(kept.address, {method: "POST", body: new URLSearchParams(kept.body), credentials: "omit", redirect: "error", referrerPolicy: "no-referrer"});
      } catch { break; }
      if (answer.ok) {
        write(DONE, [...read(DONE).filter(code => code !== kept.code), kept.code]);
        write(QUEUE, read(QUEUE).filter(one => one.code !== kept.code));
      } else if (answer.status === 422) {
        // the server says what is missing: give it back to the form and let the page show it
        write(QUEUE, read(QUEUE).filter(one => one.code !== kept.code));
        refill(kept);
        form.submit();
        break;
      } else break;
    }
    sending = false;
    show();
  };

  form.addEventListener("submit", event => {
    if (!form.reportValidity()) { event.preventDefault(); return; }
    const code = form.elements.code.value, body = new URLSearchParams(new FormData(form)).toString();
    if (!write(QUEUE, [...read(QUEUE).filter(one => one.code !== code), {code, body, address: form.getAttribute("action")}])) return;
    event.preventDefault();
    form.reset();
    for (const name of ["what", "clock", "injured", "name", "contact"]) form.elements[name].value = "";
    form.elements.code.value = draw();
    flush().then(() => {
      show();
      const box = place(read(QUEUE).length ? "kept" : "sent");
      box.setAttribute("tabindex", "-1");
      box.focus();
      box.scrollIntoView({block: "start"});
    });
  });
  place("forget").addEventListener("click", () => { write(DONE, []); show(); });
  addEventListener("online", flush);
  setInterval(() => { if (read(QUEUE).length) flush(); }, 30000);
  show();
  if (read(QUEUE).length) flush();
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register(form.dataset.worker).then(() => navigator.serviceWorker.ready)
      .then(found => found.active.postMessage("keep")).catch(() => {});
  }
})();
