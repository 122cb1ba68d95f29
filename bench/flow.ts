import { readings } from '../src/cli/flow-memory.ts'
import { createMemory, type Memory } from '../src/flow/memory/memory.ts'
import { takenOf } from '../src/flow/memory/taken-of.ts'
import type { FlowCall, FlowSource } from '../src/kernel/flow.ts'
import type { JsonObject } from '../src/kernel/json.ts'
import { type DecisionCost, spread } from './decisions.ts'
import type { Growth } from './report.ts'

const SOURCE: FlowSource = { trust: 'untrusted', reads: ['personal'], fields: {} }
const MOST = 2 * 1024 * 1024
const WORDS = (
  'the berth is free from tuesday ask harbour office for tariff of shore power and what it costs to stay over ' +
  'night with a boat that is longer than twelve metres or wider four there are showers shops near by'
).split(' ')
const ARGUMENTS: JsonObject = {
  to: ['ada@harbour.example', 'bo@harbour.example'],
  subject: 'berths in may',
  body: words(150, 7),
}

/** What it costs to take an answer in, and to look arguments up, in microseconds. */
export function flowCosts(): readonly DecisionCost[] {
  const full = memoryOf(15)
  const answers = Array.from({ length: 120 }, (_, seed) => answerOf(10_000, seed))
  let memory = createMemory({ decode: readings, most: MOST })
  let next = 0
  const take = (): void => {
    if (next % 15 === 0) memory = createMemory({ decode: readings, most: MOST })
    const answer = answers[next % answers.length] ?? {}
    memory.take(takenOf(callOf(next), SOURCE, answer))
    next += 1
  }
  return [
    { what: 'flow: taking in an answer of 10 KB (JSON)', ...spread(take, 600) },
    {
      what: 'flow: looking up 1 KiB of arguments, 150 KB read before',
      ...spread(() => look(full), 3_000),
    },
  ]
}

/** How both grow: with the answer, and with what was read before. */
export function flowGrowth(): readonly Growth[] {
  const taking = (size: number): number => {
    const answer = answerOf(size, 3)
    return spread(() => {
      createMemory({ decode: readings, most: MOST }).take(takenOf(callOf(1), SOURCE, answer))
    }, 60).p50
  }
  const [few, many] = [memoryOf(3), memoryOf(30)]
  return [
    {
      what: 'per byte, taking an answer in: 100 KB instead of 10 KB',
      ratio: taking(100_000) / (10 * taking(10_000)),
    },
    {
      what: 'looking arguments up: 300 KB read before instead of 30 KB',
      ratio: spread(() => look(many), 2_000).p50 / spread(() => look(few), 2_000).p50,
    },
  ]
}

function look(memory: Memory): void {
  memory.look({ arguments: ARGUMENTS, inputSchema: undefined, roles: {} })
}

function memoryOf(answers: number): Memory {
  const memory = createMemory({ decode: readings, most: MOST })
  for (let at = 0; at < answers; at++)
    memory.take(takenOf(callOf(at), SOURCE, answerOf(10_000, at)))
  return memory
}

function callOf(at: number): FlowCall {
  const key = { principal: 'user:ada', client: 'bench', grant: 'g' }
  return { key, call: `c${at}`, server: 'bench', target: 'list', kind: 'tool', time: at }
}

/** Records as a server lists them: ids, addresses, moments and prose. */
function answerOf(size: number, seed: number): JsonObject {
  const records = Array.from({ length: Math.ceil(size / 840) }, (_, at) => ({
    id: `m-${seed}-${at}`,
    sender: `person${(seed * 31 + at) % 500}@harbour.example`,
    sent: `2026-05-${10 + (at % 20)}T10:00:00Z`,
    subject: words(5, seed + at),
    body: words(130, seed * 17 + at),
  }))
  return { content: [{ type: 'text', text: JSON.stringify(records) }] }
}

function words(count: number, seed: number): string {
  return Array.from({ length: count }, (_, at) => {
    const word = WORDS[(seed * 7 + at * (1 + (seed % 11))) % WORDS.length] ?? ''
    return at % 9 === 0 ? `${word}${(seed * 13 + at) % 900}` : word
  }).join(' ')
}
