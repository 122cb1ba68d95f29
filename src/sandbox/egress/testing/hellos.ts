/** An extension of a TLS hello. */
export function extension(type: number, value: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt16BE(type, 0)
  head.writeUInt16BE(value.length, 2)
  return Buffer.concat([head, value])
}

/** `server_name` with these names (RFC 6066 section 3). */
export function sni(...names: readonly string[]): Buffer {
  const list = names.map((name) => Buffer.concat([Buffer.from([0]), sized(2, Buffer.from(name))]))
  return extension(0, sized(2, Buffer.concat(list)))
}

/** A ClientHello as a handshake message. */
export function helloBytes(extensions: readonly Buffer[]): Buffer {
  const body = Buffer.concat([
    Buffer.from([3, 3]),
    Buffer.alloc(32, 7),
    sized(1, Buffer.alloc(32, 9)),
    sized(2, Buffer.from([0x13, 1, 0x13, 2])),
    sized(1, Buffer.from([0])),
    sized(2, Buffer.concat(extensions)),
  ])
  return Buffer.concat([Buffer.from([1]), sized(3, body)])
}

/** In records of these sizes, over and over. */
export function inRecords(message: Buffer, sizes: readonly number[] = [16_384]): Buffer {
  const records: Buffer[] = []
  let at = 0
  for (let index = 0; at < message.length; index += 1) {
    const size = sizes[index % sizes.length] ?? 1
    records.push(Buffer.from([22, 3, 1]), sized(2, message.subarray(at, at + size)))
    at += size
  }
  return Buffer.concat(records)
}

function sized(width: number, bytes: Buffer): Buffer {
  const head = Buffer.alloc(width)
  head.writeUIntBE(bytes.length, 0, width)
  return Buffer.concat([head, bytes])
}
