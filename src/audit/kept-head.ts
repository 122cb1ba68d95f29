import { open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { canonicalJson } from '../kernel/canonical-json.ts'
import { GatewayError } from '../kernel/errors.ts'
import { isObject, type Json } from '../kernel/json.ts'
import type { Head } from './chain.ts'

/** Milliseconds between two writes of the file while records come in. */
const INTERVAL = 100

/**
 * A copy of the chain's head outside the database, in a small file. It makes a cut tail visible:
 * a database that ends before the kept head has lost records. It trails the database by at most
 * `INTERVAL`, and cannot help against someone who can write both.
 */
export interface KeptHead {
  /** The newest head that is durable in the database. Returns at once. */
  note(head: Head): void
  /** Resolves when the last noted head is in the file. Rejects when it cannot be written. */
  flush(): Promise<void>
}

/**
 * Keeps the head in `path`. A write that failed is tried again; `onError` hears of the first in a
 * row, so that a full disk does not fill the log too.
 */
export function keepHead(path: string, onError: (error: unknown) => void): KeptHead {
  let noted: Head | undefined
  let written: Head | undefined
  let last: Promise<void> = Promise.resolve()
  let trailing = false

  // One write after the other: two would share the fresh file.
  const save = (): Promise<void> => {
    const turn = last.then(async () => {
      const head = noted
      if (head === undefined || head === written) return
      await writeHead(path, head)
      written = head
    })
    last = turn.catch(() => {})
    return turn
  }
  const trail = async () => {
    trailing = true
    let told = false
    while (noted !== written) {
      await save().catch((error: unknown) => {
        if (!told) onError(error)
        told = true
      })
      await sleep(INTERVAL, undefined, { ref: false })
    }
    trailing = false
  }
  return {
    note: (head) => {
      noted = head
      if (!trailing) void trail()
    },
    flush: save,
  }
}

async function writeHead(path: string, { seq, hash }: Head): Promise<void> {
  const fresh = `${path}.new`
  const file = await open(fresh, 'w', 0o600)
  try {
    await file.writeFile(`${canonicalJson({ seq, hash })}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(fresh, path)
  const directory = await open(dirname(path), 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

/**
 * Reads the kept head; undefined when there is no file.
 *
 * @throws GatewayError `audit_unavailable` when the file is not what `keepHead` writes.
 */
export async function readKeptHead(path: string): Promise<Head | undefined> {
  try {
    const head: Json = JSON.parse(await readFile(path, 'utf8'))
    const { seq, hash } = isObject(head) ? head : {}
    if (Number.isSafeInteger(seq) && typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash))
      return { seq: Number(seq), hash }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw unreadable(error)
  }
  throw unreadable()
}

function unreadable(cause?: unknown): GatewayError {
  return new GatewayError('audit_unavailable', 'the kept head of the records cannot be read', {
    cause,
  })
}
