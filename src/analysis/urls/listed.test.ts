import { describe, expect, test } from 'vitest'
import type { AnalysisSubject, Facts } from '../../kernel/facts.ts'
import type { EgressRule } from '../../kernel/sandbox.ts'
import { createAnalysis } from '../analysis.ts'
import { urlAnalyser } from './urls.ts'

const rule = (host: string, ports: readonly number[], proto: EgressRule['proto'] = 'tls') => ({
  ...{ host, ports, proto },
  allowPrivate: false,
})
const RULES = [
  rule('api.example.com', [443, 8_443]),
  rule('*.docs.example', [443]),
  rule('plain.example', [80], 'http'),
  rule('any.example', [80, 443], 'tcp'),
  rule('10.0.0.7', [443]),
]

async function listed(url: string, egress: readonly EgressRule[] | undefined = RULES) {
  const analysis = createAnalysis({
    analysers: [urlAnalyser],
    world: {
      files: { follow: () => ({ kind: 'unknown' }) } as never,
      resolver: { resolve: async () => ['93.184.216.34'] },
    },
  })
  const subject: AnalysisSubject = {
    ...{ server: 'a', inputSchema: undefined, hints: { url: { kind: 'url' } }, local: true },
    ...(egress.length === 0 ? {} : { egress }),
  }
  const { urls }: Facts = await analysis.analyse(subject, { url })
  return urls.map((fact) => ('listed' in fact ? fact.listed : 'absent'))
}

describe('whether the server’s own allowlist lists a URL', () => {
  test.each([
    ['https://api.example.com/x', true],
    ['https://API.example.com.:8443/', true],
    ['wss://api.example.com/', true],
    ['https://api.example.com:9443/', false],
    ['http://api.example.com:443/', false],
    ['https://api.example.com.evil.example/', false],
    ['https://xapi.example.com/', false],
    ['https://api.example.com@evil.example/', false],
    ['https://a.docs.example/', true],
    ['https://b.a.docs.example/', true],
    ['https://docs.example/', false],
    ['https://xdocs.example/', false],
    ['http://plain.example/', true],
    ['https://plain.example/', false],
    ['http://any.example/', true],
    ['https://any.example/', true],
    ['https://10.0.0.7/', true],
    ['https://0x0a000007/', true],
    ['https://10.0.0.8/', false],
  ])('%s: %s', async (url, expected) => {
    expect(await listed(url)).toEqual([expected])
  })

  test('is said of nothing that leads to no host, and of no server without an allowlist', async () => {
    expect(await listed('file:///etc/passwd')).toEqual(['absent'])
    expect(await listed('mailto:a@b.example')).toEqual(['absent'])
    expect(await listed('https://evil.example/', [])).toEqual(['absent'])
  })
})
