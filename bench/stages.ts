import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openRecorder } from '../src/audit/audit.ts'
import { createCatalog } from '../src/catalog/catalog.ts'
import { readPolicies } from '../src/cli/policy-files.ts'
import { randomIds } from '../src/cli/random-id.ts'
import type { AccessRequest } from '../src/kernel/access.ts'
import { NO_FACTS } from '../src/kernel/facts.ts'
import { type RecordEntry, recordedSender } from '../src/kernel/record.ts'
import { OPERATOR_AUTHORIZATION, type Subject, type SubjectId } from '../src/kernel/subject.ts'
import type { Request } from '../src/mcp/message.ts'
import { classify } from '../src/mcp/wire/classify.ts'
import { checkHeaders } from '../src/mcp/wire/headers.ts'
import { parseClientMessage, parseServerMessage } from '../src/mcp/wire/parse-message.ts'
import { messageText } from '../src/mcp/wire/serialize.ts'
import { decisionPoint } from '../src/policy/policy.ts'
import { openStore } from '../src/store/store.ts'
import { argumentsOf, ENVELOPE, INPUT_SCHEMA } from './subject.ts'

/** What one stage costs, in microseconds per call, alone and warm. */
export interface StageCost {
  readonly stage: string
  readonly micros: number
}

const ARGUMENTS = argumentsOf(1_024)
const TOOL = { name: 'read_note', inputSchema: INPUT_SCHEMA }
const OWNER: Subject = {
  kind: 'user',
  id: 'owner' as SubjectId,
  via: 'login',
  groups: [],
  actors: [],
}
const ACCESS: AccessRequest = {
  subject: OWNER,
  authorization: OPERATOR_AUTHORIZATION,
  client: { name: 'bench', version: '1' },
  action: 'call',
  target: {
    kind: 'tool',
    server: 'bench',
    name: 'read_note',
    classification: {
      effects: ['read'],
      reversible: true,
      risk: 'low',
      reads: [],
      trust: 'untrusted',
      source: 'inferred',
      confidence: 'high',
    },
  },
  arguments: ARGUMENTS,
  facts: NO_FACTS,
  rate: {},
  time: 0,
}
const RECORDED = {
  call: 'c',
  ...recordedSender(ACCESS),
  client: 'bench 1',
  method: 'tools/call',
  action: 'call',
  server: 'bench',
  target: 'read_note',
  policies: 'hash',
} as const

/**
 * Measures the stages of a call of 1 KiB, one after the other.
 *
 * @param authenticate microseconds of that stage, for a token that was verified before.
 */
export async function stageCosts(authenticate: number): Promise<readonly StageCost[]> {
  const call = Buffer.from(
    JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'read_note', arguments: ARGUMENTS, _meta: ENVELOPE },
    }),
  )
  const headers = {
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': 'tools/call',
    'mcp-name': 'read_note',
  }
  const { message } = parseClientMessage(call)
  const result = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    result: { resultType: 'complete', content: [{ type: 'text', text: ARGUMENTS.text }] },
  })
  const catalog = createCatalog({ override: () => undefined })
  catalog.replace('bench', 'tools', [TOOL])
  const policies = decisionPoint(readPolicies({ policies: ['balanced'], places: {}, folder: '.' }))
  return [
    { stage: 'receive: strict parse', micros: time(() => parseClientMessage(call)) },
    {
      stage: 'receive: era and headers',
      micros: time(() => {
        classify(message as Request, headers)
        checkHeaders(headers, message as Request, '2026-07-28')
      }),
    },
    { stage: 'authenticate', micros: authenticate },
    {
      stage: 'resolve and validate',
      micros: time(() => catalog.tool('bench', 'read_note')?.violations(ARGUMENTS)),
    },
    { stage: 'decide', micros: time(() => policies.decide(ACCESS)) },
    {
      stage: 'inspect: parse the answer, write it again',
      micros: time(() => messageText(parseServerMessage(result).message)),
    },
    ...(await recordCosts()),
  ]
}

async function recordCosts(): Promise<readonly StageCost[]> {
  const dir = mkdtempSync(join(tmpdir(), 'bailiwick-bench-'))
  const store = await openStore({ kind: 'sqlite', path: join(dir, 'db'), durability: 'full' })
  const recorder = await openRecorder({
    store,
    headFile: join(dir, 'head'),
    clock: Date.now,
    randomId: randomIds(),
    excerpt: { maxBytes: 2_048, redact: [] },
    input: { maxBytes: 16_384, redact: [] },
    onHeadError: () => undefined,
  })
  const intent: RecordEntry = {
    kind: 'intent',
    ...RECORDED,
    decision: { effect: 'permit', determining: [{ policy: 'p' }] },
    definition: undefined,
    arguments: ARGUMENTS,
  }
  const record = async (inFlight: number, rounds: number): Promise<number> => {
    const started = performance.now()
    for (let round = 0; round < rounds; round += 1) {
      await Promise.all(Array.from({ length: inFlight }, () => recorder.record(intent)))
    }
    return ((performance.now() - started) * 1_000) / (inFlight * rounds)
  }
  await record(32, 20)
  const costs = [
    { stage: 'record the intent, fsync included, 1 in flight', micros: await record(1, 200) },
    { stage: 'record the intent, fsync included, 32 in flight', micros: await record(32, 60) },
  ]
  await recorder.close()
  await store.close()
  rmSync(dir, { recursive: true })
  return costs
}

function time(work: () => unknown): number {
  const rounds = 20_000
  for (let round = 0; round < rounds; round += 1) work()
  const started = performance.now()
  for (let round = 0; round < rounds; round += 1) work()
  return ((performance.now() - started) * 1_000) / rounds
}
