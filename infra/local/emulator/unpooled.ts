/** Bytes with memory of their own: Node gives small buffers pieces of a large one, all of which stays as long as one of them. */
export function unpooled(bytes: Buffer): Buffer {
  if (bytes.length === bytes.buffer.byteLength) return bytes;
  const own = Buffer.allocUnsafeSlow(bytes.length);
  own.set(bytes);
  return own;
}
