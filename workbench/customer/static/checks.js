// A quick look at a photo before it leaves the phone: a hint, never a refusal. The server looks at it properly.
"use strict";

const CHECK_WIDTH = 480;

// Returns the key of a hint (hint_blurred, hint_dark, hint_bright, hint_small) or null.
async function quickCheck(file) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch (error) {
    return null; // A format that this browser cannot show, such as HEIC: the server can.
  }
  if (Math.min(bitmap.width, bitmap.height) < 600) return "hint_small";
  const scale = CHECK_WIDTH / Math.max(bitmap.width, bitmap.height);
  const width = Math.round(bitmap.width * scale);
  const height = Math.round(bitmap.height * scale);
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  const pixels = context.getImageData(0, 0, width, height).data;
  const grey = new Float32Array(width * height);
  let sum = 0;
  for (let i = 0; i < grey.length; i++) {
    grey[i] = 0.299 * pixels[4 * i] + 0.587 * pixels[4 * i + 1] + 0.114 * pixels[4 * i + 2];
    sum += grey[i];
  }
  const mean = sum / grey.length;
  if (mean < 38) return "hint_dark";
  if (mean > 232) return "hint_bright";
  // The sharpest tile decides: a car before a plain wall is not blurred only because the wall is.
  const tile = Math.floor(width / 6);
  let sharpest = 0;
  for (let top = 1; top + tile < height - 1; top += tile) {
    for (let left = 1; left + tile < width - 1; left += tile) {
      let total = 0;
      let square = 0;
      for (let y = top; y < top + tile; y++) {
        for (let x = left; x < left + tile; x++) {
          const i = y * width + x;
          const edge = 4 * grey[i] - grey[i - 1] - grey[i + 1] - grey[i - width] - grey[i + width];
          total += edge;
          square += edge * edge;
        }
      }
      const count = tile * tile;
      sharpest = Math.max(sharpest, square / count - (total / count) ** 2);
    }
  }
  return sharpest < 55 ? "hint_blurred" : null;
}

// The photo's SHA-256 in hex makes a repeated upload harmless. Without a secure context there is no digest: a random key.
async function contentKey(file) {
  if (!window.crypto || !crypto.subtle) {
    return Array.from(crypto.getRandomValues(new Uint8Array(32)), (b) => b.toString(16).padStart(2, "0")).join("");
  }
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return Array.from(new Uint8Array(digest), (b) => b.toString(16).padStart(2, "0")).join("");
}
