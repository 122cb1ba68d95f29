import { gzipSync } from 'node:zlib'

/** A member of an archive: a file, or a link to somewhere. */
export type Member = { readonly path: string; readonly mode?: number } & (
  | { readonly text: string }
  | { readonly link: string }
)

/** Makes a gzipped archive (POSIX ustar) with just these members, whatever their paths say. */
export function tarball(members: readonly Member[]): Buffer {
  const blocks = members.flatMap((member) => {
    const data = Buffer.from('text' in member ? member.text : '')
    const padding = Buffer.alloc((512 - (data.length % 512)) % 512)
    return [header(member, data.length), data, padding]
  })
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]))
}

function header(member: Member, size: number): Buffer {
  const block = Buffer.alloc(512)
  const octal = (value: number, at: number, length: number) =>
    block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at)
  block.write(member.path, 0, 100)
  octal(member.mode ?? 0o644, 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  octal(size, 124, 12)
  octal(0, 136, 12)
  block.write('        ', 148)
  block.write('link' in member ? '2' : '0', 156)
  if ('link' in member) block.write(member.link, 157, 100)
  block.write('ustar\0', 257)
  block.write('00', 263)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}
