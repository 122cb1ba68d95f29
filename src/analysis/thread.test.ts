import { afterEach, expect, test } from 'vitest'
import type { AnalysisSubject } from '../kernel/facts.ts'
import { ANALYSERS, nodeWorld } from './all.ts'
import { createAnalysis } from './analysis.ts'
import { analysisWithThread, type OpenAnalysis } from './thread.ts'

const SUBJECT: AnalysisSubject = {
  server: 's',
  tool: 'run',
  inputSchema: { type: 'object', properties: { where: { type: 'string', format: 'uri' } } },
  hints: { place: { kind: 'path' } },
  local: true,
  cwd: '/',
}
const PAD = 'The berth is free from Tuesday. '.repeat(2_000)
const ARGS = {
  where: 'https://api.example.com/',
  place: 'etc/../etc/hostname',
  sql: 'SELECT a FROM t',
  note: 'write to ada@harbour.example',
}

let open: OpenAnalysis | undefined
afterEach(() => open?.close())

function both(timeout = 20_000) {
  const hosts: string[] = []
  const resolver = {
    resolve: async (host: string) => {
      hosts.push(host)
      return ['192.0.2.7']
    },
  }
  const { files } = nodeWorld({ clock: Date.now, mayResolve: () => false })
  const here = createAnalysis({ analysers: ANALYSERS, world: { files, resolver } })
  open = analysisWithThread({ here, resolver, timeout })
  return { here, there: open, hosts }
}

test('large arguments give the facts that they would give here, names resolved outside', async () => {
  const { here, there, hosts } = both()
  const args = { ...ARGS, body: PAD }
  const facts = await there.analyse(SUBJECT, args)
  expect(hosts).toEqual(['api.example.com'])
  expect(facts).toEqual(await here.analyse(SUBJECT, args))
  expect(facts).toMatchObject({
    urls: [{ host: 'api.example.com', addresses: ['192.0.2.7'] }],
    sql: [{ tables: ['t'] }],
    recipients: [{ domain: 'harbour.example' }],
  })
})

test('nobody waits for a large call: others are analysed meanwhile', async () => {
  const { there } = both()
  await there.analyse(SUBJECT, ARGS)
  const order: string[] = []
  const large = Promise.resolve(there.analyse(SUBJECT, { body: PAD.repeat(10) })).then(() =>
    order.push('large'),
  )
  await there.analyse(SUBJECT, ARGS)
  order.push('small')
  await large
  expect(order).toEqual(['small', 'large'])
})

test.each([
  ['one long text', { body: 'x'.repeat(40_000) }],
  ['many short ones', { list: Array.from({ length: 40_000 }, () => 'x') }],
  ['many members', Object.fromEntries(Array.from({ length: 9_000 }, (_, n) => [`k${n}`, 1]))],
])('%s are large', async (_, args) => {
  const { there } = both(0)
  await expect(async () => there.analyse(SUBJECT, args)).rejects.toMatchObject({
    code: 'analysis_unavailable',
  })
})

test('a thread that takes too long is ended, its calls are denied, and the next has another', async () => {
  const { there } = both(1)
  const late = [1, 2, 3].map(async () => there.analyse(SUBJECT, { body: PAD }))
  for (const one of late) await expect(one).rejects.toMatchObject({ code: 'analysis_unavailable' })
  await there.close()
  open = undefined
  const again = both()
  await expect(again.there.analyse(SUBJECT, { body: PAD })).resolves.toMatchObject({ urls: [] })
})

test('large calls that wait are bounded', async () => {
  const { there } = both()
  const quarter = 'x'.repeat(16 * 1_048_576)
  const many = Array.from({ length: 6 }, async () => there.analyse(SUBJECT, { body: quarter }))
  const settling = Promise.allSettled(many)
  await there.close()
  const settled = await settling
  const details = settled.map((one) => (one.status === 'rejected' ? one.reason.detail : 'done'))
  expect(details.filter((detail) => detail === 'too many large calls are waiting')).toHaveLength(3)
})
