/** Bytes gathered from chunks, up to a limit. */
export interface ByteBuffer {
  readonly size: number
  /** False, keeping nothing of `chunk`, when it would not fit any more. */
  append(chunk: Uint8Array): boolean
  /** All the bytes; the buffer is empty afterwards. */
  take(): Buffer
}

const NOTHING = Buffer.alloc(0)
const FIRST = 4096

/**
 * An empty buffer for at most `max` bytes. One block that doubles, so that chunks of a byte each
 * cost no more than the bytes: linear time, at most twice the memory. A single chunk is not copied.
 */
export function createByteBuffer(max: number): ByteBuffer {
  let block: Buffer = NOTHING
  let size = 0
  let owned = false
  return {
    get size() {
      return size
    },
    append: (chunk) => {
      const needed = size + chunk.length
      if (needed > max) return false
      if (size === 0) {
        block = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
        owned = false
      } else {
        if (!owned || needed > block.length) {
          const larger = Buffer.allocUnsafe(Math.min(max, Math.max(FIRST, needed * 2)))
          block.copy(larger, 0, 0, size)
          block = larger
          owned = true
        }
        block.set(chunk, size)
      }
      size = needed
      return true
    },
    take: () => {
      const bytes = block.subarray(0, size)
      block = NOTHING
      size = 0
      owned = false
      return bytes
    },
  }
}
