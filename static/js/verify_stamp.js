// The QR of a paper leads here with its signed claims behind the "#", which a browser never sends.
// The signature is checked in the browser (Web Crypto, Ed25519), so that it can be done without a
// network after one visit; what the register says of the paper is asked for when there is one.
(function () {
  "use strict";

  var box = document.querySelector("[data-stamp]");
  if (!box) return;

  var NUMBER = 1, PLATE = 2, UNIT = 3, AMOUNT = 4, ISSUED = 5, TREASURY = 7, ACCOUNT = 8, KIND = 9;
  var ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  var kinds = JSON.parse(box.dataset.kinds);

  function fromBase32(text) {
    var bytes = [], bits = 0, held = 0;
    for (var index = 0; index < text.length; index += 1) {
      var value = ALPHABET.indexOf(text[index]);
      if (value < 0) throw new Error("not base 32");
      held = ((held << 5) | value) & 0xffff;
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        bytes.push((held >> bits) & 0xff);
      }
    }
    if (bits >= 5 || held & ((1 << bits) - 1)) throw new Error("not the one spelling");
    return new Uint8Array(bytes);
  }

  // The part of CBOR (RFC 8949) that a stamp is made of: whole numbers, bytes, text, lists, maps, tags.
  function reader(bytes) {
    var at = 0;
    function take(count) {
      if (at + count > bytes.length) throw new Error("cut off");
      at += count;
      return bytes.subarray(at - count, at);
    }
    function size(low) {
      if (low < 24) return low;
      if (low > 27) throw new Error("not of this kind");
      var value = 0;
      take(1 << (low - 24)).forEach(function (byte) { value = value * 256 + byte; });
      if (!Number.isSafeInteger(value)) throw new Error("too large");
      return value;
    }
    function item(depth) {
      if (depth > 4) throw new Error("too deep");
      var head = take(1)[0], kind = head >> 5, count = size(head & 31), found, index;
      if (kind === 0) return count;
      if (kind === 1) return -1 - count;
      if (kind === 2) return take(count);
      if (kind === 3) return new TextDecoder("utf-8", { fatal: true }).decode(take(count));
      if (kind === 4) {
        found = [];
        for (index = 0; index < count; index += 1) found.push(item(depth + 1));
        return found;
      }
      if (kind === 5) {
        found = new Map();
        for (index = 0; index < count; index += 1) {
          var key = item(depth + 1);
          found.set(key, item(depth + 1));
        }
        return found;
      }
      if (kind === 6) return { tag: count, value: item(depth + 1) };
      throw new Error("not of this kind");
    }
    return { item: function () { return item(0); }, ended: function () { return at === bytes.length; } };
  }

  function only(bytes) {
    var found = reader(bytes), value = found.item();
    if (!found.ended()) throw new Error("something follows");
    return value;
  }

  function bytesHead(kind, length) {
    if (length < 24) return [(kind << 5) | length];
    if (length < 256) return [(kind << 5) | 24, length];
    return [(kind << 5) | 25, length >> 8, length & 255];
  }

  // Sig_structure of RFC 9052 section 4.4.
  function toBeSigned(protectedPart, payload) {
    var context = new TextEncoder().encode("Signature1");
    return new Uint8Array([].concat(
      [0x84], bytesHead(3, context.length), Array.from(context),
      bytesHead(2, protectedPart.length), Array.from(protectedPart), [0x40],
      bytesHead(2, payload.length), Array.from(payload)
    ));
  }

  function hex(bytes) {
    return Array.from(bytes, function (byte) { return byte.toString(16).padStart(2, "0"); }).join("");
  }

  function day(number) {
    return new Date(number * 86400000).toISOString().slice(0, 10);
  }

  function open(text) {
    var message = only(fromBase32(text));
    if (message.tag !== 18 || message.value.length !== 4) throw new Error("not a stamp");
    var header = only(message.value[0]);
    if (header.get(1) !== -8) throw new Error("another algorithm");
    return {
      kid: hex(header.get(4)), claims: only(message.value[2]), signature: message.value[3],
      signed: toBeSigned(message.value[0], message.value[2])
    };
  }

  // true, false, or null where this browser or the missing network leaves it open.
  async function isSigned(stamp, published) {
    var key = published.keys.find(function (each) { return each.kid === stamp.kid; });
    if (!key) return false;
    try {
      var jwk = { kty: key.kty, crv: key.crv, x: key.x };
      var imported = await crypto.subtle.importKey("jwk", jwk, { name: "Ed25519" }, false, ["verify"]);
      return await crypto.subtle.verify({ name: "Ed25519" }, imported, stamp.signature, stamp.signed);
    } catch (fault) {
      return null;
    }
  }

  function linesOf(claims, units) {
    return {
      kind: kinds[claims.get(KIND)] || claims.get(KIND), number: claims.get(NUMBER),
      issued_on: day(claims.get(ISSUED)), unit: units[claims.get(UNIT)] || claims.get(UNIT),
      plate: claims.get(PLATE), amount_vnd: claims.get(AMOUNT) || null,
      treasury: claims.get(TREASURY) || "", account: claims.get(ACCOUNT) || ""
    };
  }

  function shown(name, value) {
    if (name === "issued_on") return value.split("-").reverse().join("/");
    if (name === "amount_vnd") return new Intl.NumberFormat(box.dataset.language).format(value) + " đồng";
    return value;
  }

  function show(verdict, lines) {
    box.hidden = false;
    box.querySelectorAll("[data-verdict]").forEach(function (card) {
      card.hidden = card.dataset.verdict !== verdict;
    });
    box.querySelector("[data-lines]").hidden = !lines;
    box.querySelector("[data-compare]").hidden = !lines;
    box.querySelectorAll("[data-line]").forEach(function (place) {
      var value = lines && lines[place.dataset.line];
      place.textContent = value ? shown(place.dataset.line, value) : "";
      place.closest("div").hidden = !place.closest("div").textContent.trim() || !value;
    });
  }

  async function published() {
    var answer = await fetch(box.dataset.keys);
    if (!answer.ok) throw new Error("no keys");
    return answer.json();
  }

  async function ask(text) {
    var form = new FormData();
    form.append("stamp", text);
    form.append("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    var answer = await fetch(box.dataset.stamp, { method: "POST", body: form });
    if (answer.status === 429 || answer.status >= 500) throw new Error("no answer");
    return answer.json();
  }

  async function check() {
    var text = window.location.hash.slice(1).toUpperCase();
    if (!/^[A-Z2-7]{100,1000}$/.test(text)) return;
    window.history.replaceState(null, "", window.location.pathname);
    show("busy", null);
    var stamp, lines = null, signed = null;
    try {
      stamp = open(text);
      var known = await published();
      signed = await isSigned(stamp, known);
      if (signed) lines = linesOf(stamp.claims, known.units);
    } catch (fault) {
      if (!stamp) signed = false;
    }
    if (signed === false) return show("unknown", null);
    try {
      var answer = await ask(text);
      show(answer.verdict, answer.verdict === "unknown" ? null : answer);
    } catch (fault) {
      show(signed ? "signed" : "unchecked", lines);
    }
  }

  // Keep the page and what it needs for a visit without a network.
  async function keep() {
    if (!("serviceWorker" in navigator)) return;
    var page = window.location.pathname;
    try {
      await navigator.serviceWorker.register(box.dataset.worker, { scope: page });
      await navigator.serviceWorker.register(box.dataset.worker, { scope: page.toUpperCase() });
      var store = await caches.open("xac-minh/1");
      var needed = performance.getEntriesByType("resource").map(function (each) { return each.name; })
        .filter(function (name) { return name.startsWith(window.location.origin + "/static/"); });
      await store.addAll([page, box.dataset.keys].concat(Array.from(new Set(needed))));
    } catch (fault) {
      // Without storage the page still works with a network.
    }
  }

  check();
  window.addEventListener("hashchange", check);
  window.addEventListener("load", keep);
})();
