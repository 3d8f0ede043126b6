// The review page: keys, zoom, tone, and the swap to the next case. Without it the page is a form.
// Keys go by their place (event.code), never vowels or Telex letters: input methods swallow those.
(function () {
  "use strict";

  var ARM_MS = 350; // after the pictures are decoded; a key pressed earlier decides nothing
  var AFTER_FIELD_MS = 300; // the Enter that left a field must not decide the case
  var KEYS = {
    KeyB: "plate", KeyV: "vehicle", KeyL: "signal", KeyT: "tone", KeyC: "panes",
    KeyP: "correct", KeyN: "note", Home: "fit", Digit0: "fit", Numpad0: "fit",
    Equal: "closer", NumpadAdd: "closer", Minus: "farther", NumpadSubtract: "farther",
    ArrowLeft: "before", ArrowRight: "after", ArrowUp: "up", ArrowDown: "down",
    Slash: "help", Enter: "verify", NumpadEnter: "verify"
  };
  // Enter, arrows and Home are no characters: they stay when the single keys are switched off.
  var ALWAYS = ["verify", "before", "after", "up", "down", "fit"];
  var said = document.getElementById("review-said");
  var page; // the case on the screen
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
    page = {
      main: main, form: main.querySelector("#decide"), first: 1, two: true,
      view: window.reviewView(main, said.dataset.tones.split("|")),
      armed: false, unseen: false, busy: false, since: 0, seenMs: 0, startedAt: performance.now()
    };
    if (page.form) {
      showFrames();
      arm(page);
      askRegister();
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
  });

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
    if (!page.armed) {
      say(said.dataset.early);
      return false;
    }
    if (verdict === "verify" && page.unseen) {
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
    if (page.busy) return;
    page.busy = true;
    var data = new FormData(form, button);
    if (form.id === "decide") data.set("visible_ms", String(seenMs()));
    if (form.id === "plate-form") data.set("note", page.form.elements.note.value);
    fetch(form.action, { method: "POST", body: data }).then(function (answer) {
      return answer.text().then(function (html) { return swap(answer, html); });
    }).catch(function () {
      page.busy = false;
      say(said.dataset.lost);
    });
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

  // Leaving gives the case back at once, so that nobody waits for it.
  window.addEventListener("pagehide", function () {
    var form = page && page.main.querySelector("#pause");
    if (form && !page.busy) navigator.sendBeacon(form.action, new FormData(form));
  });
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) location.reload();
  });

  // ---- Keys -----------------------------------------------------------------------------------

  document.addEventListener("focusout", function (event) {
    if (event.target.matches("input, textarea, select")) leftFieldAt = performance.now();
  });

  document.addEventListener("keydown", function (event) {
    if (!page || event.repeat || event.isComposing || event.keyCode === 229 || !event.code) return;
    if (event.altKey || event.metaKey) return;
    var field = event.target.closest("input, textarea, select, [contenteditable]");
    if (field) return inField(event, field);
    if (event.target.closest("dialog, video")) return; // a player has keys of its own
    if (event.ctrlKey) {
      if (event.code === "KeyZ" && click("#undo button")) event.preventDefault();
      return;
    }
    if (performance.now() - leftFieldAt < AFTER_FIELD_MS) return;
    var name = event.code === "Slash" && !event.shiftKey ? "" : KEYS[event.code];
    var digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
    if (!name && !digit) return;
    if (name === "verify" && event.target.closest("button, a, summary")) return; // its own Enter
    if (keysAreOff() && ALWAYS.indexOf(name) < 0) return;
    if (!page.form) return;
    event.preventDefault();
    if (digit) click('[data-reason="' + digit[1] + '"]');
    else act(name, event.shiftKey);
  });

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
    if (button && button.dataset.key !== "help") act(button.dataset.key, event.shiftKey);
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
      tone: function () { page.view.tone(shift ? -1 : 1); },
      panes: function () { page.two = !page.two; showFrames(); },
      correct: function () { edit(); },
      note: function () { page.form.elements.note.focus(); },
      help: function () { click('[data-opens="keys"]'); },
      switch: switchKeys
    };
    if (acts[name]) acts[name]();
  }

  function edit() {
    page.main.querySelector("#plate-edit").open = true;
    var field = page.main.querySelector("#plate-form [name=plate]");
    field.focus();
    field.select();
  }

  function keysAreOff() {
    try {
      return localStorage.getItem("review-keys") === "off";
    } catch (error) {
      return false;
    }
  }

  function switchKeys() {
    var off = !keysAreOff();
    try {
      localStorage.setItem("review-keys", off ? "off" : "on");
    } catch (error) {
      return; // nowhere to keep it: the keys stay on
    }
    all('[data-key="switch"]').forEach(function (button) {
      button.setAttribute("aria-pressed", String(off));
    });
  }

  // ---- Pictures -----------------------------------------------------------------------------------

  function frames() {
    return all(".frame");
  }

  function showFrames() {
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
      var start = Number(place.dataset.countdown);
      var left = Math.max(0, Math.ceil(start - (performance.now() - page.startedAt) / 1000));
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
