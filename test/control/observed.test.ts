import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { chainHash } from '../../src/audit/chain.ts'
import { canonicalJson } from '../../src/kernel/canonical-json.ts'
import { createSseDecoder } from '../../src/mcp/wire/sse.ts'
import { ENGINES, freshOptions } from '../../src/store/testing/fresh-store.ts'
import { type RecordingUpstream, startRecordingUpstream } from '../attacks/recording-upstream.ts'
import { bearer, call } from '../identity/attacks/mcp.ts'
import { type RunningGateway, startGateway, tokensOf } from '../support/gateway.ts'

vi.setConfig({ testTimeout: 60_000 })

const POLICIES = `@id("everything")
permit (principal, action, resource);

// Danger is not for machines.
@id("no-danger")
@reason("it is dangerous")
@remedy("do something else")
forbid (principal, action == Action::"call", resource == Tool::"target:danger")
when { resource.name == "danger" };

@id("watch-echo")
@mode("observe")
forbid (principal, action, resource == Tool::"target:echo")
when { context.args.message like "*example*" };
`
const MESSAGE = 'see https://shop.example/cart?secret=1'

for (const engine of ENGINES) {
  describe(`what a gateway on ${engine} saw`, () => {
    let gateway: RunningGateway
    let upstream: RecordingUpstream
    let folder: string
    let token: string
    let echo: string
    let danger: string
    const news: { readonly event: string; readonly id: string; readonly data: unknown }[] = []
    const stopped = new AbortController()

    // biome-ignore lint/suspicious/noExplicitAny: each answer has a shape of its own
    async function api(path: string, body?: object): Promise<any> {
      const response = await fetch(`${gateway.issuer}/admin/api/v1${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      return JSON.parse(await response.text())
    }

    async function listen(): Promise<void> {
      const response = await fetch(`${gateway.issuer}/admin/api/v1/live`, {
        headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' },
        signal: stopped.signal,
      })
      expect(response.status).toBe(200)
      const decoder = createSseDecoder(1_000_000)
      const read = async (): Promise<void> => {
        for await (const chunk of response.body ?? [])
          for (const { event, data } of decoder.push(chunk))
            news.push({ event, ...JSON.parse(data) })
      }
      read().catch(() => {})
      await vi.waitFor(() => expect(news.map(({ event }) => event)).toContain('ready'), 10_000)
    }

    beforeAll(async () => {
      upstream = await startRecordingUpstream()
      folder = mkdtempSync(join(tmpdir(), 'bailiwick-observed-'))
      mkdirSync(join(folder, 'policies'))
      writeFileSync(join(folder, 'policies', 'a.cedar'), POLICIES)
      const options = await freshOptions(engine, folder)
      gateway = await startGateway(
        { target: { transport: 'http', url: upstream.url } },
        {
          policies: [`${folder}/policies`],
          ...(options.kind === 'postgres' ? { store: { kind: 'postgres', url: options.url } } : {}),
        },
      )
      const tokenFor = tokensOf(gateway.dataDir, gateway.issuer)
      token = await tokenFor('/admin', { scopes: ['write'] })
      await listen()
      const mcp = bearer(await tokenFor('/mcp/target'))
      await call(gateway, mcp, 'echo', { arguments: { message: MESSAGE } })
      await call(gateway, mcp, 'danger', { arguments: {} })
      const seen = async () => {
        const { items } = await api('/calls')
        expect(items).toHaveLength(2)
        expect(items[1].outcome).toBe('answered')
        return items
      }
      const items = await vi.waitFor(seen, 20_000)
      ;[danger, echo] = items.map(({ id }: { id: string }) => id)
    }, 120_000)
    afterAll(async () => {
      stopped.abort()
      await gateway?.stop()
      await upstream?.stop()
      rmSync(folder, { recursive: true, force: true })
    })

    test('pages that are open hear of each call as it leaves and ends, and of no value', async () => {
      await vi.waitFor(() => {
        const calls = news.filter(({ event }) => event === 'call')
        expect(calls.map(({ id, data }) => [id, (data as { phase: string }).phase])).toEqual([
          [echo, 'intent'],
          [echo, 'outcome'],
          [danger, 'outcome'],
        ])
      }, 10_000)
      expect(JSON.stringify(news)).not.toContain('cart')
    })

    test.each([
      ['effect=deny', () => [danger]],
      ['effect=observed', () => [echo]],
      ['effect=permit', () => []],
      ['policy=no-danger', () => [danger]],
      ['policy=watch-echo', () => [echo]],
      ['policy=everything&outcome=answered', () => [echo]],
      ['text=dang', () => [danger]],
      ['text=target', () => [danger, echo]],
      ['subject=user:owner&target=echo', () => [echo]],
      ['from=2030-01-01T00:00:00Z', () => []],
    ])('calls are found by %s', async (query, wanted) => {
      const { items } = await api(`/calls?${query}`)
      expect(items.map(({ id }: { id: string }) => id)).toEqual(wanted())
    })

    test('a call is shown, with what it carried for those who ask', async () => {
      const plain = await api(`/calls/${echo}`)
      expect(plain.call).toMatchObject({
        verdict: 'observed',
        subject: 'user:owner',
        records: [{ kind: 'intent' }, { kind: 'outcome' }],
        facts: [{ kind: 'url', count: 1 }],
      })
      expect(JSON.stringify(plain)).not.toContain('cart')
      const full = await api(`/calls/${echo}?bodies=true`)
      expect(full.call.carried.arguments).toEqual({ message: MESSAGE })
      const { items } = await api('/events?event=record.revealed')
      expect(items[0]).toMatchObject({ target: echo, by: { subject: 'user:owner' } })
    })

    test('a denial is explained by the text of the policy and the clause that decided', async () => {
      const { explanation } = await api(`/calls/${danger}/explanation`)
      expect(explanation).toMatchObject({ verdict: 'deny', determining: ['no-danger'] })
      const policy = explanation.policies.find(
        (one: { policy: string }) => one.policy === 'no-danger',
      )
      expect(policy.text).toMatch(/^@id\("no-danger"\)[\s\S]*;$/)
      const [{ at, decides }] = policy.clauses
      expect([policy.text.slice(at.start, at.end), decides]).toEqual([
        'resource.name == "danger"',
        true,
      ])
    })

    test('a rule made of a call changes, in a replay, what becomes of it', async () => {
      const made = await api(`/calls/${echo}/rule`, { effect: 'forbid', arguments: ['message'] })
      expect(made.policy).toContain(`context.args.message == "${MESSAGE}"`)
      const files = { 'mine.cedar': made.policy }
      const { explanation } = await api(`/calls/${echo}/replay`, { files })
      expect(explanation).toMatchObject({ verdict: 'deny', recorded: { verdict: 'observed' } })
      const broken = await api(`/calls/${echo}/replay`, { files: { 'a.cedar': 'permit (' } })
      expect(broken).toMatchObject({ code: 'params_invalid' })
    })

    test('the overview says what goes through, and what could be better', async () => {
      const overview = await api('/overview')
      expect(overview.traffic.day).toMatchObject({ calls: 2, denied: 1, asked: 0, failed: 0 })
      expect(overview.servers).toMatchObject({ total: 1, new: [{ name: 'target' }] })
      const ids = overview.posture.map(({ id }: { id: string }) => id)
      expect(ids).toContain('records-unverified')
      expect(ids).toContain('policy-findings')
    })

    test('the graph leads from the owner to the host, and says what a client could do', async () => {
      const { nodes, edges } = await api('/graph')
      expect(nodes).toContainEqual({
        id: 'destination shop.example',
        kind: 'destination',
        name: 'shop.example',
        calls: 1,
      })
      expect(edges).toContainEqual({
        from: 'server target',
        to: 'tool target:danger',
        calls: { permit: 0, observed: 0, ask: 0, deny: 1 },
      })
      const blast = await api('/graph/blast?kind=subject&name=user:owner')
      expect(blast.tools).toContainEqual(
        expect.objectContaining({ tool: 'echo', access: 'permit', calls: 1 }),
      )
      expect(blast.tools).toContainEqual(
        expect.objectContaining({ tool: 'danger', access: 'unknown', calls: 1 }),
      )
    })

    test('the chain is verified, and leaves so that others can verify it', async () => {
      expect((await api('/records/verification', {})).check.state).toBe('running')
      await vi.waitFor(async () => {
        const { check } = await api('/records/verification')
        expect(check).toMatchObject({ state: 'good' })
      }, 20_000)
      let hash = '0'.repeat(64)
      let cursor = ''
      let count = 0
      do {
        const page = await api(`/records/export?limit=2${cursor && `&cursor=${cursor}`}`)
        for (const { seq, hash: claimed, body, ...row } of page.items) {
          hash = chainHash({ ...row, body: canonicalJson(body) }, seq, hash)
          expect(claimed).toBe(hash)
          count += 1
        }
        cursor = count > 10 ? '' : (page.next ?? '')
      } while (cursor !== '')
      expect(count).toBeGreaterThan(3)
      const status = await api('/records/status')
      expect(status.head.seq).toBeGreaterThanOrEqual(count)
      expect(status.check.state).toBe('good')
    })
  })
}
