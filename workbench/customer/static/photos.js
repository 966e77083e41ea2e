// The upload queue of the photo page: two at a time, retried until they are through, one answer per photo.
"use strict";

(() => {
  const form = document.getElementById("send");
  const texts = JSON.parse(form.dataset.texts);
  const counter = document.getElementById("count");
  const submit = document.getElementById("submit");
  const PARALLEL = 2;
  const queue = [];
  let running = 0;
  let received = document.querySelectorAll(".thumbs [data-photo]").length;

  const busy = () => running + queue.length > 0;

  function showCount() {
    counter.textContent = busy()
      ? `${texts.uploading} … ${running + queue.length}`
      : texts.sent_count.replace("{count}", String(received));
    submit.disabled = busy();
  }

  function row(shot, file) {
    const item = document.createElement("li");
    const picture = document.createElement("img");
    picture.alt = "";
    picture.width = picture.height = 64;
    const address = URL.createObjectURL(file);
    picture.onload = () => URL.revokeObjectURL(address);
    picture.onerror = () => { picture.removeAttribute("src"); };
    picture.src = address;
    const text = document.createElement("span");
    text.textContent = texts.queued;
    item.append(picture, text);
    shot.querySelector(".thumbs").append(item);
    return { item, text };
  }

  function say(view, state, message) {
    view.item.className = state;
    view.text.textContent = message;
  }

  function retryButton(job) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = texts.again;
    button.onclick = () => { button.remove(); add(job); };
    job.view.item.append(button);
  }

  function send(job) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      const body = new FormData();
      // The name says which guided shot this is; the server never trusts it for more than that.
      body.append("photo", job.file, `${job.shot}__${job.file.name || "foto.jpg"}`.slice(0, 120));
      request.open("POST", form.dataset.upload);
      request.setRequestHeader("Idempotency-Key", job.key);
      request.responseType = "json";
      request.timeout = 180000;
      request.upload.onprogress = (event) => {
        if (event.lengthComputable) job.progress.value = event.loaded / event.total;
      };
      request.onload = () => resolve({ status: request.status, answer: request.response });
      request.onerror = request.ontimeout = () => resolve({ status: 0, answer: null });
      request.send(body);
    });
  }

  const pause = (ms) => new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() { clearTimeout(timer); removeEventListener("online", done); resolve(); }
    addEventListener("online", done);
  });

  async function work(job) {
    job.progress = document.createElement("progress");
    job.progress.max = 1;
    job.progress.value = 0;
    say(job.view, "", texts.uploading);
    job.view.text.append(job.progress);
    job.key = job.key || (await contentKey(job.file));
    for (let attempt = 0; ; attempt++) {
      const { status, answer } = await send(job);
      const photo = answer && answer.photos && answer.photos[0];
      if (photo && photo.status !== "rejected") return finish(job, photo);
      if (status === 401) { location.assign("/c"); return; }
      if (status >= 400 && status < 500 && status !== 408 && status !== 429) {
        const problem = photo || (answer && answer.error) || {};
        say(job.view, "bad", [problem.message, problem.remedy, problem.code].filter(Boolean).join(" "));
        return retryButton(job);
      }
      say(job.view, "hint", texts.retrying);
      job.view.text.append(job.progress);
      await pause(Math.min(30000, 1000 * 2 ** attempt));
    }
  }

  /* The document is read while the customer is still there: asked for until it is done, for a minute at most. */
  async function readDocument(view, photoId) {
    say(view, "wait", texts.document_waiting);
    const shot = view.item.closest(".shot");
    const until = Date.now() + 60000;
    for (let wait = 400; Date.now() < until; wait = Math.min(3000, wait * 1.4)) {
      await new Promise((resolve) => { setTimeout(resolve, wait); });
      let verdict;
      try {
        const answer = await fetch(`/c/photos/${photoId}/document`, { headers: { Accept: "application/json" }, cache: "no-store" });
        if (!answer.ok) break;
        verdict = await answer.json();
      } catch (error) {
        continue; // Offline: the photo is safe, the question can wait.
      }
      if (verdict.state === "wait") continue;
      say(view, verdict.state, verdict.text);
      shot.classList.toggle("done", Boolean(shot.querySelector(".thumbs .ok")));
      if (verdict.state === "hint") again(view.item, shot);
      else shot.querySelectorAll(".thumbs .hint button").forEach((button) => button.remove());
      return;
    }
    say(view, "ok", texts.accepted);
  }

  function again(item, shot) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = texts.document_again;
    button.onclick = () => shot.querySelector("input[capture]").click();
    item.append(button);
  }

  async function finish(job, photo) {
    if (photo.status === "accepted") received += 1;
    if (job.shot === "registration_document" && photo.photo_id) {
      job.view.item.closest(".shot").classList.add("done");
      readDocument(job.view, photo.photo_id);
      return;
    }
    const hint = job.shot === "odometer" ? null : await job.hint;
    say(job.view, hint ? "hint" : "ok", hint ? texts[hint] : texts[photo.status]);
    job.view.item.closest(".shot").classList.add("done");
  }

  function next() {
    while (running < PARALLEL && queue.length) {
      const job = queue.shift();
      running += 1;
      work(job).finally(() => { running -= 1; next(); showCount(); });
    }
    showCount();
  }

  function add(job) {
    queue.push(job);
    next();
  }

  for (const item of document.querySelectorAll(".thumbs [data-photo]")) {
    const view = { item, text: item.querySelector("span") };
    if (item.className === "wait") readDocument(view, item.dataset.photo);
    else if (item.className === "hint") again(item, item.closest(".shot"));
  }

  for (const shot of document.querySelectorAll(".shot")) {
    for (const input of shot.querySelectorAll("input[type=file]")) {
      input.addEventListener("change", () => {
        for (const file of input.files) {
          add({ file, shot: shot.dataset.shot, view: row(shot, file), hint: quickCheck(file) });
        }
        input.value = "";
      });
    }
  }

  form.addEventListener("submit", (event) => {
    if (busy()) { event.preventDefault(); return; }
    if (!received) { event.preventDefault(); counter.textContent = texts.need_one; return; }
    const missing = Array.from(document.querySelectorAll(".shot[data-needed]:not(.done)"), (shot) => shot.dataset.name);
    if (missing.length && !confirm(texts.missing.replace("{names}", missing.join(", ")))) event.preventDefault();
  });

  addEventListener("beforeunload", (event) => { if (busy()) event.preventDefault(); });
  showCount();
})();
