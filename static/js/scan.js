/*
 * The door: codes are read by the camera, kept until they are sent, and sent once each.
 *
 * What is kept on the device is a code and when it was scanned, never a name, under the person
 * and the session. The server counts nobody twice, so anything may be sent again. Without this
 * script the page is an ordinary form.
 */
(function () {
  "use strict";

  var door = document.querySelector("[data-door]");
  if (!door) {
    return;
  }

  var CODE = /(\d{1,12}\.[A-Za-z0-9_-]{32})\/?$/;
  var LONGEST_CODE = 300;
  var MOST_SHOWN = 8;
  var PAUSE_BETWEEN_PICTURES = 150;
  var SAME_CODE_AGAIN = 5000;
  var WIDEST_PICTURE = 800;
  var LONGEST_SENDING = 20000;
  var FIRST_PAUSE = 2000;
  var LONGEST_PAUSE = 60000;

  function part(name) {
    return door.querySelector("[data-" + name + "]");
  }

  /* ---- What is kept on this device until it is sent --------------------------------------- */

  var inMemory = []; // where the browser keeps nothing

  function kept() {
    try {
      return JSON.parse(window.localStorage.getItem(door.dataset.keep) || "[]");
    } catch {
      return inMemory;
    }
  }

  function keep(scans) {
    inMemory = scans;
    try {
      if (scans.length) {
        window.localStorage.setItem(door.dataset.keep, JSON.stringify(scans));
      } else {
        window.localStorage.removeItem(door.dataset.keep);
      }
    } catch {
      /* then until the page is closed */
    }
    showWaiting();
  }

  function scanned(text) {
    var code = text.trim().slice(0, LONGEST_CODE);
    var token = CODE.exec(code);
    code = token ? token[1] : code;
    if (!code) {
      return;
    }
    var scans = kept();
    if (scans.some(function (scan) { return scan.code === code; })) {
      say("kept", "This code is kept already and waits to be sent.");
    } else {
      keep(scans.concat({ code: code, at: Date.now() }));
    }
    send();
  }

  /* ---- Sending ---------------------------------------------------------------------------- */

  var isSending = false;
  var isInTrouble = kept().length > 0; // left from before
  var pause = FIRST_PAUSE;
  var next = null;

  function send() {
    var scans = kept().slice(0, Number(door.dataset.most));
    if (isSending || !scans.length) {
      return;
    }
    window.clearTimeout(next);
    isSending = true;
    ask(scans)
      .then(function (answer) {
        isSending = false;
        isInTrouble = false;
        pause = FIRST_PAUSE;
        forget(answer.answers);
        show(answer);
        send();
      })
      .catch(function (trouble) {
        isSending = false;
        afterTrouble(trouble);
      });
  }

  /* Resolves with what the server says; otherwise the trouble is "out", "not-yours" or "". */
  function ask(scans) {
    var form = new FormData();
    var stop = new AbortController();
    var waited = window.setTimeout(function () { stop.abort(); }, LONGEST_SENDING);
    form.append("csrfmiddlewaretoken", door.querySelector("[name=csrfmiddlewaretoken]").value);
    scans.forEach(function (scan) {
      form.append("code", scan.code);
      form.append("ago", String(Math.max(0, Math.floor((Date.now() - scan.at) / 1000))));
    });
    var how = { method: "POST", body: form, redirect: "manual", signal: stop.signal };
    return fetch(door.dataset.send, how)
      .then(function (response) {
        if (response.type === "opaqueredirect" || response.status === 403) {
          return Promise.reject("out");
        }
        if (response.status === 404) {
          return Promise.reject("not-yours");
        }
        return response.ok ? response.json() : Promise.reject("");
      })
      .finally(function () { window.clearTimeout(waited); });
  }

  function forget(answers) {
    var answered = answers.map(function (answer) { return answer.code; });
    keep(kept().filter(function (scan) { return answered.indexOf(scan.code) < 0; }));
  }

  function afterTrouble(trouble) {
    isInTrouble = true;
    showWaiting();
    part("signed-out").hidden = trouble !== "out";
    part("not-yours").hidden = trouble !== "not-yours";
    if (trouble === "out" || trouble === "not-yours") {
      say("no", "Nothing was sent. What you scanned is kept on this device.");
      return;
    }
    say("kept", "It could not be sent. What you scanned is kept on this device.");
    next = window.setTimeout(send, pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  }

  function sendNow() {
    pause = FIRST_PAUSE;
    send();
  }

  /* ---- Showing ---------------------------------------------------------------------------- */

  function like(name) {
    return door.querySelector('template[data-like="' + name + '"]').content.firstElementChild.cloneNode(true);
  }

  function say(kind, sentence) {
    var banner = like(kind);
    banner.querySelector("[data-words]").textContent = sentence;
    part("said").replaceChildren(banner);
  }

  function showWaiting() {
    var waiting = kept().length;
    part("waiting").hidden = waiting === 0 || !isInTrouble;
    part("how-many").textContent = String(waiting);
  }

  function show(answer) {
    part("signed-out").hidden = part("not-yours").hidden = true;
    part("count").textContent = answer.count;
    answer.answers.forEach(function (each) {
      if (each.place) {
        showIn(each);
        say(each.is_new ? "in" : "again", each.sentence);
      } else {
        showRefused(each);
        say("no", each.sentence);
      }
    });
    if (answer.answers.length > 1) {
      sayTogether(answer.answers);
    }
  }

  function sayTogether(answers) {
    var marked = answers.filter(function (each) { return each.place; }).length;
    var rest = answers.length - marked;
    var sentence = answers.length + " codes were sent: " + marked + " of them are in";
    say(rest ? "no" : "in", sentence + (rest ? ", " + rest + " could not be marked; see below." : "."));
  }

  function showIn(each) {
    var tag = door.querySelector('[data-place="' + each.place + '"] [data-tag]');
    if (tag && each.is_new) {
      tag.textContent = "In, " + each.since;
      tag.className = "tag tag--ok";
    }
    var before = door.querySelector('[data-came="' + each.place + '"]');
    if (before) {
      if (!each.is_new) {
        return;
      }
      before.remove();
    }
    var row = like("latest");
    row.dataset.came = each.place;
    row.querySelector("[data-name]").textContent = each.name;
    row.querySelector("[data-school]").textContent = each.school;
    row.querySelector("[data-tag]").textContent = "In, " + each.since;
    var latest = part("latest");
    latest.prepend(row);
    while (latest.children.length > MOST_SHOWN) {
      latest.lastElementChild.remove();
    }
  }

  function showRefused(each) {
    var row = like("refused");
    row.querySelector("[data-when]").textContent = "Scanned at " + each.scanned;
    row.querySelector("[data-sentence]").textContent = each.sentence;
    part("refused-list").prepend(row);
    part("refused").hidden = false;
  }

  /* ---- The camera ------------------------------------------------------------------------- */

  var video = part("video");
  var stream = null;
  var lastCode = "";
  var lastSeen = 0;
  var canvas = document.createElement("canvas");

  function toggleCamera() {
    if (stream) {
      stopCamera();
    } else {
      startCamera();
    }
  }

  function startCamera() {
    door.querySelectorAll("[data-no-camera]").forEach(function (sentence) { sentence.hidden = true; });
    if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) {
      sayNoCamera({ name: "NotFoundError" });
      return;
    }
    var wanted = { audio: false, video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 } } };
    Promise.all([navigator.mediaDevices.getUserMedia(wanted), reader()])
      .then(function (both) {
        stream = both[0];
        video.srcObject = stream;
        part("picture").hidden = false;
        part("camera-words").textContent = "Stop the camera";
        return video.play().then(function () { look(both[1]); });
      })
      .catch(sayNoCamera);
  }

  function stopCamera() {
    stream.getTracks().forEach(function (track) { track.stop(); });
    stream = video.srcObject = null;
    part("picture").hidden = true;
    part("camera-words").textContent = "Start the camera";
  }

  function sayNoCamera(error) {
    var refused = error.name === "NotAllowedError" || error.name === "SecurityError";
    var none = error.name === "NotFoundError" || error.name === "OverconstrainedError";
    var which = refused ? "refused" : none ? "none" : "busy";
    if (stream) {
      stopCamera();
    }
    door.querySelector('[data-no-camera="' + which + '"]').hidden = false;
  }

  /* What reads a code out of a picture: the browser itself, or the decoder that is kept here. */
  function reader() {
    var ours = function () {
      return import(door.dataset.decoder).then(function (decoder) {
        return function () { return Promise.resolve(decoder.decodeQR(picture())); };
      });
    };
    if (!window.BarcodeDetector) {
      return ours();
    }
    return window.BarcodeDetector.getSupportedFormats().then(function (formats) {
      if (formats.indexOf("qr_code") < 0) {
        return ours();
      }
      var detector = new window.BarcodeDetector({ formats: ["qr_code"] });
      return function () {
        return detector.detect(video).then(function (found) { return found.length ? found[0].rawValue : ""; });
      };
    });
  }

  function picture() {
    var smaller = Math.min(1, WIDEST_PICTURE / video.videoWidth);
    canvas.width = Math.round(video.videoWidth * smaller);
    canvas.height = Math.round(video.videoHeight * smaller);
    var drawing = canvas.getContext("2d", { willReadFrequently: true });
    drawing.drawImage(video, 0, 0, canvas.width, canvas.height);
    return drawing.getImageData(0, 0, canvas.width, canvas.height);
  }

  /* Looks at one picture after the other; one without a code is no trouble. */
  function look(read) {
    if (!stream) {
      return;
    }
    new Promise(function (done) { done(video.videoWidth ? read() : ""); })
      .catch(function () { return ""; })
      .then(function (code) {
        if (code && (code !== lastCode || Date.now() - lastSeen > SAME_CODE_AGAIN)) {
          scanned(code);
        }
        if (code) {
          lastCode = code;
          lastSeen = Date.now();
        }
        window.setTimeout(look, PAUSE_BETWEEN_PICTURES, read);
      });
  }

  /* ---- Beginning -------------------------------------------------------------------------- */

  part("camera").addEventListener("click", toggleCamera);
  part("typed").addEventListener("submit", function (event) {
    var field = event.target.elements.code;
    if (!field.value.trim()) {
      return; // the page says what is missing
    }
    event.preventDefault();
    scanned(field.value);
    field.value = "";
    field.focus();
  });
  window.addEventListener("online", sendNow);
  window.addEventListener("pageshow", sendNow);
  document.addEventListener("visibilitychange", function () {
    if (!document.hidden) {
      sendNow();
    }
  });
  showWaiting();
  sendNow();
  if (window.matchMedia("(pointer: fine)").matches && !document.querySelector(".error-summary")) {
    part("typed").elements.code.focus({ preventScroll: true }); // a scanner types at once
  }
})();
