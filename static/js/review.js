// The review page: keys, zoom, tone, and the swap to the next case. Without it the page is a form.
// Keys go by their place (event.code), never vowels or Telex letters: input methods swallow those.
(function () {
  "use strict";

  var ARM_MS = 350; // after the pictures are decoded; a key pressed earlier decides nothing
  var AFTER_FIELD_MS = 300; // the Enter that left a field must not decide the case
  var said = document.getElementById("review-said");
  var page; // the case on the screen
  var keys = window.reviewKeys(document.querySelector("main.review"));
  var JUMPS = ["plate", "vehicle", "signal"]; // the dot of the number pad goes round them
  var PLAIN = { Accept: "text/html, application/json" }; // refusals come in JSON, in words
  var ahead = window.reviewAhead(loadPictures);
  var undoAsked = false; // pressed before the verdict was recorded: undone as soon as it is
  var recording = false; // a verdict is on its way; the next waits for its answer
  var leftFieldAt = -AFTER_FIELD_MS; // none yet: a key in the first moments of a page counts

  function all(selector) {
    return Array.from(page.main.querySelectorAll(selector));
  }

  // Said to screen readers, and written in the foot of the page, where nothing jumps.
  function say(text) {
    said.textContent = text;
    all("[data-alert]").forEach(function (place) { place.textContent = text; });
  }

  function hush() {
    say("");
  }

  // ---- A case comes on the screen ---------------------------------------------------------

  function begin(main) {
    var seen = page && page.view && main.hasAttribute("data-keeps-view") ? page.view.state() : null;
    page = {
      main: main, form: main.querySelector("#decide"), first: 1, two: true,
      view: window.reviewView(main, said.dataset.tones.split("|")),
      armed: false, unseen: false, busy: false, since: 0, seenMs: 0,
      frames: {}, tones: {}, lookedAt: 0, blinking: "", jump: -1
    };
    if (page.form) {
      if (seen) page.view.restore(seen);
      showFrames();
      showSwitch();
      arm(page);
      askRegister();
      ahead.fill(main);
    }
  }

  function arm(current) {
    var pictures = Array.from(current.main.querySelectorAll(".frame .stage > img"));
    Promise.allSettled(pictures.map(function (picture) { return picture.decode(); })).then(function (results) {
      current.unseen = results.some(function (result) { return result.status === "rejected"; });
      setTimeout(function () {
        current.armed = true;
        current.main.setAttribute("data-armed", "");
        if (current === page) all("[data-alert]").forEach(function (place) { place.textContent = ""; });
        current.since = performance.now();
      }, ARM_MS);
    });
  }

  function askRegister() {
    var place = page.main.querySelector("[data-register-from]");
    if (!place || !place.dataset.registerFrom) return;
    fetch(place.dataset.registerFrom).then(function (answer) {
      return answer.ok ? answer.text() : "";
    }).then(function (html) {
      if (!html) return;
      var piece = new DOMParser().parseFromString(html, "text/html");
      place.replaceChildren.apply(place, Array.from(piece.body.childNodes));
    }, function () { /* the note "not asked yet" stands */ });
  }

  document.addEventListener("visibilitychange", function () {
    if (!page || !page.armed) return;
    if (document.hidden) page.seenMs += performance.now() - page.since;
    page.since = performance.now();
    noteLook();
  });

  // How long each picture was in sight, how near, in which tones: kept with the verdict.
  function noteLook() {
    if (!page.armed) return;
    var now = performance.now();
    var passed = document.hidden && page.lookedAt ? 0 : now - (page.lookedAt || now);
    page.lookedAt = now;
    frames().forEach(function (frame) {
      if (frame.style.display === "none" || !frame.dataset.sha256) return;
      var seen = page.frames[frame.dataset.sha256] || { sha256: frame.dataset.sha256, ms: 0, zoom: 100 };
      seen.ms = Math.round(seen.ms + passed);
      seen.zoom = Math.max(seen.zoom, Math.round(page.view.scale() * 100));
      page.frames[frame.dataset.sha256] = seen;
    });
    page.tones[page.view.toneNow()] = true;
  }

  function viewing() {
    noteLook();
    return JSON.stringify({
      frames: Object.keys(page.frames).map(function (sha256) { return page.frames[sha256]; }),
      tones: Object.keys(page.tones).map(Number)
    });
  }

  function seenMs() {
    if (!page.armed) return 0;
    return Math.round(page.seenMs + (document.hidden ? 0 : performance.now() - page.since));
  }

  // ---- Sending, and the next case -----------------------------------------------------------

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!page || !form.hasAttribute("data-swaps")) return;
    event.preventDefault();
    var verdict = form.id === "decide" ? decisionOf(event.submitter) : "";
    if (form.id === "decide" && !mayDecide(verdict)) return;
    send(form, event.submitter);
  });

  function decisionOf(button) {
    return button ? button.value : "";
  }

  function mayDecide(verdict) {
    if (!verdict) return false;
    if (recording) {
      say(said.dataset.busy);
      return false;
    }
    if (!page.armed) {
      say(said.dataset.early);
      return false;
    }
    if ((verdict === "verify" || verdict === "doubt") && page.unseen) {
      say(said.dataset.unseen);
      return false;
    }
    if (verdict === "other" && !page.form.elements.note.value.trim()) {
      page.form.elements.note.focus();
      say(said.dataset.note);
      return false;
    }
    return true;
  }

  function send(form, button) {
    if (page.busy || recording) return;
    page.busy = true;
    var data = new FormData(form, button);
    if (form.id === "decide") {
      data.set("visible_ms", String(seenMs()));
      data.set("viewing", viewing());
      var next = ahead.next();
      if (next) return sendBehind(form, data, next);
      data.set("next", ""); // a refusal is told here: the case and its note stay on the screen
    }
    if (form.id === "plate-form" || form.id === "later-form") data.set("note", page.form.elements.note.value);
    fetch(form.action, { method: "POST", body: data, headers: PLAIN }).then(function (answer) {
      if (/json/.test(answer.headers.get("content-type") || "")) return answer.json().then(refused);
      return answer.text().then(function (html) { return swap(answer, html); });
    }).catch(function () {
      page.busy = false;
      lost();
    });
  }

  // A token that has grown old since the last sign-in is renewed in every form of the page.
  function renew(told) {
    if (!told.csrf) return;
    ahead.drop(); // what is kept there has the old one
    document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach(function (field) {
      field.value = told.csrf;
    });
  }

  function refused(told) {
    page.busy = false;
    renew(told);
    say(told.refused.join(" "));
    tell(page, told.refused.join(" "));
  }

  function lost() {
    say(said.dataset.lost);
    tell(page, said.dataset.lost);
  }

  // The next case is on the screen at once; the verdict on the one before is recorded meanwhile.
  function sendBehind(form, data, next) {
    var before = page;
    var began = performance.now();
    recording = true;
    data.set("next", next.token);
    put(next.main);
    begin(next.main);
    page.addresses = next.addresses;
    page.token = next.token;
    page.main.dataset.swapMs = (performance.now() - began).toFixed(1);
    hush();
    // It goes out whole even when the page is left in this moment.
    fetch(form.action, { method: "POST", body: data, keepalive: true, headers: { Accept: "application/json" } }).then(function (answer) {
      return answer.json().then(function (told) {
        if (answer.ok) return recorded(before, told);
        bringBack(before, told.refused.join(" "));
        return renew(told);
      });
    }).catch(function () {
      bringBack(before, said.dataset.lost);
    });
  }

  function put(main) {
    var foot = page.main.querySelector(".review-foot");
    var place = main.querySelector(".review-foot");
    if (foot && place) place.replaceWith(foot.cloneNode(true));
    page.main.replaceWith(main);
  }

  function recorded(before, told) {
    recording = false;
    release(before.addresses);
    piece(told.foot, ".review-foot");
    var shift = page.main.querySelector("[data-shift]");
    if (shift) shift.replaceChildren.apply(shift, nodesOf(told.shift));
    var clock = page.main.querySelector("[data-format=clock]");
    if (clock) clock.dataset.until = String(performance.now() + told.seconds * 1000);
    var news = page.main.querySelector("[data-said]");
    if (news) said.textContent = news.textContent.trim();
    if (told.next_refused.length) tell(page, told.next_refused.join(" "));
    if (undoAsked) {
      undoAsked = false;
      click("#undo button");
      return;
    }
    ahead.fill(page.main);
  }

  // What could not be recorded stands on the screen again, with its note and the cause.
  function bringBack(before, why) {
    recording = undoAsked = false;
    ahead.putBack({ token: page.token, main: page.main, addresses: page.addresses });
    page.main.replaceWith(before.main);
    page = before;
    page.busy = false;
    say(why);
    tell(page, why);
  }

  function tell(current, why) {
    var place = current.main.querySelector(".review-read");
    if (!place) return;
    var told = place.querySelector("[data-told]") || document.createElement("div");
    told.className = "banner banner-bad";
    told.setAttribute("role", "alert");
    told.dataset.told = "";
    told.textContent = why;
    place.prepend(told);
  }

  function piece(html, selector) {
    var made = new DOMParser().parseFromString(html, "text/html").querySelector(selector);
    var place = page.main.querySelector(selector);
    if (made && place) place.replaceWith(document.adoptNode(made));
  }

  function nodesOf(html) {
    return Array.from(new DOMParser().parseFromString(html, "text/html").body.childNodes);
  }

  // Pictures are fetched once each, as blobs, and shown when all are here: never half a case.
  function swap(answer, html) {
    var next = new DOMParser().parseFromString(html, "text/html");
    var main = next.querySelector("main.review");
    if (!main) {
      if (answer.ok && answer.redirected) location.assign(answer.url);
      else throw new Error(String(answer.status));
      return null;
    }
    return loadPictures(main).then(function (addresses) {
      ahead.drop();
      var header = next.querySelector(".staff-header");
      if (header) document.querySelector(".staff-header").replaceWith(document.adoptNode(header));
      page.main.replaceWith(document.adoptNode(main));
      release(page.addresses);
      document.title = next.title;
      begin(main);
      page.addresses = addresses;
      hush();
      var news = main.querySelector("[data-said]");
      if (news) said.textContent = news.textContent.trim();
    });
  }

  function loadPictures(main) {
    var users = {};
    main.querySelectorAll("img[src], image[href]").forEach(function (node) {
      var name = node.tagName === "img" || node.tagName === "IMG" ? "src" : "href";
      var address = node.getAttribute(name);
      (users[address] = users[address] || []).push([node, name]);
    });
    return Promise.all(Object.keys(users).map(function (address) {
      return fetch(address).then(function (answer) {
        return answer.ok ? answer.blob() : null;
      }).then(function (blob) {
        if (!blob) return "";
        var local = URL.createObjectURL(blob);
        users[address].forEach(function (user) { user[0].setAttribute(user[1], local); });
        return local;
      });
    }));
  }

  function release(addresses) {
    (addresses || []).forEach(function (address) { if (address) URL.revokeObjectURL(address); });
  }

  // Nobody works here, or the work goes on in another tab: the evidence is veiled, the note stays.
  function stop(why, words) {
    var told = words || said.dataset[why];
    ahead.drop();
    page.main.classList.add("review-stopped");
    page.form = null;
    say(told);
    tell(page, told);
    var on = document.createElement("button");
    on.type = "button";
    on.className = "btn btn-primary";
    on.textContent = said.dataset.goOn;
    on.addEventListener("click", function () { location.reload(); });
    page.main.querySelector("[data-told]").append(document.createElement("br"), on);
    page.stopped = true;
  }

  window.reviewWatch(function () { return page; }, stop);

  // Leaving gives the case back at once, so that nobody waits for it.
  window.addEventListener("pagehide", function () {
    var form = page && page.main.querySelector("#pause");
    if (form && !page.stopped && !recording) navigator.sendBeacon(form.action, new FormData(form));
  });
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) location.reload();
  });

  // ---- Keys -----------------------------------------------------------------------------------

  document.addEventListener("focusout", function (event) {
    if (event.target.matches("input, textarea, select")) leftFieldAt = performance.now();
  });

  document.addEventListener("keydown", function (event) {
    if (!page || keys.isComposed(event) || event.altKey || event.metaKey) return;
    var field = event.target.closest("input, textarea, select, [contenteditable]");
    if (field) return inField(event, field);
    if (event.target.closest("dialog, video")) return; // a player has keys of its own
    if (event.repeat) return held(event);
    if (event.ctrlKey) {
      if (event.code !== "KeyZ") return;
      if (recording) undoAsked = true;
      if (recording || click("#undo button")) event.preventDefault();
      return;
    }
    if (performance.now() - leftFieldAt < AFTER_FIELD_MS) return;
    var name = keys.actOf(event);
    if (!name || !page.form) return;
    // A button, link or summary with the focus has its own Enter and its own Space.
    if ((name === "verify" || name === "film") && event.target.closest("button, a, summary")) return;
    if (name === "film" && !page.main.querySelector("video")) return;
    event.preventDefault();
    if (name === "blink") blink(event.code);
    else if (name.indexOf("reason-") === 0) click('[data-reason="' + name.slice(7) + '"]');
    else act(name, event.shiftKey);
  });

  // A key that is held decides once: not the next case, nor again the one a refusal brought back.
  function held(event) {
    if (keys.actOf(event) || event.target.closest("[data-swaps]")) event.preventDefault();
  }

  // Held down: the other picture in the same place, to see what moved.
  function blink(place) {
    var shown = frames();
    if (!page.form || shown.length < 2 || page.blinking) return;
    page.blinking = place;
    shown.forEach(function (frame) {
      frame.style.display = Number(frame.dataset.frame) === page.first + 1 ? "" : "none";
    });
    page.main.classList.add("review-one");
  }

  function blinkNoMore() {
    if (!page || !page.blinking) return;
    page.blinking = "";
    showFrames();
  }

  document.addEventListener("keyup", function (event) {
    if (page && event.code === page.blinking) blinkNoMore();
  });
  // The key is let go where this window does not hear of it.
  window.addEventListener("blur", blinkNoMore);

  function inField(event, field) {
    if (event.code === "Escape") {
      event.preventDefault();
      field.blur();
      hush();
    }
    if (field.id !== "note" || !/Enter$/.test(event.code)) return;
    event.preventDefault(); // a bare Enter leaves the note; it never verifies
    if (event.ctrlKey) click('[value="other"]');
    else field.blur();
  }

  function click(selector) {
    var button = page.main.querySelector(selector);
    if (button) button.click();
    return Boolean(button);
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-key]");
    if (button && ["help", "later", "history", "similar"].indexOf(button.dataset.key) < 0) act(button.dataset.key, event.shiftKey);
    var thumb = event.target.closest("[data-shows]");
    if (thumb) show(Number(thumb.dataset.shows));
  });

  function act(name, shift) {
    var acts = {
      verify: function () { click('[value="verify"]'); },
      plate: function () { page.view.goTo("plate"); },
      vehicle: function () { page.view.goTo("vehicle"); },
      signal: function () { page.view.goTo("signal"); },
      fit: function () { page.view.zoom(0); },
      closer: function () { page.view.zoom(1.3); },
      farther: function () { page.view.zoom(1 / 1.3); },
      before: function () { shift ? page.view.pan(-0.2, 0) : show(page.first - 1); },
      after: function () { shift ? page.view.pan(0.2, 0) : show(page.first + 1); },
      up: function () { if (shift) page.view.pan(0, -0.2); },
      down: function () { if (shift) page.view.pan(0, 0.2); },
      jump: function () {
        page.jump = (page.jump + 1) % JUMPS.length;
        page.view.goTo(JUMPS[page.jump]);
      },
      film: film,
      tone: function () { page.view.tone(shift ? -1 : 1); },
      panes: function () { page.two = !page.two; showFrames(); },
      correct: function () { edit(); },
      note: function () { page.form.elements.note.focus(); },
      doubt: function () { click('[value="doubt"]'); },
      later: function () { click('[data-opens="later"]'); },
      history: function () { location.assign(page.main.querySelector('a[data-key="history"]').href); },
      similar: function () { click('a[data-key="similar"]'); },
      help: function () { click('[data-opens="keys"]'); },
      switch: function () { keys.turn(); showSwitch(); }
    };
    if (acts[name]) acts[name]();
  }

  function edit() {
    page.main.querySelector("#plate-edit").open = true;
    var field = page.main.querySelector("#plate-form [name=plate]");
    field.focus();
    field.select();
  }

  // The first film plays or stops; its list is opened for it.
  function film() {
    var player = page.main.querySelector("video");
    var list = player.closest("details");
    if (list) list.open = true;
    if (player.paused) player.play().catch(function () { say(said.dataset.noFilm); });
    else player.pause();
  }

  function showSwitch() {
    all('[data-key="switch"]').forEach(function (button) {
      button.setAttribute("aria-pressed", String(keys.areOff()));
    });
  }

  // ---- Pictures -----------------------------------------------------------------------------------

  function frames() {
    return all(".frame");
  }

  function showFrames() {
    noteLook();
    var count = frames().length;
    var shown = page.two && count > 1 ? 2 : 1;
    page.first = Math.min(Math.max(1, page.first), Math.max(1, count - shown + 1));
    frames().forEach(function (frame) {
      var number = Number(frame.dataset.frame);
      frame.style.display = number >= page.first && number < page.first + shown ? "" : "none";
    });
    page.main.classList.toggle("review-one", shown === 1);
    all("[data-shows]").forEach(function (thumb) {
      var number = Number(thumb.dataset.shows);
      thumb.setAttribute("aria-pressed", String(number >= page.first && number < page.first + shown));
    });
    all('[data-key="panes"]').forEach(function (button) {
      button.setAttribute("aria-pressed", String(shown === 2));
    });
  }

  function show(number) {
    page.first = number;
    showFrames();
  }

  // ---- Seconds that run out ------------------------------------------------------------------------

  setInterval(function () {
    if (!page) return;
    all("[data-countdown]").forEach(function (place) {
      if (!place.dataset.until) {
        place.dataset.until = String(performance.now() + Number(place.dataset.countdown) * 1000);
      }
      var left = Math.max(0, Math.ceil((Number(place.dataset.until) - performance.now()) / 1000));
      var clock = place.dataset.format === "clock";
      place.textContent = clock ? Math.floor(left / 60) + ":" + String(left % 60).padStart(2, "0") : left;
      if (left === 0 && clock && !page.over) {
        page.over = true;
        say(said.dataset.gone);
      }
      if (left === 0 && !clock) place.closest("form").remove();
    });
  }, 250);

  begin(document.querySelector("main.review"));
})();
