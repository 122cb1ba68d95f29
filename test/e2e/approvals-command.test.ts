import { randomUUID } from 'node:crypto'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type Child, type Ended, runNode, startNode, waitFor } from '../support/child.ts'
import { bailiwick } from '../support/gateway.ts'
import { type Calling, connect } from './approvals-clients.ts'
import { approvalScene } from './approvals-scene.ts'

// `bailiwick approvals`, as the person who runs the machine types it.

// Each command is a process of its own.
vi.setConfig({ testTimeout: 90_000 })

const scene = approvalScene('45s')

const args = (...words: readonly string[]): readonly string[] =>
  bailiwick('approvals', ...words, '--data-dir', scene().gateway.dataDir)
const run = (...words: readonly string[]): Promise<Ended> => runNode(args(...words))

interface Listed {
  readonly id: string
  readonly state: string
  readonly target: string
}

async function listed(...more: readonly string[]): Promise<readonly Listed[]> {
  const { code, stdout, output } = await run('ls', ...more, '--json')
  expect(code, output).toBe(0)
  return JSON.parse(stdout).approvals
}

/** Ann calls what only Bo lets through; the call is held. */
async function held(): Promise<{
  readonly id: string
  readonly path: string
  readonly result: ReturnType<Calling['call']>
}> {
  const calling = await connect('v2 modern', scene(), undefined, () => ({ action: 'cancel' }))
  onTestFinished(calling.close)
  const path = `/${randomUUID()}`
  const result = calling.call('ask_bo', path)
  result.catch(() => undefined)
  await expect.poll(() => scene().waiting(), { timeout: 15_000 }).toBe(1)
  const [one] = await listed()
  return { id: one?.id ?? '', path, result }
}

/** A browser that opens nothing, and notes what it was asked to open. */
function browser(): { readonly env: Record<string, string>; opened(): string } {
  const folder = scene().gateway.dataDir
  const note = join(folder, `opened-${randomUUID()}`)
  const script = join(folder, `browser-${randomUUID()}.sh`)
  writeFileSync(note, '')
  writeFileSync(script, `#!/bin/sh\nprintf '%s' "$1" > "${note}"\n`)
  chmodSync(script, 0o700)
  return { env: { BROWSER: script }, opened: () => readFileSync(note, 'utf8') }
}

function approving(id: string, env = {}, ...more: readonly string[]): Child {
  const child = startNode(args('approve', id, '--as', 'user:bo', ...more), { env })
  onTestFinished(child.stop)
  return child
}

test('what waits is listed and shown whole; a no from here ends it', async () => {
  const { id, path, result } = await held()
  const table = await run('ls')
  expect(table.stdout.split('\n')[0]).toMatch(/^ID +STATE +LEFT +TOOL +SERVER +SUBJECT +CLIENT/)
  expect(table.stdout).toMatch(new RegExp(`${id} +pending +\\d+[ms].* ask_bo +target +user:ann`))

  const shown = await run('show', id)
  expect(shown.code, shown.output).toBe(0)
  for (const part of [`"path": "${path}"`, 'it deletes what others need', '`user:bo`', 'user:ann'])
    expect(shown.stdout).toContain(part)
  expect(shown.stdout).toContain('you cannot answer this')
  const { stdout } = await run('show', id, '--json')
  const { approval } = JSON.parse(stdout)
  expect(shown.stdout).toContain(approval.digest)

  // The owner was not asked; Ann may not answer for herself.
  for (const as of ['user:owner', 'user:ann']) {
    const refused = await run('deny', id, '--as', as)
    expect(refused.code, refused.output).toBe(4)
    expect(refused.output).toContain('--as user:ID')
  }
  const denied = await run('deny', id, '--as', 'user:bo', '--reason', 'not today')
  expect(denied.output).toContain(`${id}: declined; decline by user:bo`)
  expect(denied.code).toBe(0)
  expect((await result).text).toMatch(/^Not approved: /)
  expect(await listed()).toEqual([])
  expect(await listed('--state', 'declined')).toMatchObject([{ id, state: 'declined' }])
  expect((await run('show', id)).stdout).toContain('command-line): not today')
  const late = await run('deny', id, '--as', 'user:bo')
  expect(late.code, late.output).toBe(0)
  expect(scene().upstream.all.some(({ text }) => text.includes(path))).toBe(false)
})

test('a yes is given in the browser: the command opens it, waits, and says what became of it', async () => {
  const { id, result } = await held()
  const { env, opened } = browser()
  const child = approving(id, env)
  const page = `${scene().gateway.issuer}/console/approvals/${id}`
  await waitFor(child, () => opened() || undefined)
  expect(opened()).toBe(page)
  expect(child.output()).toContain(page)
  expect(child.output()).toContain('an agent with a shell could run it')
  // By itself the command approves nothing, whoever it is run for.
  expect(await scene().waiting()).toBe(1)
  await scene().answer('approve')
  expect(await child.closed, child.output()).toBe(0)
  expect(child.stdout()).toMatch(
    new RegExp(`^${id}: (approved|used); approve by user:bo \\(session\\)`),
  )
  expect(await result).toEqual({ isError: false, text: 'called' })
})

test('a no, while the command waits', async () => {
  const { id, result } = await held()
  const { env, opened } = browser()
  const child = approving(id, env, '--no-browser')
  await waitFor(child, () => child.output().includes('/console/approvals/') || undefined)
  await scene().answer('decline')
  expect(await child.closed, child.output()).toBe(1)
  expect(child.stdout()).toContain(`${id}: declined`)
  expect(opened()).toBe('')
  await result
})

test('a request is taken back; what is not there is not found', async () => {
  const { id, result } = await held()
  const { code, output } = await run('withdraw', id)
  expect(code, output).toBe(0)
  expect(output).toContain(`${id}: withdrawn`)
  await result
  for (const words of [
    ['show', 'no-such'],
    ['approve', 'no-such', '--no-browser'],
    ['deny', 'no-such'],
    ['revoke', 'no-such'],
  ]) {
    const missing = await run(...words)
    expect(missing.code, missing.output).toBe(2)
  }
  const patterns = await run('patterns', '--json')
  expect(JSON.parse(patterns.stdout)).toEqual({ patterns: [], next: null })
})
