// Tries numbers until SHA-256(salt + number) is the one that is sought; answers with the number, or -1.
// Its own SHA-256: the browser's answers each question by a promise, which costs ten times the sum,
// and is there under https alone.
(function () {
  "use strict";

  var K = new Int32Array([
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
  ]);
  var FIRST = [
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
  ];
  var w = new Int32Array(64);

  function mix(state, block, at) {
    var i;
    for (i = 0; i < 16; i++) {
      var j = at + i * 4;
      w[i] = (block[j] << 24) | (block[j + 1] << 16) | (block[j + 2] << 8) | block[j + 3];
    }
    for (i = 16; i < 64; i++) {
      var x = w[i - 15];
      var y = w[i - 2];
      var s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      var s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
    }
    var a = state[0], b = state[1], c = state[2], d = state[3];
    var e = state[4], f = state[5], g = state[6], h = state[7];
    for (i = 0; i < 64; i++) {
      var S1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      var t1 = (h + S1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
      var S0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      var t2 = (S0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + t1) | 0;
      d = c; c = b; b = a; a = (t1 + t2) | 0;
    }
    state[0] += a; state[1] += b; state[2] += c; state[3] += d;
    state[4] += e; state[5] += f; state[6] += g; state[7] += h;
  }

  function bytes(text) {
    return Array.from(text, function (symbol) { return symbol.charCodeAt(0); });
  }

  function words(hex) {
    var found = new Int32Array(8);
    for (var i = 0; i < 8; i++) found[i] = parseInt(hex.substr(i * 8, 8), 16) | 0;
    return found;
  }

  function search(salt, sought, most) {
    var start = bytes(salt);
    var goal = words(sought);
    var whole = start.length - (start.length % 64); // what stays the same is mixed once
    var kept = new Int32Array(FIRST);
    var block = new Uint8Array(start);
    for (var at = 0; at < whole; at += 64) mix(kept, block, at);
    var head = start.slice(whole);
    var state = new Int32Array(8);
    var room = new Uint8Array(0);
    for (var number = 0; number <= most; number++) {
      var digits = String(number);
      var length = head.length + digits.length;
      var size = length + 9 > 64 ? 128 : 64;
      if (room.length !== size) {
        room = new Uint8Array(size);
        room.set(head);
      }
      for (var i = 0; i < digits.length; i++) room[head.length + i] = digits.charCodeAt(i);
      room[length] = 0x80;
      var bits = (whole + length) * 8;
      room[room.length - 1] = bits & 255;
      room[room.length - 2] = (bits >>> 8) & 255;
      room[room.length - 3] = (bits >>> 16) & 255;
      state.set(kept);
      for (var j = 0; j < room.length; j += 64) mix(state, room, j);
      if (state[0] === goal[0] && state.every(function (word, place) { return word === goal[place]; })) {
        return number;
      }
    }
    return -1;
  }

  self.addEventListener("message", function (event) {
    self.postMessage(search(event.data.salt, event.data.sought, event.data.most));
  });
})();
