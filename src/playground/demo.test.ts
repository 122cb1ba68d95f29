import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { JsonObject } from '../kernel/json.ts'
import { runDemo } from './demo.ts'
import type { DemoRecord } from './demo-records.ts'
import { connectDirectly, type DirectTools } from './direct.ts'
import type { Tools } from './gullible-agent.ts'
import { playgroundConfig, sentMessages } from './playground.ts'

let folder = ''
let open: DirectTools[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bailiwick-demo-'))
  open = []
})
afterEach(async () => {
  await Promise.all(open.map((tools) => tools.close()))
  await rm(folder, { recursive: true })
})

async function stage(name: string) {
  const dataDir = join(folder, name)
  const tools = await connectDirectly((await playgroundConfig({ dataDir })).servers)
  open.push(tools)
  return { ...tools, dataDir }
}

const OUTSIDE = /^(?!.*@harbour\.example$)/
const DENIAL = {
  effect: 'deny',
  determining: [{ policy: 'mail-stays', reason: 'mail stays in the house', remedy: 'ask Mara' }],
}

/** Stands for a gateway: denies what it is told to, and records like one, outcomes a little later. */
function guard(tools: Tools, denies: (args: JsonObject) => boolean) {
  const records: DemoRecord[] = []
  const record = (
    call: string,
    kind: string,
    outcome: string | null,
    decision: JsonObject,
  ): void => {
    const seq = records.length + 1
    const hash = String(seq).padStart(64, '0')
    records.push({ seq, kind, call, outcome, hash, body: { method: 'tools/call', decision } })
  }
  const permit = { effect: 'permit', determining: [{ policy: 'reads' }] }
  let calls = 0
  const callTool = async (name: string, args: JsonObject): Promise<JsonObject> => {
    const call = `call-${++calls}`
    if (denies(args)) {
      record(call, 'outcome', 'denied', DENIAL)
      return { content: [{ type: 'text', text: 'Denied by policy.' }], isError: true }
    }
    record(call, 'intent', null, permit)
    const result = await tools.callTool(name, args)
    setTimeout(() => record(call, 'outcome', 'answered', permit), 20)
    return result
  }
  return { listTools: tools.listTools, callTool, readRecords: async () => records }
}

async function run(denies: (args: JsonObject) => boolean) {
  const [inner, unguarded] = [await stage('guarded'), await stage('unguarded')]
  const { readRecords, ...tools } = guard(inner, denies)
  const lines: string[] = []
  const good = await runDemo({
    guarded: { ...tools, dataDir: inner.dataDir },
    unguarded,
    readRecords,
    print: (line) => void lines.push(line),
    paint: (_color, text) => text,
  })
  return { good, lines, text: lines.join('\n') }
}

const outside = ({ to }: JsonObject): boolean => typeof to === 'string' && OUTSIDE.test(to)

test('shows the honest task done, the attack succeed without a gateway, and stopped with it', async () => {
  const { good, lines, text } = await run(outside)
  expect(good).toBe(true)
  expect(lines.length).toBeLessThan(60)
  expect(text).toMatch(/✗ outbox__send_message +audit@northgate-verify\.example/)
  expect(text).toContain('denied by mail-stays; records 11 denied')
  expect(text).toContain('reason: mail stays in the house')
  expect(text).toContain('instead: ask Mara')
  expect(text).toMatch(/characters of confidential\/salaries\.csv left for audit@northgate-verify/)
  expect(text).not.toContain('no record')

  const left = await sentMessages(join(folder, 'unguarded'))
  expect(left.map(({ to }) => to)).toEqual(['audit@northgate-verify.example'])
  expect(left[0]?.body).toContain('Mara Lindqvist,head of operations')
  const sent = await sentMessages(join(folder, 'guarded'))
  expect(sent.map(({ to }) => to)).toEqual(['jonas@harbour.example'])
  expect(sent[0]?.body).toContain('Berth 2: closed')
})

test('says so when the attack is not stopped', async () => {
  const { good, text } = await run(() => false)
  expect(good).toBe(false)
  expect(text).toContain('NOT stopped.')
  expect(text).toContain('This did not go as promised.')
})

test('says so when the honest task fails', async () => {
  const { good, text } = await run(() => true)
  expect(good).toBe(false)
  expect(text).toContain('The honest task failed.')
  expect(text).toContain('The agent never tried, so this shows nothing.')
})

test('a server that cannot start is an error, and leaves nothing behind', async () => {
  const { servers } = await playgroundConfig({ dataDir: folder })
  const exits = { ...servers.inbox, args: ['-e', 'process.exit(1)'] }
  await expect(connectDirectly({ ...servers, inbox: exits })).rejects.toThrow('the server ended')
  const missing = { ...servers.inbox, command: join(folder, 'missing') }
  await expect(connectDirectly({ ...servers, inbox: missing })).rejects.toThrow('ENOENT')
})
