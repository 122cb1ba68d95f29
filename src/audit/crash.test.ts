import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { StoreOptions } from '../store/store.ts'
import { ENGINES } from '../store/testing/fresh-store.ts'
import { openRecorder } from './audit.ts'
import { freshAudit } from './testing/fresh-audit.ts'
import type { WriterOptions } from './testing/writer.ts'

const WRITER = fileURLToPath(new URL('./testing/writer.ts', import.meta.url))
const ROUNDS = 8

/** Runs a writer, kills it `delay` ms after its first record, and answers what it acknowledged. */
async function killedWriter(options: WriterOptions, delay: number): Promise<readonly string[]> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', WRITER, JSON.stringify(options)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const acknowledged: string[] = []
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (line) => acknowledged.push(line))
  await once(lines, 'line')
  await sleep(delay)
  child.kill('SIGKILL')
  const [, signal] = await once(child, 'close')
  expect(signal).toBe('SIGKILL')
  return acknowledged
}

for (const engine of ENGINES) {
  test(`${engine}: no acknowledged intent is lost when the writer is killed`, async () => {
    const audit = await freshAudit(engine)
    const { store, headFile, records } = audit
    const options = audit.options as StoreOptions
    const acknowledged: string[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      const delay = 5 + Math.random() * 120
      const name = `round${round}`
      acknowledged.push(...(await killedWriter({ store: options, headFile, name }, delay)))
      expect((await records.verify()).fault).toBeUndefined()
    }
    const rows = await store.db
      .selectFrom('record')
      .select('call')
      .where('kind', '=', 'intent')
      .execute()
    const recorded = new Set(rows.map(({ call }) => call))
    expect(acknowledged.length).toBeGreaterThan(ROUNDS)
    expect(acknowledged.filter((call) => !recorded.has(call))).toEqual([])

    const clock = () => 0
    const excerpt = { maxBytes: 0, redact: [] }
    const next = await openRecorder({
      store,
      headFile,
      clock,
      randomId: () => 'e',
      excerpt,
      input: excerpt,
      onHeadError: () => {},
    })
    await next.close()
    await audit.remove()
  }, 60_000)
}
