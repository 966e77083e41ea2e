// Keeps the status page current: asks for the version, and takes the page's own words when it has changed.
"use strict";

(() => {
  const box = document.getElementById("status");
  let wait = 3000;

  async function look() {
    try {
      const answer = await fetch(box.dataset.url, { headers: { Accept: "application/json" }, cache: "no-store" });
      if (answer.status === 401) { location.assign("/c"); return; }
      const status = await answer.json();
      wait = 3000;
      if (answer.ok && status.version !== box.dataset.version) {
        const page = await (await fetch(location.href, { cache: "no-store" })).text();
        const fresh = new DOMParser().parseFromString(page, "text/html").getElementById("status");
        if (fresh) {
          box.replaceChildren(...fresh.childNodes);
          box.dataset.version = fresh.dataset.version;
        }
      }
    } catch (error) {
      wait = Math.min(30000, wait * 2); // Offline: ask less often until it answers again.
    }
    setTimeout(look, wait);
  }

  setTimeout(look, wait);
})();
