/* hash_worker.js - the photo, its decoding and its hashing stay in this worker. The browser decodes; PDQ (browser/pdq_web.c) hashes.
 * Of a video the page's script lets the browser show frames, and this worker hashes each; it also undoes beforehand what would turn them.
 *
 * Hashes in the field are made of the pixels as they stand in the file: no turning by EXIF, no colour profile, transparency over white,
 * no scaling. Browsers turn when they decode, and not all leave it when asked to; so the note that says how to turn is made to say "not"
 * in the copy that is decoded (JPEG, WebP), or left out of it (PNG). Of other kinds of file nobody here knows where such a note stands:
 * there all eight forms of the picture are given, one of which is the untouched one, unless this browser is seen to leave turning off.
 * A browser that blurs what is read back from a canvas (against recognition of
 * people by their browser) gives no true pixels: that is tried too, and said. */
"use strict";
(() => {
  /* 8 x 4 pixels, grey, with the note "turn me by 90 degrees" (EXIF orientation 6) */
  const TURNED = "/9j/4AAQSkZJRgABAQAAAQABAAD/4QAiRXhpZgAATU0AKgAAAAgAAQESAAMAAAABAAYAAAAAAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2P/wAALCAAEAAgBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/AKfg3/lnX//Z";
  /* the smallest module that uses a vector of 128 bits */
  const VECTOR = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11]);
  const AS_STORED = { imageOrientation: "none", colorSpaceConversion: "none" };
  const FILE_MAX = 48 << 20; /* as for keten hash */
  let ready = null;

  const bytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const canvas = (width, height) => {
    const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    if (!context) throw new Error("no canvas");
    return context;
  };

  /* What was drawn is what is read. */
  const true_pixels = () => {
    const side = 16;
    const context = canvas(side, side);
    const put = new ImageData(side, side);
    for (let i = 0; i < side * side; i++) put.data.set([(i * 7) & 255, (i * 13 + 5) & 255, (i * 29 + 11) & 255, 255], 4 * i);
    context.putImageData(put, 0, 0);
    const got = context.getImageData(0, 0, side, side).data;
    return put.data.every((v, i) => v === got[i]);
  };

  /* ---- the note that says how to turn ---- */
  const word = (b, at, n) => String.fromCharCode(...b.subarray(at, at + n));
  /* In the EXIF that begins at `at`: what orientation says becomes 1, as it stands. */
  const untold = (b, at, end) => {
    if (word(b, at, 6) === "Exif\0\0") at += 6;
    if (end - at < 14) return;
    const v = new DataView(b.buffer, b.byteOffset + at, end - at);
    const little = v.getUint16(0) === 0x4949;
    const first = v.getUint32(4, little);
    if (first + 2 > v.byteLength) return;
    const entries = Math.min(v.getUint16(first, little), 1024);
    for (let i = 0, e = first + 2; i < entries && e + 12 <= v.byteLength; i++, e += 12)
      if (v.getUint16(e, little) === 0x0112) v.setUint16(e + 8, 1, little);
  };
  const jpeg = (b) => {
    for (let at = 2; at + 4 <= b.length && b[at] === 0xFF && b[at + 1] !== 0xDA;) {
      if (b[at + 1] === 0xFF) { at++; continue; }
      const n = 2 + (b[at + 2] << 8 | b[at + 3]);
      if (b[at + 1] === 0xE1 && word(b, at + 4, 6) === "Exif\0\0") untold(b, at + 4, Math.min(at + n, b.length));
      at += n;
    }
    return [b];
  };
  const png = (b) => {
    const v = new DataView(b.buffer, b.byteOffset, b.length);
    const parts = [b.subarray(0, 8)];
    for (let at = 8; at < b.length;) {
      const n = at + 8 <= b.length ? Math.min(12 + v.getUint32(at), b.length - at) : b.length - at;
      if (word(b, at + 4, 4) !== "eXIf") parts.push(b.subarray(at, at + n));
      at += n;
    }
    return parts;
  };
  const webp = (b) => {
    const v = new DataView(b.buffer, b.byteOffset, b.length);
    for (let at = 12; at + 8 <= b.length;) {
      const n = v.getUint32(at + 4, true);
      if (word(b, at, 4) === "EXIF") untold(b, at + 8, Math.min(at + 8 + n, b.length));
      at += 8 + n + (n & 1);
    }
    return [b];
  };
  const as_it_stands = async (file) => {
    const b = new Uint8Array(await file.arrayBuffer());
    const take = b[0] === 0xFF && b[1] === 0xD8 ? jpeg : word(b, 1, 3) === "PNG" ? png : word(b, 0, 4) === "RIFF" && word(b, 8, 4) === "WEBP" ? webp : word(b, 0, 4) === "GIF8" ? (all) => [all] : null;
    return take ? { blob: new Blob(take(b), { type: file.type }), sure: true } : { blob: file, sure: false };
  };

  /* ---- a video's own note of that kind: the matrix in each track's head (ISO 14496-12, 8.3.2). Only the heads are read, however long the film. ---- */
  const UPRIGHT = new Uint8Array([0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x40, 0, 0, 0]);
  const INSIDE = new Set(["moov", "trak"]);
  const BOXES_MAX = 4096;
  const matrices = async (file) => {
    const found = [];
    const left = [[0, file.size]]; /* stretches that hold boxes */
    for (let boxes = 0; left.length > 0 && boxes < BOXES_MAX; boxes++) {
      const [at, end] = left.pop();
      if (end - at < 16) continue;
      const v = new DataView(await file.slice(at, at + 16).arrayBuffer());
      const short = v.getUint32(0);
      const size = short === 1 ? Number(v.getBigUint64(8)) : short === 0 ? end - at : short;
      const head = short === 1 ? 16 : 8;
      if (size < head || size > end - at) continue;
      const kind = String.fromCharCode(...new Uint8Array(v.buffer, 4, 4));
      left.push([at + size, end]);
      if (INSIDE.has(kind)) left.push([at + head, at + size]);
      if (kind !== "tkhd") continue;
      const version = new Uint8Array(await file.slice(at + head, at + head + 1).arrayBuffer())[0];
      const place = at + head + (version === 1 ? 52 : 40);
      if (place + 36 <= at + size) found.push(place);
    }
    return found.sort((a, b) => a - b);
  };
  const video_as_it_stands = async (file) => {
    const four = new Uint8Array(await file.slice(4, 8).arrayBuffer());
    if (!["ftyp", "moov", "mdat", "wide", "free", "skip"].includes(String.fromCharCode(...four))) return file;
    const parts = [];
    let from = 0;
    for (const place of await matrices(file)) {
      parts.push(file.slice(from, place), UPRIGHT);
      from = place + 36;
    }
    parts.push(file.slice(from));
    return new Blob(parts, { type: file.type });
  };

  const leaves_turning_off = async () => {
    const bitmap = await createImageBitmap(new Blob([bytes(TURNED)], { type: "image/jpeg" }), AS_STORED).catch(() => null);
    return bitmap !== null && bitmap.width === 8 && bitmap.height === 4;
  };
  const load = async (vector, plain) => {
    const lanes = WebAssembly.validate(VECTOR);
    const answer = await fetch(lanes ? vector : plain, { credentials: "omit" });
    if (!answer.ok) throw new Error("no module");
    const { instance } = await WebAssembly.instantiate(await answer.arrayBuffer(), {});
    return { pdq: instance.exports, as_stored: await leaves_turning_off(), honest: true_pixels(), lanes };
  };

  /* Rows go over in bands: no canvas as large as the picture is needed, which phones refuse. */
  const hand_over = (pdq, job, bitmap) => {
    const { width, height } = bitmap;
    const rows = pdq.web_band_rows(job);
    const context = canvas(width, rows);
    for (let y = 0; y < height; y += rows) {
      const n = Math.min(rows, height - y);
      context.fillStyle = "#ffffff";
      context.fillRect(0, 0, width, rows);
      context.drawImage(bitmap, 0, y, width, n, 0, 0, width, n);
      const data = context.getImageData(0, 0, width, n).data;
      new Uint8Array(pdq.memory.buffer, pdq.web_band(job), data.length).set(data);
      pdq.web_take(job, y, n);
    }
  };
  const text = (pdq, at) => String.fromCharCode(...new Uint8Array(pdq.memory.buffer, at, 64));

  const hash_frame = (bitmap, on) => {
    const job = on.pdq.web_begin(bitmap.width, bitmap.height);
    if (job === 0) return { why: "large" };
    hand_over(on.pdq, job, bitmap);
    bitmap.close();
    return on.pdq.web_hash(job, 0) !== 0 ? { why: "unread" } : { hashes: [text(on.pdq, on.pdq.web_hex(job, 0))], quality: on.pdq.web_quality(job) };
  };

  const hash = async (file, on) => {
    if (file.size > FILE_MAX) return { why: "large" };
    const { blob, sure } = await as_it_stands(file);
    const bitmap = await createImageBitmap(blob, AS_STORED).catch(() => null);
    if (!bitmap) return { why: "unread" };
    const one = sure || on.as_stored;
    const job = on.pdq.web_begin(bitmap.width, bitmap.height);
    if (job === 0) return { why: "large" };
    hand_over(on.pdq, job, bitmap);
    bitmap.close();
    if (on.pdq.web_hash(job, one ? 0 : 1) !== 0) return { why: "unread" };
    const hashes = [];
    for (let form = 0; form < (one ? 1 : 8); form++) hashes.push(text(on.pdq, on.pdq.web_hex(job, form)));
    return { hashes, quality: on.pdq.web_quality(job), lanes: on.lanes };
  };

  addEventListener("message", async (e) => {
    const { asked, file, video, frame, vector, plain } = e.data;
    let said;
    try {
      ready = ready || load(vector, plain);
      const on = await ready;
      said = !on.honest ? { why: "blurred" } : video ? { blob: await video_as_it_stands(video) } : frame ? hash_frame(frame, on) : await hash(file, on);
    } catch {
      ready = null; /* a trap leaves the module in no known state */
      said = { why: "failed" };
    }
    postMessage({ asked, ...said });
  });
})();
