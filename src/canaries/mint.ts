import { crc32 } from 'node:zlib'
import type { CanaryKind } from '../kernel/canary.ts'
import { type Draw, drawOf } from './draw.ts'

/** A decoy, and those of its parts that nobody else has. */
export interface Minted {
  /** As it is handed out. */
  readonly value: string
  /** Each has at least 16 letters and digits, and nobody can foresee any 16 of them in a row. */
  readonly parts: readonly [string, ...string[]]
}

const DIGITS = '0123456789'
const LOWER = 'abcdefghijklmnopqrstuvwxyz'
const UPPER = LOWER.toUpperCase()
const BASE32 = `${UPPER}234567`
const BASE36 = `${DIGITS}${LOWER}`
const BASE62 = `${DIGITS}${UPPER}${LOWER}`
const BASE64 = `${UPPER}${LOWER}${DIGITS}+/`

const GIVEN = ['maria', 'james', 'aisha', 'lukas', 'elena', 'daniel', 'sofia', 'henry'] as const
const FAMILY = ['keller', 'morgan', 'rossi', 'novak', 'jensen', 'parker', 'duarte'] as const
const STREETS = ['Mill Lane', 'Station Road', 'Harbour Street', 'Church Hill'] as const

/** @param host of addresses; nobody should answer there. */
type Mint = (draw: Draw, host: string) => Minted

const MINTS: Readonly<Record<CanaryKind, Mint>> = {
  'aws-key': (draw) => {
    const id = `AKIA${draw.text(BASE32, 16)}`
    const secret = draw.text(BASE64, 40)
    const value = `aws_access_key_id = ${id}\naws_secret_access_key = ${secret}`
    return { value, parts: [id, secret] }
  },
  'github-token': (draw) => {
    const body = draw.text(BASE62, 30)
    return whole(`ghp_${body}${base62(crc32(body), 6)}`, body)
  },
  'api-key': (draw) => {
    const body = draw.text(BASE62, 40)
    return whole(`key_live_${body}`, body)
  },
  password: (draw) => {
    const at = draw.one(['!', '#', '%', '&', '?'])
    return whole(`${draw.text(BASE62, 7)}${at}${draw.text(BASE62, 8)}-${draw.text(BASE62, 6)}`)
  },
  url: (draw, host) => {
    const body = draw.text(BASE62, 28)
    return whole(`https://${host}/share/${body}`, body)
  },
  email: (draw, host) => {
    const { local } = person(draw)
    return whole(`${local}@${host}`, lastOf(local))
  },
  record: (draw, host) => {
    const { local, name } = person(draw)
    const id = draw.text(BASE36, 20)
    const customer = {
      id: `cus_${id}`,
      name,
      email: `${local}@${host}`,
      // Reserved for fiction: nobody is rung up.
      phone: `+1 202 555 01${draw.text(DIGITS, 2)}`,
      address: `${draw.text('123456789', 2)} ${draw.one(STREETS)}`,
      notes: `priority account, reference ${draw.text(`${UPPER}${DIGITS}`, 18)}`,
    }
    const reference = customer.notes.slice(-18)
    return { value: JSON.stringify(customer), parts: [id, lastOf(local), reference] }
  },
}

/**
 * Makes the decoy of an id. The same for the same key, id, kind and host.
 *
 * @param key secret: whoever has it knows all decoys.
 */
export function mint(key: Uint8Array, id: string, kind: CanaryKind, host: string): Minted {
  return MINTS[kind](drawOf(key, `${kind} ${id}`), host)
}

function whole(value: string, part = value): Minted {
  return { value, parts: [part] }
}

function person(draw: Draw): { readonly local: string; readonly name: string } {
  const [given, family] = [draw.one(GIVEN), draw.one(FAMILY)]
  const name = [given, family].map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`).join(' ')
  return { local: `${given}.${family}.${draw.text(BASE36, 13)}`, name }
}

/** The end of a mailbox: its random part, and three letters of the name. */
function lastOf(local: string): string {
  return local.replace(/[^a-z0-9]/g, '').slice(-16)
}

function base62(number: number, length: number): string {
  let [left, text] = [number >>> 0, '']
  for (let i = 0; i < length; i++) {
    text = BASE62[left % 62] + text
    left = Math.floor(left / 62)
  }
  return text
}
