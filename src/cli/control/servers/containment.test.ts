import { describe, expect, test } from 'vitest'
import { type Config, configFrom } from '../../../config/config.ts'
import type { SandboxProfile } from '../../../kernel/sandbox.ts'
import type { Start } from '../../containment/starts.ts'
import { containmentOf } from './containment.ts'
import { questionsOf } from './questions.ts'

const PLACES = { env: {}, homedir: '/home/ada' }

function local(sandbox: object = {}) {
  const servers = {
    notes: {
      ...{ transport: 'stdio', command: 'notes', env: { TOKEN: 'secret://env/TOKEN' }, sandbox },
    },
  }
  const config: Config = configFrom({ servers }, '/srv/gateway', PLACES)
  const server = config.servers['notes']
  if (server?.transport !== 'stdio') throw new Error('it is local')
  return server
}

const OPENED = {
  fs: { rw: ['/srv/notes'] },
  network: {
    allow: [
      'api.example.com',
      { host: '10.1.2.3', ports: [5432], proto: 'tcp', allowPrivate: true },
    ],
  },
}

function started(server: ReturnType<typeof local>): Start {
  const profile: SandboxProfile = {
    ...server.sandbox,
    fs: { ...server.sandbox.fs, state: undefined },
    limits: { ...server.sandbox.limits, cpuSeconds: undefined },
  }
  const by = 'a number of its own, 64017'
  const inForce = [{ control: 'identity', strength: 'hard', by }] as const
  return { kind: 'started', at: 1, backend: 'bwrap', profile, program: ['/usr/bin/notes'], inForce }
}

describe('a server that was not started yet', () => {
  test('is shown as it is configured: nothing but its own code, and no network', () => {
    expect(containmentOf(local(), undefined)).toMatchObject({
      state: 'waiting',
      files: [],
      network: { mode: 'none', hosts: [] },
      variables: ['TOKEN'],
      inForce: [],
    })
  })

  test('never shows the value of a variable', () => {
    expect(JSON.stringify(containmentOf(local(), undefined))).not.toContain('secret://')
  })
})

describe('the five questions', () => {
  const ask = (sandbox: object, start: (server: ReturnType<typeof local>) => Start | undefined) => {
    const server = local(sandbox)
    const containment = containmentOf(server, start(server))
    return questionsOf({ server, tools: [], listed: true, containment })
  }

  test('are answered by the sandbox that is in force', () => {
    const { reads, writes, runsAs, connects } = ask(OPENED, started)
    expect(reads.answer).toContain('as a program, /srv/notes')
    expect(writes.answer).toContain('as a program, /srv/notes')
    expect(runsAs).toMatchObject({ known: 'all', answer: expect.stringContaining('64017') })
    expect(connects).toEqual({
      known: 'all',
      answer: 'api.example.com:443, 10.1.2.3:5432',
      tools: [],
    })
  })

  test('without a network are answered: nowhere', () => {
    expect(ask({}, started).connects.answer).toBe('nowhere: it has no network')
  })

  test('of what runs without a sandbox are answered as badly as it is', () => {
    const { reads, connects, runsAs } = ask({}, () => ({ kind: 'open', at: 1, program: ['notes'] }))
    expect(reads.answer).toMatch(/as a program, whatever the user .* may$/)
    expect(runsAs.known).toBe('all')
    expect(connects.known).toBe('nothing')
  })
})

test('of a server that was refused, the reason and the fix are shown', () => {
  const fix = 'install the package `bubblewrap`'
  const refused = {
    kind: 'refused',
    at: 1,
    reason: 'bwrap_missing',
    message: 'not started',
    fix,
  } as const
  expect(containmentOf(local(), refused)).toMatchObject({
    state: 'refused',
    refused: { reason: 'bwrap_missing', fix },
    inForce: [],
  })
})
