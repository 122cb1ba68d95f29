/** What the kernel hands to a filter: `struct seccomp_data`, arguments as 64-bit values. */
export interface SeccompData {
  readonly nr: number
  readonly arch: number
  readonly args: readonly bigint[]
}

/**
 * Runs a classic BPF program as seccomp(2) does and gives what it returns. Written from the kernel's
 * documents and not from the assembler, so that both would have to be wrong alike.
 */
export function runBpf(program: Buffer, data: SeccompData): number {
  const input = Buffer.alloc(64)
  input.writeUInt32LE(data.nr >>> 0, 0)
  input.writeUInt32LE(data.arch >>> 0, 4)
  for (const [index, arg] of data.args.entries()) input.writeBigUInt64LE(arg, 16 + 8 * index)
  let accumulator = 0
  let at = 0
  while (at * 8 + 8 <= program.length) {
    const code = program.readUInt16LE(at * 8)
    const k = program.readUInt32LE(at * 8 + 4)
    const jump = JUMPS[code]
    if (code === 0x06) return k
    if (jump === undefined) accumulator = loaded(code, k, accumulator, input)
    else at += jump(accumulator, k) ? program.readUInt8(at * 8 + 2) : program.readUInt8(at * 8 + 3)
    if (code === 0x05) at += k
    at += 1
  }
  throw new Error('the program runs off its end')
}

/** `ja` (whose way is its constant), `jeq`, `jge` and `jset`. */
const JUMPS: Readonly<Record<number, (accumulator: number, k: number) => boolean>> = {
  5: () => false,
  21: (accumulator, k) => accumulator === k,
  53: (accumulator, k) => accumulator >= k,
  69: (accumulator, k) => (accumulator & k) !== 0,
}

function loaded(code: number, k: number, accumulator: number, input: Buffer): number {
  if (code === 0x20) return input.readUInt32LE(k)
  if (code === 0x54) return (accumulator & k) >>> 0
  throw new Error(`instruction ${code.toString(16)}`)
}
